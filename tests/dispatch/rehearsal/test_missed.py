# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slot stayed empty is told by how the offer of whoever would have come ended, not by her having been asked."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.dialects.postgresql import Range

from dispatch.kit.session import Database
from dispatch.offers.answering import GIVEN_BACK
from dispatch.offers.ending import UNREACHABLE
from dispatch.records.roster import Commitment
from dispatch.rehearsal.missed import HER_OWN, Why, missed_slots
from tests import make

VISIT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
ASKED_AT = VISIT - dt.timedelta(days=3)


def why(database: Database, *ends: tuple[str, str | None, int]) -> Why:
    """Of an empty slot about which willing people were asked: each offer's status, what settled it, minutes to answer."""
    with database.begin() as session:
        slot, willing = make.asked(session, VISIT), set()
        for status, by, minutes in ends:
            who = make.mediator(session)
            willing.add(who.code)
            offer = make.offer(session, who, ASKED_AT, status, slot)
            offer.settled_by, offer.reply_by = by, ASKED_AT + dt.timedelta(minutes=minutes)
        session.flush()
        return missed_slots(session, [slot.id], {slot.id: willing or {"m9"}})[0].why


@pytest.mark.parametrize(
    ("status", "by", "minutes", "told"),
    [
        ("withdrawn", GIVEN_BACK, 120, Why.TAKEN_BACK),
        ("withdrawn", UNREACHABLE, 120, Why.NO_ROOM),
        ("covered", "covered", 120, Why.COVERED),
        ("withdrawn", "called away", 120, Why.TAKEN_FROM_HER),
        ("declined", "SMS not delivered", 120, Why.LOST),
        ("declined", "phone blocked", 120, Why.BLOCKED),
        ("expired", "time", 10, Why.HALF_AN_HOUR),
        ("expired", "time", 120, Why.TWO_HOURS),
        ("expired", "time", 121, Why.A_DAY),
        ("expired", "time", 2000, Why.LONGER),
        ("declined", "inbound 3", 120, Why.OTHERWISE),
    ],
)
def test_the_end_of_her_offer_is_the_reason(database: Database, status: str, by: str, minutes: int, told: Why) -> None:
    """Each end has its own name; a time that was too short is told with how short it was."""
    assert why(database, (status, by, minutes)) is told


def test_a_blocked_number_counts_though_nothing_left(database: Database) -> None:
    """She was to be asked and could not be; any other offer that never left was no question to her."""
    with database.begin() as session:
        slots = [make.asked(session, VISIT), make.asked(session, VISIT)]
        for slot, by in zip(slots, ("phone blocked", "moved"), strict=True):
            offer = make.offer(session, make.mediator(session, f"m-{slot.id}"), ASKED_AT, "declined", slot)
            offer.asked_at, offer.settled_by = None, by
        session.flush()
        found = missed_slots(session, [one.id for one in slots], {one.id: {f"m-{one.id}"} for one in slots})
    assert [one.why for one in found] == [Why.BLOCKED, Why.NOT_ASKED]


def test_the_first_reason_of_several_people_is_told(database: Database) -> None:
    """Whoever took her yes back comes before whoever was slow; without any offer, nobody was asked."""
    assert why(database, ("expired", "time", 30), ("withdrawn", HER_OWN, 30)) is Why.TAKEN_BACK
    assert why(database) is Why.NOT_ASKED


def test_who_is_at_a_course_at_that_hour_is_at_work_elsewhere(database: Database) -> None:
    """What the plan must not touch keeps her from coming as a visit does."""
    with database.begin() as session:
        slot, her = make.asked(session, VISIT), make.mediator(session)
        hours = Range(VISIT - dt.timedelta(hours=2), VISIT - dt.timedelta(minutes=30))
        session.add(Commitment(mediator_id=her.id, during=hours))
        session.flush()
        assert missed_slots(session, [slot.id], {slot.id: {her.code}})[0].why is Why.BUSY
