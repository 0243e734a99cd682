# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a booking to what counts: dates due, the row at the end, both sides, disputes, silence, late cancellations."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.attendance import ending
from dispatch.attendance.decisions import Heard
from dispatch.attendance.sayings import Saying, Side
from dispatch.attendance.service import close_if_over, settle, tell
from dispatch.kit.session import Database
from dispatch.offers.answering import withdraw_booking
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    Outcome,
    Reminders,
    RequestStatus,
)
from dispatch.records.territory import Desk
from tests import make
from tests.dispatch.attendance import scene
from tests.dispatch.attendance.scene import END, LATER, POLICY, START
from tests.dispatch.offers import scene as offers

HELD = Saying(Outcome.HELD)


def dues(session: Session, visit: scene.Booked) -> tuple[dt.datetime | None, ...]:
    row = session.get_one(Assignment, visit.assignment_id)
    return row.evening_due, row.hours_due, row.outcome_due


def says(session: Session, row: Attendance, side: Side, said: Saying = HELD, now: dt.datetime = LATER) -> Heard:
    return tell(session, POLICY, row, side, said, now, via="test")


@pytest.mark.parametrize(
    ("chosen", "evening", "hours"),
    [
        (Reminders.EVENING, True, False),
        (Reminders.TWO_HOURS, False, True),
        (Reminders.BOTH, True, True),
        (Reminders.NONE, False, False),
    ],
)
def test_a_booking_carries_the_dates_of_her_choice(
    database: Database, chosen: Reminders, evening: bool, hours: bool
) -> None:
    """19:00 of the evening before, half past seven instead of seven by night, and a quarter after the end."""
    visit = scene.booked(database, reminders=chosen)
    evening_before, seven_thirty = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC), START - dt.timedelta(minutes=90)
    with database.begin() as session:
        assert dues(session, visit) == (
            evening_before if evening else None,
            seven_thirty if hours else None,
            LATER,
        )


def test_whoever_is_booked_late_is_not_reminded_of_what_has_passed(database: Database) -> None:
    """Booked on Monday at nine for noon: the evening before is over, ten o'clock is still to come."""
    visit = scene.booked(database, offers.MONDAY_MORNING + dt.timedelta(hours=3), reminders=Reminders.BOTH)
    with database.begin() as session:
        assert dues(session, visit)[:2] == (None, offers.MONDAY_MORNING + dt.timedelta(hours=1))


def test_a_booking_that_ends_is_due_no_more(database: Database) -> None:
    """She gives it back in time: nobody is reminded, nobody asked."""
    visit = scene.booked(database, START + dt.timedelta(days=7), reminders=Reminders.BOTH)
    with database.begin() as session:
        offer_id = session.scalars(select(Offer.id)).one()
        assert withdraw_booking(session, offers.office(), offer_id, offers.MONDAY_MORNING)
    with database.begin() as session:
        assert dues(session, visit) == (None, None, None)


def test_the_end_makes_the_row_and_asks_her(database: Database) -> None:
    """Awaited, with everything copied; the assignment is done; one SMS with the code and the link; twice is as once."""
    visit = scene.booked(database)
    with database.begin() as session:
        make.project(session, "fami")
        session.scalars(select(Appointment)).one().project_code = "fami"
    scene.ended(database, visit)
    with database.begin() as session:
        assert not ending.end_visit(session, scene.office(), visit.assignment_id, LATER)
    with database.begin() as session:
        row, assignment = scene.attendance(session, visit), session.get_one(Assignment, visit.assignment_id)
        assert (row.status, row.outcome, row.minutes) == (AttendanceStatus.AWAITED, None, 0)
        assert (row.planned, row.ambito_code, row.project_code) == (assignment.during, "BG05", "fami")
        assert (assignment.status, *dues(session, visit)) == (AssignmentStatus.DONE, None, None, None)
        (text,) = offers.texts(session, "how_was_it")
        assert f"FATTO {visit.code}; " in text
        assert "ponte.example/m/" in text
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.CONFIRMED


def test_a_project_that_intake_ruled_out_is_not_charged(database: Database) -> None:
    """The desk has a project that was over when it asked: the appointment carries none, and so does its attendance."""
    visit = scene.booked(database)
    with database.begin() as session:
        make.project(session, "over", ends=dt.date(2026, 6, 30))
        session.scalars(select(Desk)).one().project_code = "over"
    scene.ended(database, visit)
    with database.begin() as session:
        assert scene.attendance(session, visit).project_code is None


