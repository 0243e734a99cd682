# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ticks as a worker runs them: each may come twice, be killed half-way, or come late, and nobody is told twice."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.attendance import ending, jobs, reminding, taking, writing
from dispatch.attendance.office import Office
from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers.expiring import tell_cancelled
from dispatch.offers.inbound import store
from dispatch.offers.jobs import read
from dispatch.offers.releasing import tell_released
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request
from dispatch.records.offers import Inbound, Message, Notice
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    AssignmentStatus,
    AttendanceStatus,
    InboundStatus,
    MessageStatus,
    Reminders,
    RequestStatus,
)
from dispatch.roster.choosing import save_choices
from notifications.providers.port import InboundSms
from tests import make
from tests.dispatch.attendance import scene
from tests.dispatch.attendance.scene import END, LATER, START
from tests.dispatch.offers import scene as offers

EVENING = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)  # 19:00 in Italy
QUEUED = text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE 'attendance.%'")


@pytest.fixture(autouse=True)
def installed(database: Database) -> Iterator[None]:
    running.start(make.installation(database))
    yield
    running._current.clear()


def at(database: Database, instant: dt.datetime) -> None:
    with database.begin() as session:
        set_virtual(session, instant)


def messages(database: Database, kind: str) -> list[Message]:
    with database.begin() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_the_evening_before_she_is_reminded_once(database: Database) -> None:
    """Not before its time; then one SMS, however often the tick comes; it is of no use after the start."""
    scene.booked(database)
    at(database, EVENING - dt.timedelta(seconds=1))
    jobs.remind()
    assert messages(database, "reminder") == []
    at(database, EVENING)
    for _ in range(3):
        jobs.remind()
    (sent,) = messages(database, "reminder")
    assert "mer 25/11 9:00-10:00, scuola, Trescore Balneario" in sent.body
    assert (sent.useless_after, sent.send_after, sent.segments) == (START, EVENING, 1)


def test_two_dates_that_passed_together_are_one_reminder(database: Database) -> None:
    """The clock stood still since yesterday: at half past seven she hears of it once."""
    scene.booked(database, START + dt.timedelta(hours=2), reminders=Reminders.BOTH)
    at(database, START)
    jobs.remind()
    jobs.remind()
    assert len(messages(database, "reminder")) == 1


@pytest.mark.parametrize(("owl", "minute"), [(False, 390), (True, 360)])
def test_a_tick_that_comes_by_night_waits_for_the_morning(database: Database, owl: bool, minute: int) -> None:
    """At 7:00 on her clock only those who allow it are written to; the others at half past seven."""
    scene.booked(database, quiet_hours_allowed=owl)
    midnight = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    at(database, midnight + dt.timedelta(minutes=360))
    jobs.remind()
    assert [row.send_after for row in messages(database, "reminder")] == [midnight + dt.timedelta(minutes=minute)]


@pytest.mark.parametrize("minutes", [-29, 0, 10])
def test_nobody_is_reminded_too_late(database: Database, minutes: int) -> None:
    """With less than half an hour left, or after the start, the date is dropped without a word."""
    scene.booked(database, START + dt.timedelta(hours=3))
    at(database, START + dt.timedelta(hours=3, minutes=minutes))
    jobs.remind()
    assert messages(database, "reminder") == []
    with database.begin() as session:
        assert session.scalars(select(Assignment.evening_due)).all() == [None]


def test_a_reminder_that_waits_for_the_morning_stays_at_home_when_the_visit_is_called_off(database: Database) -> None:
    """Queued by night, cancelled before it could leave: she hears that the visit is off, and nothing else."""
    scene.booked(database)
    at(database, START - dt.timedelta(hours=2))
    jobs.remind()
    with database.begin() as session:
        (appointment_id,) = session.scalars(select(Appointment.id)).all()
        cancel_appointments(session, [appointment_id], START - dt.timedelta(hours=2))
    with database.begin() as session:
        assert tell_cancelled(session, offers.office(), appointment_id, START - dt.timedelta(hours=2))
    assert [row.status for row in messages(database, "reminder")] == [MessageStatus.FAILED]
    assert len(messages(database, "cancelled")) == 1


