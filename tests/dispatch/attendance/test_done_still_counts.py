# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit that is over is no longer live, and still takes its hours, its road and its budget in the running week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.appointments.cancelling import cancel_appointments
from dispatch.kit.session import Database
from dispatch.offers.page_queries import her_minutes
from dispatch.planning.agenda import agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from dispatch.roster.day import day_refusals
from solver.files import accept
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at

POLICY = load_policy().planning
TUESDAY_NOON = dt.datetime.fromisoformat(at(1, 12))
COUNTS = [
    (AssignmentStatus.BOOKED, True),
    (AssignmentStatus.DONE, True),
    (AssignmentStatus.WITHDRAWN, False),  # the control: what was given back counts for nothing
]
counted = pytest.mark.parametrize(("status", "counts"), COUNTS)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as opened:
        yield opened


def went(session: Session, mediator: Mediator, slot: Slot, start: str, status: AssignmentStatus) -> Assignment:
    """Her visit of an hour; the slot stays booked when it is over."""
    begins = dt.datetime.fromisoformat(start)
    slot.status = SlotStatus.CANCELLED if status == AssignmentStatus.WITHDRAWN else SlotStatus.BOOKED
    during = Range(begins, begins + dt.timedelta(hours=1))
    row = Assignment(slot_id=slot.id, mediator_id=mediator.id, during=during, status=status, changed_at=NOW)
    return make.kept(session, row)


def planned(session: Session) -> list[str]:
    """The slots that a plan of the running week would give somebody, facts included."""
    problem = read_snapshot(session, MONDAY, 7, TUESDAY_NOON, POLICY).problem
    accept(problem)
    return [line.slot for line in solve(problem, seconds=0, seed=1, workers=1).assignments]


@counted
def test_her_weekly_limit(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """One hour a week, worked on Monday: nothing is left for Wednesday."""
    amina = make.mediator(session, "m1", max_week=60)
    over = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    went(session, amina, over, at(0, 8), status)
    later = ask_for(session, "d1", (at(2, 8), at(2, 8)))
    assert (str(later.id) not in planned(session)) is counts
    refusals = day_refusals(session, amina.id, later.id, *(dt.datetime.fromisoformat(at(2, hour)) for hour in (8, 9)))
    assert bool(refusals) is counts


@counted
def test_the_road_of_the_same_day(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """Over at 13:00 in Trescore, nobody is in Clusone at 13:05."""
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    amina = make.mediator(session, "m1")
    went(session, amina, ask_for(session, "d0", (at(1, 11), at(1, 11))), at(1, 11), status)
    make.desk(session, "clusone", place_id=make.place(session, "clusone", comune_code="016077").id)
    far = ask_for(session, "d1", (at(1, 12, 5), at(1, 12, 5)))
    session.get_one(Appointment, far.appointment_id).place_id = make.place(session, "alta", comune_code="016077").id
    session.flush()
    start = dt.datetime.fromisoformat(at(1, 12, 5))
    assert bool(day_refusals(session, amina.id, far.id, start, start + dt.timedelta(hours=1))) is counts


@counted
def test_the_same_hour_is_never_given_twice(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """The exclusion constraint knows live rows only; the audit of her day knows those that are over too."""
    amina = make.mediator(session, "m1")
    went(session, amina, ask_for(session, "d0", (at(1, 11), at(1, 11))), at(1, 11), status)
    other = ask_for(session, "d1", (at(1, 11, 30), at(1, 11, 30)))
    start = dt.datetime.fromisoformat(at(1, 11, 30))
    assert bool(day_refusals(session, amina.id, other.id, start, start + dt.timedelta(hours=1))) is counts


@counted
def test_the_budget_of_a_project(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """A project pays for an hour in all, and it was spent on Monday."""
    amina = make.mediator(session, "m1")
    make.project(session, "fami", minutes=60)
    slots = [ask_for(session, f"d{day}", (at(day, 8), at(day, 8))) for day in (0, 2)]
    for slot in slots:
        session.get_one(Appointment, slot.appointment_id).project_code = "fami"
    went(session, amina, slots[0], at(0, 8), status)
    session.flush()
    assert (str(slots[1].id) not in planned(session)) is counts


@counted
def test_the_coordinators_week(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """Monday's visit stays on the agenda of the week, and its hour in her count."""
    amina = make.mediator(session, "m1", max_week=600)
    went(session, amina, ask_for(session, "d0", (at(0, 8), at(0, 8))), at(0, 8), status)
    session.flush()
    page = agenda_page(session, MONDAY, TUESDAY_NOON, Sieve(), "bergamo")
    assert [(sum(map(len, row.cells)), row.used_hours) for row in page.rows] == [(1, "1")] * counts
    assert len(page.idle) == 1 - counts


@counted
def test_her_hours_on_the_phone(session: Session, status: AssignmentStatus, counts: bool) -> None:
    """The hours of the month hold the visit whether or not it is over."""
    amina = make.mediator(session, "m1")
    went(session, amina, ask_for(session, "d0", (at(0, 8), at(0, 8))), at(0, 8), status)
    since, until = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (11, 12))
    assert her_minutes(session, amina.id, since, until) == (60 if counts else 0)


def test_what_is_over_cannot_be_cancelled(session: Session) -> None:
    """Nobody has told yet how it went: the appointment is still confirmed, and stays so."""
    slot = ask_for(session, "d0", (at(1, 8), at(1, 16)))
    row = went(session, make.mediator(session, "m1"), slot, at(1, 8), AssignmentStatus.DONE)
    session.get_one(Appointment, slot.appointment_id).status = AppointmentStatus.CONFIRMED
    session.flush()
    assert cancel_appointments(session, [slot.appointment_id], TUESDAY_NOON) == []
    row.status = AssignmentStatus.BOOKED
    session.flush()
    assert cancel_appointments(session, [slot.appointment_id], TUESDAY_NOON) == [slot.appointment_id]