def test_both_sides_agree_and_the_request_is_closed(database: Database) -> None:
    """Her real times count; the appointment is held, the request over."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    real = (START + dt.timedelta(minutes=5), END + dt.timedelta(minutes=10))
    with database.begin() as session:
        row = scene.attendance(session, visit)
        assert says(session, row, Side.MEDIATOR, Saying(Outcome.HELD, real, 24)) is Heard.WEIGHED
        assert (row.status, row.remind_at) == (AttendanceStatus.TOLD, LATER + dt.timedelta(days=POLICY.silent_days))
        assert says(session, row, Side.DESK) is Heard.WEIGHED
    with database.begin() as session:
        row = scene.attendance(session, visit)
        assert (row.status, row.minutes, row.km) == (AttendanceStatus.AGREED, 65, 24)
        assert row.real is not None
        assert (row.real.lower, row.real.upper) == real
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.HELD
        assert session.scalars(select(Request.status)).one() == RequestStatus.CLOSED
        assert says(session, row, Side.DESK) is Heard.NOTHING
        assert says(session, row, Side.DESK, Saying(Outcome.PERSON_ABSENT)) is Heard.CLOSED


def test_a_dispute_counts_nothing_until_it_is_settled(database: Database) -> None:
    """She says held, the desk says she never came: coordinators are told both things, and one of them settles."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    with database.begin() as session:
        row = scene.attendance(session, visit)
        says(session, row, Side.MEDIATOR)
        says(session, row, Side.DESK, Saying(Outcome.MEDIATOR_ABSENT))
    with database.begin() as session:
        row = scene.attendance(session, visit)
        assert (row.status, row.minutes, row.remind_at) == (AttendanceStatus.DISPUTED, 0, None)
        told = session.scalars(select(Notice.kind).where(Notice.desk_id.is_(None))).all()
        assert sorted(told) == ["attendance_disputed", "mediator_absent"]
        assert session.scalars(select(Request.status)).one() == RequestStatus.OPEN
        settle(session, POLICY, row, HELD, LATER, by="account:marta")
    with database.begin() as session:
        row = scene.attendance(session, visit)
        assert (row.status, row.minutes, row.settled_by) == (AttendanceStatus.AGREED, 60, "account:marta")
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.HELD
        assert session.scalars(select(Request.status)).one() == RequestStatus.CLOSED


def test_a_mediator_who_did_not_come_costs_nothing(database: Database) -> None:
    """Both say so: no minutes, and the meeting did not take place."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    with database.begin() as session:
        row = scene.attendance(session, visit)
        for side in Side:
            says(session, row, side, Saying(Outcome.MEDIATOR_ABSENT))
        assert (row.status, row.minutes, row.real) == (AttendanceStatus.AGREED, 0, None)
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.NOT_HELD


def test_silence_of_one_side(database: Database) -> None:
    """After the days of the policy what the other said counts; before, nothing happens."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    due = LATER + dt.timedelta(days=POLICY.silent_days)
    with database.begin() as session:
        says(session, scene.attendance(session, visit), Side.MEDIATOR)
        early = due - dt.timedelta(seconds=1)
        assert not ending.look_again(session, scene.office(), visit.assignment_id, early)
        assert ending.look_again(session, scene.office(), visit.assignment_id, due)
        row = scene.attendance(session, visit)
        assert (row.status, row.settled_by, row.minutes) == (AttendanceStatus.AGREED, "silence of the desk", 60)