def test_a_reminder_that_waits_for_the_morning_stays_at_home_when_she_is_released(database: Database) -> None:
    """Queued by night, then she fell ill: she hears that the visit is no longer hers, and is not sent there."""
    visit, soon = scene.booked(database), START - dt.timedelta(hours=2)
    at(database, soon)
    jobs.remind()
    with database.begin() as session:
        row = session.get_one(Assignment, visit.assignment_id)
        row.status, mediator_id, slot_id = AssignmentStatus.WITHDRAWN, row.mediator_id, row.slot_id
    with database.begin() as session:
        assert tell_released(session, offers.office(), mediator_id, slot_id, soon)
    assert [row.status for row in messages(database, "reminder")] == [MessageStatus.FAILED]
    assert len(messages(database, "released")) == 1


def test_a_booking_that_ended_reminds_nobody(database: Database) -> None:
    """Whatever ended it and forgot the dates: only what is booked is spoken of."""
    scene.booked(database)
    with database.begin() as session:
        session.scalars(select(Assignment)).one().status = AssignmentStatus.WITHDRAWN
    at(database, EVENING)
    jobs.remind()
    assert messages(database, "reminder") == []


def test_a_worker_killed_half_way_has_said_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The date and the SMS are one transaction: killed before its end both are as before, and the next tick does it."""
    scene.booked(database)
    at(database, EVENING)
    honest = writing.remind

    def die(*arguments: object) -> None:
        honest(*arguments)  # type: ignore[arg-type]  # handed on as they came
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(reminding, "remind", die)
        with contextlib.suppress(RuntimeError):
            jobs.remind()
    assert messages(database, "reminder") == []
    jobs.remind()
    assert len(messages(database, "reminder")) == 1


def test_a_second_transaction_waits_and_finds_nothing(database: Database) -> None:
    """Two workers at the same date: the lock lets one through, the other sees that it was done."""
    visit = scene.booked(database)
    with database.begin() as first:
        assert reminding.remind_of(first, scene.office(), visit.assignment_id, EVENING)
        with database.begin() as second:
            second.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(Exception, match="lock"):
                reminding.remind_of(second, scene.office(), visit.assignment_id, EVENING)
            second.rollback()
    with database.begin() as session:
        assert not reminding.remind_of(session, scene.office(), visit.assignment_id, EVENING)


def anew(database: Database, choice: Reminders, now: dt.datetime, **columns: object) -> tuple[dt.datetime | None, ...]:
    """She chooses otherwise, and the job comes: the dates of her booking after it."""
    at(database, now)
    with database.begin() as session:
        her = session.scalars(select(Mediator)).one()
        values = {"quiet_hours_allowed": her.quiet_hours_allowed, **columns}
        save_choices(session, her, choice, "it", bool(values["quiet_hours_allowed"]), "test", now)
        her_id = her.id
    jobs.remind_anew(her_id)
    with database.begin() as session:
        row = session.scalars(select(Assignment)).one()
        return row.evening_due, row.hours_due


def test_another_choice_holds_for_visits_that_are_booked(database: Database) -> None:
    """Each choice gives the dates it would have given at booking; none leaves none."""
    late = START + dt.timedelta(hours=4)
    scene.booked(database, late)
    monday, two_before = offers.MONDAY_MORNING, late - dt.timedelta(hours=2)
    assert anew(database, Reminders.TWO_HOURS, monday) == (None, two_before)
    assert anew(database, Reminders.BOTH, monday) == (EVENING, two_before)
    assert anew(database, Reminders.NONE, monday) == (None, None)
    assert anew(database, Reminders.EVENING, monday) == (EVENING, None)


def test_another_choice_brings_no_reminder_twice(database: Database) -> None:
    """Reminded at six, since nights are allowed; allowed no longer, half past seven is not a second reminder."""
    scene.booked(
        database, reminders=Reminders.TWO_HOURS, quiet_hours_allowed=True
    )  # at nine: two hours before is seven
    seven = START - dt.timedelta(hours=2)
    at(database, seven)
    jobs.remind()
    assert len(messages(database, "reminder")) == 1
    assert anew(database, Reminders.TWO_HOURS, seven, quiet_hours_allowed=False) == (None, None)
    at(database, seven + dt.timedelta(minutes=30))
    jobs.remind()
    assert len(messages(database, "reminder")) == 1


def test_what_is_due_by_now_is_left_to_the_tick(database: Database) -> None:
    """The evening has come and the tick is late: changing the choice meanwhile neither drops it nor doubles it."""
    scene.booked(database)
    assert anew(database, Reminders.BOTH, EVENING)[0] == EVENING
    jobs.remind()
    jobs.remind()
    assert len(messages(database, "reminder")) == 1


def test_after_the_end_she_is_asked_once(database: Database) -> None:
    """Not while it lasts; then one row and one SMS, however often the tick comes."""
    visit = scene.booked(database)
    at(database, END)
    jobs.ask()
    assert messages(database, "how_was_it") == []
    at(database, LATER)
    for _ in range(3):
        jobs.ask()
    assert len(messages(database, "how_was_it")) == 1
    with database.begin() as session:
        assert scene.attendance(session, visit).status == AttendanceStatus.AWAITED


def test_whoever_ends_late_is_asked_in_the_morning(database: Database) -> None:
    """A visit until nine in the evening: the row is made at once, the SMS waits for half past seven."""
    late = dt.datetime(2026, 11, 25, 19, 0, tzinfo=dt.UTC)  # 20:00 in Italy
    scene.booked(database, late, shifts=[(2, 480, 1380)])
    at(database, late + dt.timedelta(minutes=76))
    jobs.ask()
    (asked,) = messages(database, "how_was_it")
    assert asked.send_after == dt.datetime(2026, 11, 26, 6, 30, tzinfo=dt.UTC)
    with database.begin() as session:
        assert session.scalars(select(func.count(Attendance.id))).one() == 1


def test_a_reply_goes_from_one_stage_to_the_other_by_its_row(database: Database) -> None:
    """Read by offers, handed over, taken by attendance; twice each, and where the job is lost the tick takes it."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    at(database, LATER)
    with database.begin() as session:
        sms = InboundSms(sid="PH9", from_phone=visit.phone, to_phone="+39", body="FATTO 9:05 10:10")
        inbound_id = store(session, "phone", sms, LATER)
    assert inbound_id is not None
    for _ in range(2):
        read(inbound_id)
    with database.begin() as session:
        assert session.get_one(Inbound, inbound_id).status == InboundStatus.HANDED_OVER
        assert session.execute(QUEUED).scalars().all() == ["attendance.take"]
    jobs.ask()
    jobs.take(inbound_id)
    with database.begin() as session:
        assert session.get_one(Inbound, inbound_id).status == InboundStatus.SETTLED
        assert scene.attendance(session, visit).minutes == 65
    assert len(messages(database, "noted")) == 1


