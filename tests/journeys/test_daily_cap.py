# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who had her SMS of the day is not asked that day, and is asked the next while the visit still has nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from dispatch.kit.installation import Installation
from dispatch.outbox.cap import CAPPED
from dispatch.planning import snapshot
from dispatch.records import Mediator, Message, Offer, Slot
from dispatch.records.roster import Availability
from dispatch.records.statuses import MessageStatus, OfferStatus, SlotStatus
from tests import make
from tests.journeys.changes import World

TUESDAY = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)  # 13:00 in Italy
VISIT = {"day": "2026-11-25", "from": "11:00"}  # less than a day ahead: half an hour to answer, and no morning between
MOST = 12  # SMS a day, as the policy ships
TRIED = (OfferStatus.WITHDRAWN, CAPPED)


@pytest.fixture
def world(here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> World:
    """Only m1 may take it, and reminders have used up her Tuesday."""
    make.cheap_passwords(monkeypatch)
    world = World(here, work)
    world.at(TUESDAY)
    with here.database.begin() as session:
        her = session.scalars(select(Mediator).where(Mediator.code == "m1")).one()
        for number in range(MOST):
            row = Message(reference=f"r{number}", kind="reminder", to_phone=her.phone, mediator_id=her.id, body="Ponte")
            row.segments, row.priority, row.status = 1, 4, MessageStatus.DELIVERED
            row.created_at = row.send_after = TUESDAY - dt.timedelta(hours=number % 5)
            session.add(row)
    return world


def asked(world: World) -> list[tuple[str, str | None]]:
    """The offers to m1, the oldest first: how each stands, and what ended it."""
    with world.here.database.begin() as session:
        rows = select(Offer.status, Offer.settled_by).join(Mediator).where(Mediator.code == "m1").order_by(Offer.id)
        return [(status, by) for status, by in session.execute(rows)]


def slot(world: World) -> tuple[str, list[int]]:
    with world.here.database.begin() as session:
        row = session.scalars(select(Slot)).one()
        return row.status, row.excluded


def minutes(world: World, many: int) -> None:
    """So many minutes pass, with what each brings."""
    for _minute in range(many):
        world.at(world.now + dt.timedelta(minutes=1))
        world.tick()


def test_a_full_day_leaves_her_out_for_that_day_alone(world: World) -> None:
    """Not asked on Tuesday, and tried once; after midnight she is planned again, asked in the morning, and says yes."""
    with world.here.database.begin() as session:
        session.scalars(select(Mediator).where(Mediator.code == "m2")).one().active = False
    code = world.ask(when=[VISIT])
    world.tick()
    minutes(world, 2)
    assert asked(world) == [TRIED]
    assert slot(world) == (SlotStatus.UNFILLED, [])
    world.at(TUESDAY + dt.timedelta(hours=4))
    world.tick()
    assert asked(world) == [TRIED]
    world.at(dt.datetime(2026, 11, 24, 23, 1, tzinfo=dt.UTC))  # a minute after midnight in Italy
    world.tick()
    assert asked(world) == [TRIED, (OfferStatus.QUEUED, None)]
    assert world.told()["m1"].count("offer") == 1
    world.at(dt.datetime(2026, 11, 25, 6, 31, tzinfo=dt.UTC))
    world.tick()
    world.write("m1", f"SI {world.asked('m1')[0]}")
    assert [one[:2] for one in world.stands(code)] == [("m1", "booked")]
    assert world.notices("sms_failed") == 1


def test_no_cap_holds_an_urgent_question_back(world: World) -> None:
    """Asked for at one she has no SMS left; looked at again an hour before the visit, she gets the urgent one."""
    with world.here.database.begin() as session:
        session.scalars(select(Mediator).where(Mediator.code == "m2")).one().active = False
    world.ask(when=[{"day": "2026-11-24", "from": "16:00"}])
    world.tick()
    minutes(world, 2)
    assert asked(world) == [TRIED]
    world.at(dt.datetime(2026, 11, 24, 14, 0, tzinfo=dt.UTC))
    with world.here.database.begin() as session:
        session.scalars(select(Slot)).one().replan_due = world.now
    world.tick()
    assert asked(world) == [TRIED, (OfferStatus.WAITING, None)]


def test_a_visit_that_may_begin_later_is_not_tried_every_minute(world: World) -> None:
    """It could begin so soon that its question is urgent, she is free in the evening alone: tried once that day."""
    with world.here.database.begin() as session:
        session.scalars(select(Mediator).where(Mediator.code == "m2")).one().active = False
        for shift in session.scalars(select(Availability)):
            shift.from_minute = 17 * 60
    world.ask(when=[{"day": "2026-11-24", "from": "14:30", "tolerance": "same_day"}])
    world.tick()
    minutes(world, 4)
    assert asked(world) == [TRIED]
    assert world.notices("sms_failed") == 1


def test_others_are_asked_on_her_full_day(world: World) -> None:
    """m2 has had no SMS: the visit is hers the same day, and m1 hears nothing of it."""
    code = world.ask(when=[VISIT])
    world.tick()
    minutes(world, 2)
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert [one[:2] for one in world.stands(code)] == [("m2", "booked")]
    assert "offer" not in world.told()["m1"]
    assert asked(world) == [TRIED]


def test_without_the_day_in_mind_she_is_tried_on_and_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: planned again on the same day, she gets a question every minute that never leaves."""
    monkeypatch.setattr(snapshot, "full_today", lambda *_: {})
    with world.here.database.begin() as session:
        session.scalars(select(Mediator).where(Mediator.code == "m2")).one().active = False
    world.ask(when=[VISIT])
    world.tick()
    minutes(world, 2)
    assert len(asked(world)) > 1