def test_silence_of_both(database: Database) -> None:
    """She is asked once more after a day, then a coordinator hears of it, and nothing is ever made up."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    for days in (1, 2, POLICY.silent_days, POLICY.silent_days + 1):
        with database.begin() as session:
            ending.look_again(session, scene.office(), visit.assignment_id, LATER + dt.timedelta(days=days))
    with database.begin() as session:
        assert session.scalars(select(func.count()).where(Message.kind == "how_was_it")).one() == 2
        assert session.scalars(select(Notice.kind).where(Notice.desk_id.is_(None))).all() == ["nobody_told"]
        row = scene.attendance(session, visit)
        assert (row.status, row.remind_at) == (AttendanceStatus.AWAITED, None)


@pytest.mark.parametrize(("hours", "minutes"), [(50, None), (47, 30), (23, 60), (1, 60)])
def test_a_late_cancellation_by_the_desk(database: Database, hours: int, minutes: int | None) -> None:
    """Under two days half of it is charged, under one all of it; in good time there is no row at all."""
    visit = scene.booked(database, START + dt.timedelta(days=7))
    now = START + dt.timedelta(days=7, hours=-hours)
    with database.begin() as session:
        cancel_appointments(session, session.scalars(select(Appointment.id)).all(), now)
        assert dues(session, visit) == (None, None, now)
    with database.begin() as session:
        assert ending.end_visit(session, scene.office(), visit.assignment_id, now + dt.timedelta(minutes=1))
        assert not ending.end_visit(session, scene.office(), visit.assignment_id, now + dt.timedelta(minutes=2))
    with database.begin() as session:
        rows = session.scalars(select(Attendance)).all()
        assert [row.minutes for row in rows] == ([] if minutes is None else [minutes])
        assert all((row.outcome, row.status) == (Outcome.CANCELLED_LATE, AttendanceStatus.AGREED) for row in rows)
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.CANCELLED
        assert session.scalars(select(func.count()).where(Message.kind == "how_was_it")).one() == 0


@pytest.mark.parametrize(
    ("hers", "status", "minutes", "rows"),
    [
        (True, AssignmentStatus.BOOKED, 30, 0),
        (True, AssignmentStatus.BOOKED, 60, 1),  # right after it: the first hour is lost to her all the same
        (True, AssignmentStatus.WITHDRAWN, 30, 1),
        (False, AssignmentStatus.BOOKED, 30, 1),
    ],
)
def test_a_change_of_the_hour_is_not_paid_twice(
    database: Database, hers: bool, status: AssignmentStatus, minutes: int, rows: int
) -> None:
    """Half an hour later for the same request and the same mediator: she is paid for that visit, not for both."""
    visit, now = scene.booked(database), START - dt.timedelta(hours=5)
    with database.begin() as session:
        first = session.scalars(select(Appointment)).one()
        cancel_appointments(session, [first.id], now)
        who = session.get_one(Assignment, visit.assignment_id).mediator_id if hers else make.mediator(session).id
        moved = START + dt.timedelta(minutes=minutes)
        new = make.visit(session, make.mediator(session), moved, state=status)
        new.mediator_id, new.slot.appointment.number = who, 2
        new.slot.appointment.request_id = first.request_id
    with database.begin() as session:
        assert ending.end_visit(session, scene.office(), visit.assignment_id, now + dt.timedelta(minutes=1))
        assert session.scalars(select(func.count(Attendance.id))).one() == rows


def test_a_question_nobody_had_said_yes_to_is_never_paid(database: Database) -> None:
    """Cancelled an hour before, while she was still being asked."""
    offers.asked(database, start=START)
    with database.begin() as session:
        cancel_appointments(session, session.scalars(select(Appointment.id)).all(), START - dt.timedelta(hours=1))
        assert session.scalars(select(Assignment.outcome_due)).all() == [None]


def test_a_meeting_of_two_is_held_when_both_are_known(database: Database) -> None:
    """One has told, the other is still on her way home: nothing is said of the appointment yet."""
    visit = scene.booked(database)
    with database.begin() as session:
        first = session.get_one(Assignment, visit.assignment_id)
        needs = session.get_one(Slot, first.slot_id)
        second = make.kept(
            session,
            Slot(appointment_id=needs.appointment_id, number=2, needs=needs.needs, value=1, changed_at=LATER),
        )
        other = Assignment(
            slot_id=second.id,
            mediator_id=make.mediator(session).id,
            during=first.during,
            status=AssignmentStatus.BOOKED,
            changed_at=LATER,
            outcome_due=LATER,
        )
        other_id = make.kept(session, other).id
    scene.ended(database, visit)
    with database.begin() as session:
        says(session, scene.attendance(session, visit), Side.DESK)
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.CONFIRMED
    twin = scene.Booked(other_id, 0, "")
    scene.ended(database, twin)
    with database.begin() as session:
        says(session, scene.attendance(session, twin), Side.DESK, Saying(Outcome.MEDIATOR_ABSENT))
        assert session.scalars(select(Appointment.status)).one() == AppointmentStatus.HELD


def test_a_request_with_a_date_to_come_stays_open(database: Database) -> None:
    """Held today, and again next week: it is closed when nothing is left; a presence never is."""
    visit = scene.booked(database)
    with database.begin() as session:
        held = session.scalars(select(Appointment)).one()
        values = {c: getattr(held, c) for c in ("request_id", "kind", "mode", "place_id", "duration")}
        late = START + dt.timedelta(days=7)
        session.add(Appointment(number=2, windows=[], first_start=late, last_start=late, **values))
    scene.ended(database, visit)
    with database.begin() as session:
        for side in Side:
            says(session, scene.attendance(session, visit), side)
        request = session.scalars(select(Request)).one()
        assert request.status == RequestStatus.OPEN
        assert not close_if_over(session, request.id, late + dt.timedelta(minutes=59))
        assert close_if_over(session, request.id, late + dt.timedelta(minutes=61))
        assert request.status == RequestStatus.CLOSED
