# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cancelling while somebody is asked, booked, or just saying yes: nothing stays live on what was cancelled."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.offers.office import office_of
from dispatch.records import Appointment, Assignment, Offer, Request, Slot
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    AppointmentStatus,
    AssignmentStatus,
    OfferStatus,
    RequestStatus,
    SlotStatus,
)
from tests import make

START = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
ROUNDS = 20


@pytest.fixture
def offered(database: Database) -> int:
    """The id of a waiting offer for a request of one appointment."""
    with database.begin() as session:
        make.desk(session, "cpia")
        make.mediator(session, "m1")
        set_virtual(session, make.NOW)
    answer = make.client(database).post(
        "/api/v1/requests",
        json=make.body("cpia", when=[{"day": "2026-11-30", "from": "10:00"}]),
        headers=make.key_of(database, "cpia"),
    )
    assert answer.status_code == 201, answer.text
    with database.begin() as session:
        return offer(session, session.scalars(select(Slot)).one())


def offer(session: Session, slot: Slot) -> int:
    """Publish the slot to the one mediator and put the question to her."""
    during = Range(START, START + dt.timedelta(hours=1))
    assignment = Assignment(slot_id=slot.id, mediator_id=1, during=during, status="published", changed_at=make.NOW)
    make.kept(session, assignment)
    slot.status = SlotStatus.OFFERED
    asked = Offer(
        slot_id=slot.id, mediator_id=1, assignment_id=assignment.id, during=during, code=412, policy="cascade"
    )
    asked.status, asked.created_at, asked.asked_at = OfferStatus.WAITING, make.NOW, make.NOW
    asked.reply_by = make.NOW + dt.timedelta(hours=4)
    return make.kept(session, asked).id


def jobs(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")))


def test_a_cancelled_appointment_frees_its_mediator_and_says_so(database: Database, offered: int) -> None:
    """The assignment is withdrawn with the cancellation, and a job to tell her is there if and only if it is."""
    with database.begin() as session:
        (appointment,) = session.scalars(select(Appointment.id)).all()
        assert cancel_appointments(session, [appointment], make.NOW) == [appointment]
        assert cancel_appointments(session, [appointment], make.NOW) == []
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
        assert session.scalars(select(Slot.status)).all() == [SlotStatus.CANCELLED]
        assert jobs(session).count("offers.tell_cancelled") == 1


def test_nobody_is_told_where_nobody_was_asked(database: Database, offered: int) -> None:
    """A cancelled request that had not been planned yet makes no message."""
    with database.begin() as session:
        session.execute(text("DELETE FROM offer"))
        session.execute(text("DELETE FROM assignment"))
        cancel_appointments(session, session.scalars(select(Appointment.id)).all(), make.NOW)
        assert "offers.tell_cancelled" not in jobs(session)


def test_what_took_place_is_not_cancelled(database: Database, offered: int) -> None:
    """An appointment that was held stays held."""
    with database.begin() as session:
        session.execute(text("UPDATE appointment SET status = 'held'"))
        assert cancel_appointments(session, session.scalars(select(Appointment.id)).all(), make.NOW) == []


def test_a_yes_and_a_cancellation_at_once_leave_nothing_live(database: Database, offered: int) -> None:
    """Whoever comes first, a cancelled appointment ends with no live assignment and no booked slot."""
    with database.begin() as session:
        office = office_of(session, make.installation(database))

    def say_yes(asked: int) -> None:
        with database.begin() as session:
            settle_offer(session, office, asked, Reply.YES, make.NOW)

    def call_off(appointment: int) -> None:
        with database.begin() as session:
            cancel_appointments(session, [appointment], make.NOW)

    for _ in range(ROUNDS):
        with database.begin() as session:
            appointment = session.scalars(select(Appointment.id)).one()
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(say_yes, offered), pool.submit(call_off, appointment)]:
                done.result()
        with database.begin() as session:
            live = select(Assignment.id).where(Assignment.status.in_(LIVE_ASSIGNMENT))
            assert session.scalars(live).all() == []
            assert session.scalars(select(Slot.status)).all() == [SlotStatus.CANCELLED]
            assert session.scalars(select(Appointment.status)).all() == [AppointmentStatus.CANCELLED]
            offered = begin_again(session)


def begin_again(session: Session) -> int:
    """The same request as if nothing had happened, with a fresh offer."""
    session.execute(text("UPDATE message SET offer_id = NULL"))
    session.execute(text("DELETE FROM offer"))
    session.execute(text("DELETE FROM assignment"))
    session.execute(text("UPDATE appointment SET status = 'open'"))
    session.execute(text("UPDATE request SET status = :open"), {"open": RequestStatus.OPEN})
    slot = session.scalars(select(Slot)).one()
    slot.excluded = []
    return offer(session, slot)


def test_a_request_without_dates_left_is_cancelled_as_a_whole(database: Database, offered: int) -> None:
    """The desk's page cancels everything that can still be cancelled."""
    client, key = make.client(database), make.key_of(database, "cpia")
    with database.begin() as session:
        code = session.scalars(select(Request.code)).one()
    assert client.post(f"/api/v1/requests/{code}/cancel", headers=key).json()["status"] == "cancelled"


def test_a_booked_meeting_that_moves_is_cancelled_and_asked_anew(database: Database, offered: int) -> None:
    """Who had been asked for the old time is freed and told; a change of the note alone leaves her where she is."""
    client, key = make.client(database), make.key_of(database, "cpia")
    with database.begin() as session:
        code = session.scalars(select(Request.code)).one()
    noted = client.patch(f"/api/v1/requests/{code}", json={"note": "aula 3"}, headers=key).json()
    assert [slot["status"] for one in noted["appointments"] for slot in one["slots"]] == ["offered"]
    moved = client.patch(f"/api/v1/requests/{code}", json={"duration": 90}, headers=key).json()
    assert [one["status"] for one in moved["appointments"]] == ["cancelled", "open"]
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
        assert "offers.tell_cancelled" in jobs(session)
