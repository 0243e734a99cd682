# SPDX-License-Identifier: AGPL-3.0-or-later
"""E9: each promise between rows is broken once by hand, and the doctor finds it; on sound rows it finds nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from dispatch.doctor.finding import Level
from dispatch.doctor.invariants import SHOWN, broken, invariants
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply, Settled
from dispatch.records.offers import Offer
from tests import make
from tests.dispatch.doctor.conftest import Look
from tests.dispatch.offers import scene

LATER = scene.MONDAY_MORNING + dt.timedelta(minutes=10)
BOOKED = "(SELECT min(id) FROM assignment WHERE status = 'booked')"
ASKED = "(SELECT min(id) FROM assignment WHERE status = 'published')"
WAITING = "(SELECT min(id) FROM offer WHERE status = 'waiting')"
ITS_SLOT = f"(SELECT slot_id FROM offer WHERE id = {WAITING})"
BOOKED_SLOT = f"(SELECT slot_id FROM assignment WHERE id = {BOOKED})"
BOOKED_DATE = f"(SELECT appointment_id FROM slot WHERE id = {BOOKED_SLOT})"
COPY = (
    "INSERT INTO assignment (slot_id, mediator_id, during, status, changed_at, outcome_due) "
    "SELECT {slot}, {her}, during, status, changed_at, outcome_due FROM assignment WHERE id = "
)
NO_CONSTRAINT = "ALTER TABLE assignment DROP CONSTRAINT ex_assignment_no_double_booking"
NO_INDEX = "DROP INDEX uq_assignment_live_slot"
# What is done to sound rows, by the promise that it breaks; some break another one too.
BY_HAND: dict[str, tuple[str, ...]] = {
    "two places": (NO_CONSTRAINT, COPY.format(slot="(SELECT max(id) FROM slot)", her="mediator_id") + BOOKED),
    "two for one": (
        NO_CONSTRAINT,
        NO_INDEX,
        COPY.format(slot="slot_id", her="(SELECT max(id) FROM mediator)") + BOOKED,
    ),
    "two hours": (
        f"UPDATE assignment SET during = tstzrange(lower(during) + interval '1 hour', upper(during) + interval '1 hour') WHERE id = {ASKED}",
        f"UPDATE slot SET appointment_id = {BOOKED_DATE}, number = 2 WHERE id = {ITS_SLOT}",
    ),
    "live on cancelled": (f"UPDATE slot SET status = 'cancelled' WHERE id = {BOOKED_SLOT}",),
    "visit and slot": (f"UPDATE slot SET status = 'open' WHERE id = {BOOKED_SLOT}",),
    "booked by nobody": (f"UPDATE assignment SET status = 'superseded' WHERE id = {BOOKED}",),
    "half confirmed": (f"UPDATE appointment SET status = 'confirmed' WHERE id <> {BOOKED_DATE}",),
    "half cancelled": (f"UPDATE appointment SET status = 'cancelled' WHERE id = {BOOKED_DATE}",),
    "request and dates": ("UPDATE request SET status = 'closed'",),
    "end of an offer": (f"UPDATE offer SET closed_at = created_at WHERE id = {WAITING}",),
    "dates of the dead": (f"UPDATE assignment SET evening_due = changed_at WHERE id = {ASKED}",),
    "never asked how": (f"UPDATE assignment SET outcome_due = NULL WHERE id = {BOOKED}",),
    "done without a trace": (f"UPDATE assignment SET status = 'done', outcome_due = NULL WHERE id = {BOOKED}",),
    "proposed by nobody": (f"UPDATE assignment SET status = 'proposed' WHERE id = {ASKED}",),
    "forgotten in line": (
        "INSERT INTO asking (slot_id, way, people, during, asked_by, created_at) "
        "SELECT slot_id, 'in_order', ARRAY[mediator_id], during, 'marta', changed_at "
        f"FROM assignment WHERE id = {BOOKED}",
    ),
    "half an answer": (
        "INSERT INTO idempotency_key (caller, key, fingerprint, status_code, answer, created_at) "
        "VALUES ('desk', 'k', '', 0, '{}', '2026-11-23')",
    ),
    "silent": (f"UPDATE offer SET status = 'expired', closed_at = created_at WHERE id = {WAITING}",),
    "told nothing": (f"UPDATE assignment SET status = 'withdrawn' WHERE id = {BOOKED}",),
    "asked in vain": (f"UPDATE slot SET status = 'cancelled' WHERE id = {ITS_SLOT}",),
    "asked by a lost SMS": ("UPDATE message SET status = 'failed', settled_at = created_at WHERE kind = 'offer'",),
    "overdue": (f"UPDATE assignment SET outcome_due = changed_at WHERE id = {BOOKED}",),
    "stuck on the line": ("UPDATE message SET status = 'sending', sending_at = '2020-01-01'",),
    "unread": (
        "INSERT INTO inbound (provider, sid, from_phone, to_phone, body, raw, received_at, status) "
        "VALUES ('p', 's', '+39340', '+39340', 'SI', '{}', '2026-11-23', 'stored')",
    ),
    "stuck run": ("UPDATE planning_run SET status = 'running', alive_at = '2020-01-01'",),
}


@pytest.fixture
def sound(database: Database) -> Database:
    """One visit booked, one slot asked about, one open for the plan of a week to come; ten minutes later."""
    with database.begin() as session:
        first, second = (make.mediator(session) for _ in range(2))
        for her in (first, second):
            scene.publish(session, scene.slot(session), [her])
        scene.slot(session, scene.NEXT_WEEK + dt.timedelta(days=28))
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        offer_id = session.scalars(select(Offer.id).where(Offer.mediator_id == first.id)).one()
    with database.begin() as session:
        assert settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING) is Settled.BOOK
    scene.send_all(database, scene.office())
    with database.begin() as session:
        set_virtual(session, LATER)
    return database


def found_in(database: Database) -> set[str]:
    with database.begin() as session:
        return {one.invariant.name for one in broken(session)}


def test_sound_rows_break_no_promise(sound: Database) -> None:
    """The control of all that follows: nothing is found before a hand was laid on them."""
    assert found_in(sound) == set()


@pytest.mark.parametrize("name", BY_HAND)
def test_a_promise_that_is_broken_by_hand_is_found(sound: Database, name: str) -> None:
    """By its own name."""
    with sound.begin() as session:
        for statement in BY_HAND[name]:
            session.execute(text(statement))
    assert name in found_in(sound)


def test_a_lost_sms_about_a_visit_that_moved_counts_too(sound: Database) -> None:
    with sound.begin() as session:
        session.execute(text("UPDATE message SET kind = 'moved' WHERE kind = 'offer'"))
        session.execute(text(BY_HAND["asked by a lost SMS"][0].replace("'offer'", "'moved'")))
    assert "asked by a lost SMS" in found_in(sound)


def test_each_question_is_tried_and_each_says_what_to_do() -> None:
    """A promise added to the file must be broken here too."""
    assert {one.name for one in invariants()} == set(BY_HAND)
    assert all(one.says and one.remedy and one.question.startswith("SELECT") for one in invariants())


def test_the_doctor_names_the_promise_and_the_rows(healthy: Database, look: Look) -> None:
    """On a healthy installation all hold; seven half answers are one finding, with the first few of them."""
    assert look()["promises"].level is Level.FINE
    with healthy.begin() as session:
        for number in range(SHOWN + 2):
            session.execute(text(BY_HAND["half an answer"][0].replace("'k'", f"'k{number}'")))
    found = look()["promises"]
    assert found.level is Level.WRONG
    assert found.says.startswith("half an answer: ")
    assert found.says.endswith("and 2 more)")
    assert found.remedy
