# SPDX-License-Identifier: AGPL-3.0-or-later
"""A yes that comes late takes nothing from anybody: not a visit that moved, nor an hour the others do not come at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from dispatch.kit.installation import Installation
from dispatch.offers import expiring, late
from dispatch.planning import jobs
from dispatch.records import Assignment, Mediator, Offer
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus
from tests import make
from tests.dispatch.offers import scene
from tests.journeys.changes import PHONES, World

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ELEVEN = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)  # on Tuesday, in Italy
ONE = ELEVEN + dt.timedelta(hours=2)


@pytest.fixture
def world(here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> World:
    """Three mediators, and nobody who repairs: the test gives the slots away itself."""
    make.cheap_passwords(monkeypatch)
    monkeypatch.setitem(PHONES, "m3", "+393403333333")
    monkeypatch.setattr(jobs, "mondays_to_repair", lambda *_: [])
    made = World(here, work)
    made.at(MONDAY)
    return made


def hers(world: World, mediator: str) -> list[str]:
    """How her offers stand, the oldest first."""
    with world.here.database.begin() as session:
        mine = select(Offer.status).join(Mediator, Mediator.id == Offer.mediator_id).where(Mediator.code == mediator)
        return list(session.scalars(mine.order_by(Offer.id)))


def booked(world: World) -> list[str]:
    with world.here.database.begin() as session:
        query = select(Mediator.code).join(Assignment, Assignment.mediator_id == Mediator.id)
        return sorted(session.scalars(query.where(Assignment.status == AssignmentStatus.BOOKED)))


def runs_out(world: World, mediator: str) -> int:
    """Her question ends in silence; its code."""
    code = world.asked(mediator)[0]
    with world.here.database.begin() as session:
        offer = session.scalars(select(Offer).where(Offer.code == code)).one()
        over = offer.reply_by + dt.timedelta(minutes=1)
        expiring.expire_offer(session, scene.office(), offer.id, over)
    world.at(over)
    return code


def test_a_visit_that_moved_is_not_taken_from_her_who_has_it(world: World) -> None:
    """Its question waits for the morning: until she answers, the visit stands for her alone."""
    code = world.ask(when=[{"day": "2026-11-30", "from": "11:00"}])
    world.give(code, "m1", says=None)
    old = runs_out(world, "m1")
    world.give(code, "m2")
    with world.here.database.begin() as session:
        make.place(session, "palestra")
    world.at(dt.datetime(2026, 11, 27, 22, 0, tzinfo=dt.UTC))
    world.change(code, place="palestra")
    world.tick("offers.make", "offers.send")
    world.write("m1", f"SI {old}")
    assert hers(world, "m1") == ["expired"]
    assert hers(world, "m2")[-1] in ("queued", "waiting")


def test_a_visit_that_is_elsewhere_now_is_not_hers(world: World) -> None:
    """She was asked to come to the school; at the same hour the two are wanted in the gym now."""
    old = asked_in_vain_and_moved(world)
    world.write("m1", f"SI {old}")
    assert "m1" not in coming(world)


def test_who_looks_at_the_hour_alone_sends_her_where_she_did_not_agree_to(world: World) -> None:
    """The control: as if she had been asked about the gym."""
    old = asked_in_vain_and_moved(world)
    with world.here.database.begin() as session:
        hers = session.scalars(select(Offer).where(Offer.code == old)).one()
        hers.place_id = hers.slot.appointment.place_id
    world.write("m1", f"SI {old}")
    assert "m1" in coming(world)


def asked_in_vain_and_moved(world: World) -> int:
    """One of two stays silent, the other comes; then the visit moves to another place. The silent one's old code."""
    code = world.ask(people=2, when=[{"day": "2026-11-30", "from": "11:00"}])
    world.give(code, "m1", says=None, slot=0)
    old = runs_out(world, "m1")
    world.give(code, "m2", slot=1)
    with world.here.database.begin() as session:
        make.place(session, "palestra")
    world.change(code, place="palestra")
    return old


def coming(world: World) -> set[str]:
    """Who is expected at a visit that stands, whether she was asked about its new place yet or not."""
    with world.here.database.begin() as session:
        query = select(Mediator.code).join(Assignment, Assignment.mediator_id == Mediator.id)
        return set(session.scalars(query.where(Assignment.status.in_(LIVE_ASSIGNMENT))))


def two_of_one_visit(world: World) -> int:
    """One of two was asked for eleven and stayed silent; the other comes at one, and a third is asked for one."""
    code = world.ask(people=2, when=[{"day": "2026-11-24", "from": "11:00", "tolerance": "same_day"}])
    world.give(code, "m1", says=None, slot=0, start=ELEVEN)
    old = runs_out(world, "m1")
    world.give(code, "m2", slot=1, start=ONE)
    return old


def test_two_of_one_visit_come_at_one_hour(world: World) -> None:
    """Her yes to eleven books nothing: the other comes at one."""
    old = two_of_one_visit(world)
    world.write("m1", f"SI {old}")
    assert booked(world) == ["m2"]


@pytest.mark.breaks("two hours")
def test_without_that_look_they_would_come_at_two(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the others of the appointment are not looked at."""
    old = two_of_one_visit(world)
    monkeypatch.setattr(late, "hours_of_the_others", lambda *_: set())
    world.write("m1", f"SI {old}")
    assert booked(world) == ["m1", "m2"]


def test_a_coordinators_choice_stands(world: World) -> None:
    """She gave the visit to another, who is asked alone: the yes of the first one comes too late."""
    code = world.ask(when=[{"day": "2026-11-24", "from": "11:00"}])
    world.give(code, "m1")
    with world.here.database.begin() as session:
        old = session.scalars(select(Offer.code)).one()
    assert world.assign(code, "m2", "ask").status_code < 400
    world.tick("offers.make", "offers.send")
    world.write("m1", f"SI {old}")
    assert booked(world) == []
    assert hers(world, "m2") == ["waiting"]


def test_an_old_code_does_not_book_an_hour_that_is_over(world: World) -> None:
    """The desk moved the visit to the afternoon meanwhile: what she was asked about is not wanted any more."""
    code = world.ask(when=[{"day": "2026-11-25", "from": "11:00"}])
    world.give(code, "m1", says=None)
    old = runs_out(world, "m1")
    world.change(code, when={"day": "2026-11-25", "from": "15:00"})
    world.write("m1", f"SI {old}")
    assert booked(world) == []