def test_what_nobody_ever_came_to_closes_its_request(database: Database) -> None:
    """No mediator was found and the day is over: nothing is left to do for it."""
    with database.begin() as session:
        offers.slot(session, START)
        assert session.scalars(select(Request.status)).one() == RequestStatus.OPEN
    at(database, END - dt.timedelta(seconds=1))
    jobs.ask()
    with database.begin() as session:
        assert session.scalars(select(Request.status)).one() == RequestStatus.OPEN
    at(database, END)
    jobs.ask()
    with database.begin() as session:
        assert session.scalars(select(Request.status)).one() == RequestStatus.CLOSED
        assert session.scalars(select(Appointment.status)).one() == "open"


def test_a_reply_that_cannot_be_taken_comes_to_a_person(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try fails: for a quarter of an hour it is tried, then a coordinator gets its full text, once."""
    visit = scene.booked(database)
    offers.says(database, visit.phone, "FATTO", END)

    def fail(*_: object) -> None:
        raise RuntimeError("this row cannot be")

    monkeypatch.setattr(taking, "take", fail)
    for minutes, becomes in ((1, InboundStatus.HANDED_OVER), (16, InboundStatus.PERSON), (17, InboundStatus.PERSON)):
        at(database, END + dt.timedelta(minutes=minutes))
        with contextlib.suppress(RuntimeError):
            jobs.ask()
        with database.begin() as session:
            newest = select(Inbound.status).order_by(Inbound.id.desc()).limit(1)
            assert session.scalars(newest).one() == becomes
    with database.begin() as session:
        assert session.scalars(select(Notice.kind).where(Notice.desk_id.is_(None))).all() == ["to_read"]


def test_one_visit_that_cannot_be_keeps_no_other_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first makes trouble, the second is asked all the same, and the job counts as failed."""
    first, second = scene.booked(database), scene.booked(database)
    at(database, LATER)
    honest = ending.end_visit

    def end(session: Session, office: Office, key: int, now: dt.datetime) -> bool:
        if key == first.assignment_id:
            raise RuntimeError("this row cannot be")
        return honest(session, office, key, now)

    monkeypatch.setattr(ending, "end_visit", end)
    with pytest.raises(RuntimeError):
        jobs.ask()
    with database.begin() as session:
        assert session.scalars(select(Attendance.assignment_id)).all() == [second.assignment_id]
