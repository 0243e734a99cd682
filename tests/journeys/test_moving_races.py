# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit moves over a question that somebody else is just answering: neither waits for the other for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from dispatch.appointments import holding, room
from dispatch.kit.installation import Installation
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.offers.office import office_of
from dispatch.records import Appointment, Mediator, Offer, Request, Slot
from dispatch.records.statuses import OfferStatus
from tests import make
from tests.journeys.changes import MINUTE, MONDAY, World

WAITERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
PATIENCE = 200  # looks of 50 ms, until the other one waits


class Race:
    """m1 has said yes to a visit and is only being asked about another, to which m2 says yes while the first moves."""

    def __init__(self, here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
        self.here, self.world = here, World(here, work)
        self.moving, self.held = Event(), room._open_unless_asked
        monkeypatch.setattr(room, "_open_unless_asked", self._give_way)

    def _give_way(self, *of_slot: Any) -> None:
        """What m1 was only asked about is taken from her: here m2's yes must have come as far as it comes."""
        self.moving.set()
        for _look in range(PATIENCE):
            with self.here.database.begin() as session:
                if session.execute(WAITERS).scalar():
                    break
            time.sleep(0.05)
        self.held(*of_slot)

    def ask_m2_too(self, code: str) -> int:
        """As in a batch: the same visit is put to her; the offer."""
        with self.here.database.begin() as session:
            slot = session.scalars(select(Slot).join(Appointment).join(Request).where(Request.code == code)).one()
            first = session.scalars(select(Offer).where(Offer.slot_id == slot.id)).one()
            second = Offer(slot_id=slot.id, mediator_id=self._id_of("m2"), status=OfferStatus.WAITING, code=777)
            second.during = Range(first.during.lower, first.during.upper)
            second.policy, second.reply_by, second.created_at = "batch", first.reply_by, first.created_at
            second.asked_at = first.created_at
            return make.kept(session, second).id

    def _id_of(self, code: str) -> int:
        with self.here.database.begin() as session:
            return session.scalars(select(Mediator.id).where(Mediator.code == code)).one()

    def run(self, move: Callable[[], object], offer_id: int) -> list[str]:
        """Both at once; what went wrong, by name."""

        def answer() -> object:
            assert self.moving.wait(timeout=60)
            with self.here.database.begin() as session:
                return settle_offer(session, office_of(session, self.here), offer_id, Reply.YES, self.world.now)

        with ThreadPoolExecutor(2) as threads:
            both = [threads.submit(one) for one in (move, answer)]
            troubles = [one.exception() for one in both]
        return [type(getattr(trouble, "orig", trouble)).__name__ for trouble in troubles if trouble is not None]


@pytest.fixture
def race(here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Race:
    make.cheap_passwords(monkeypatch)
    return Race(here, work, monkeypatch)


def move_a_request(race: Race) -> list[str]:
    """A desk's visit of 9:10 goes to 9:30, over the question for 10:15."""
    world = race.world
    booked = world.ask()
    world.give(booked, "m1")
    other = world.ask(when=[{"day": "2026-11-30", "from": "10:15"}], duration=45)
    world.give(other, "m1", says=None)
    troubles = race.run(lambda: world.change(booked, when={"from": "09:30"}), race.ask_m2_too(other))
    if not troubles:
        assert world.stands(booked) == [("m1", "booked", MONDAY + 20 * MINUTE)]
        assert world.stands(other) == [("m2", "booked", MONDAY + 65 * MINUTE)]
    world.settle()
    return troubles


def move_a_presence(race: Race) -> list[str]:
    """A shift that ends at 10:00 ends at 10:30, over the question for 10:15."""
    world = race.world
    entered = world.door.post("/api/v1/presences", json=make.shift(to="10:00", last_day="2026-11-30"))
    assert entered.status_code == 201, entered.text
    with world.here.database.begin() as session:
        booked = session.scalars(select(Request.code)).one()
    world.give(booked, "m1")
    other = world.ask(when=[{"day": "2026-11-30", "from": "10:15"}], duration=45)
    world.give(other, "m1", says=None)

    def lengthen() -> None:
        answer = world.door.patch(f"/api/v1/presences/{entered.json()['code']}", json={"to": "10:30"})
        assert answer.status_code == 200, answer.text

    troubles = race.run(lengthen, race.ask_m2_too(other))
    if not troubles:
        assert [one[:2] for one in world.stands(booked)] == [("m1", "booked")]
        assert [one[:2] for one in world.stands(other)] == [("m2", "booked")]
    world.settle()
    return troubles


@pytest.mark.parametrize("move", [move_a_request, move_a_presence])
def test_a_move_and_an_answer_never_wait_for_each_other(race: Race, move: Callable[[Race], list[str]]) -> None:
    """The move holds what gives way before anything else; the yes waits, and books the visit that m1 cannot do now."""
    assert move(race) == []


def test_locked_only_when_it_gives_way_they_do(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the slot is locked after its assignment, and the database has to end one of them."""

    def late(session: Any, slot_id: int, now: Any) -> None:
        session.execute(select(Slot.id).where(Slot.id == slot_id).with_for_update())
        held(session, slot_id, now)

    held = race.held
    race.held = late
    monkeypatch.setattr(holding, "_held_for", lambda *_: [])
    assert move_a_request(race) == ["DeadlockDetected"]
