# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the reports read: which visits belong to a period and to whom, whatever became of their slot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.roster import Absence, Commitment, Mediator
from dispatch.records.statuses import AttendanceStatus, Outcome, PlanningRunStatus, RunKind, SlotStatus
from dispatch.reporting import queries, registers
from dispatch.reporting.facts import read_facts
from dispatch.reporting.period import Period, named
from tests import make

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOVEMBER = named("2026-11")
NOW = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 10, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def amina(session: Session) -> Mediator:
    return make.mediator(session, "m1")


def test_a_visit_counts_by_its_start(session: Session, amina: Mediator) -> None:
    """From 23:30 of 31 October to 0:30 of November it is October's, whole."""
    make.visit(session, amina, dt.datetime(2026, 10, 31, 22, 30, tzinfo=dt.UTC))
    make.visit(session, amina, dt.datetime(2026, 11, 30, 22, 30, tzinfo=dt.UTC), minutes=120)
    assert [one.minutes for one in queries.read_visits(session, named("2026-10"))] == [60]
    assert [one.minutes for one in queries.read_visits(session, NOVEMBER)] == [120]
    assert queries.read_visits(session, named("2026-12")) == []


@pytest.mark.parametrize(("name", "night"), [("2026-W43", (10, 25)), ("2026-W13", (3, 29))])
def test_the_night_of_the_clocks_belongs_to_its_sunday(
    session: Session, amina: Mediator, name: str, night: tuple[int, int]
) -> None:
    """Six hours from midnight in real time, on the Sunday that ends the week."""
    start = dt.datetime.combine(dt.date(2026, *night), dt.time(0, 30), dt.UTC)
    make.visit(session, amina, start, minutes=360)
    make.visit(session, amina, named(name).ends)
    (one,) = queries.read_visits(session, named(name))
    assert (one.start, one.minutes) == (start, 360)


def test_an_open_slot_counts_by_the_time_it_was_asked_for(session: Session) -> None:
    """Nobody has it: it is asked for, and nothing else."""
    make.asked(session, MORNING, minutes=45)
    make.asked(session, MORNING, status=SlotStatus.CANCELLED)
    (one,) = queries.read_visits(session, NOVEMBER)
    assert (one.minutes, one.mediator_id, one.status, one.used) == (45, None, None, 0)


def proposed(session: Session, who: Mediator, of: Assignment, status: PlanningRunStatus) -> None:
    """A run's proposal to give that slot to her."""
    run = PlanningRun(kind=RunKind.WEEK, status=status, week_start=dt.date(2026, 11, 9), days=7, seconds=1)
    run.asked_at = make.NOW
    make.kept(session, run)
    row = Assignment(slot_id=of.slot_id, mediator_id=who.id, during=of.during, status="proposed", run_id=run.id)
    row.changed_at = make.NOW
    make.kept(session, row)


@pytest.mark.parametrize(
    ("state", "run", "counted"),
    [
        ("booked", PlanningRunStatus.DRAFT, ["booked"]),
        ("withdrawn", PlanningRunStatus.DRAFT, ["proposed"]),
        ("withdrawn", PlanningRunStatus.SET_ASIDE, [None]),
    ],
)
def test_a_proposal_counts_while_it_is_a_draft_of_an_empty_slot(
    session: Session, amina: Mediator, state: str, run: PlanningRunStatus, counted: list[str | None]
) -> None:
    """What stands wins over a draft, and a draft that was set aside proposes nothing any more."""
    proposed(session, amina, make.visit(session, amina, MORNING, state=state), run)
    assert [one.status for one in queries.read_visits(session, NOVEMBER)] == counted


def test_an_attendance_keeps_what_was_true(session: Session, amina: Mediator) -> None:
    """Cancelled late: the slot is gone, its half hour is paid, to the project and the ambito of that day, and weighs on nobody."""
    make.project(session, "old")
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    one = make.visit(session, amina, MORNING, status=SlotStatus.CANCELLED, state="withdrawn")
    kept: dict[str, Any] = {
        "outcome": Outcome.CANCELLED_LATE,
        "minutes": 30,
        "ambito_code": "BG14",
        "project_code": "old",
    }
    make.attendance(session, one, km=12, by_mediator={"outcome": "cancelled_late", "km": 12}, **kept)
    (found,) = queries.read_visits(session, NOVEMBER)
    assert (found.ambito, found.project, found.worked, found.used) == ("BG14", "old", 30, 0)
    assert (found.is_booked, found.told_km) == (True, 12)


def test_an_awaited_attendance_tells_nothing_yet(session: Session, amina: Mediator) -> None:
    """Until somebody says how it went the hour is promised, not worked, and its kilometres are reckoned."""
    make.attendance(
        session, make.visit(session, amina, MORNING), minutes=0, status=AttendanceStatus.AWAITED, outcome=None
    )
    (found,) = queries.read_visits(session, NOVEMBER)
    assert (found.used, found.worked, found.told_km, found.is_told) == (60, 0, None, False)


def test_a_call_belongs_to_the_ambito_that_asked(session: Session, amina: Mediator) -> None:
    """No place, so the desk's; and nobody drives there."""
    make.visit(session, amina, MORNING, mode="phone", place_id=None)
    facts = read_facts(session, NOVEMBER)
    assert (facts.visits[0].ambito, facts.km) == ("BG05", {})


def test_offers_count_when_they_leave(session: Session, amina: Mediator) -> None:
    """By how they ended; one that waits in the queue was not put to anybody yet, one of October not in November."""
    for status in ("accepted", "declined", "expired", "covered", "queued"):
        make.offer(session, amina, MORNING, status)
    make.offer(session, amina, MORNING - 31 * DAY, "declined")
    known = read_facts(session, NOVEMBER).offers_by("mediator")[amina.id]
    assert (known.received, known.accepted, known.refused, known.silent) == (4, 1, 1, 1)


def test_the_last_job_is_the_newest_she_went_to(session: Session, amina: Mediator) -> None:
    """Not the one she missed, nor the one still ahead, nor one that was taken back."""
    for days in (20, 10):
        make.visit(session, amina, NOW - days * DAY)
    missed = make.visit(session, amina, NOW - 5 * DAY)
    make.attendance(session, missed, minutes=0, outcome=Outcome.MEDIATOR_ABSENT)
    make.visit(session, amina, NOW - 2 * DAY, state="withdrawn")
    make.visit(session, amina, NOW + 3 * DAY)
    found = next(one for one in queries.newest_of_mediators(session, NOW) if one.key == amina.id)
    assert (found.last, found.latest) == (NOW - 10 * DAY, NOW + 3 * DAY)


def test_a_project_pays_what_was_worked_and_owes_what_is_booked(session: Session, amina: Mediator) -> None:
    """50 minutes told, 60 ahead and 60 disputed; published and free visits cost it nothing, a call no ambito."""
    make.project(session, "fami")
    make.attendance(session, make.visit(session, amina, MORNING, project_code="fami"), minutes=50)
    torn = make.visit(session, amina, MORNING + DAY, project_code="fami")
    make.attendance(session, torn, minutes=0, status=AttendanceStatus.DISPUTED)
    make.visit(session, amina, NOW + DAY, project_code="fami")
    make.visit(session, amina, NOW + 2 * DAY, project_code="fami", mode="phone", place_id=None)
    make.visit(session, amina, NOW + 3 * DAY, project_code="fami", state="published")
    make.visit(session, amina, NOW + 4 * DAY)
    spent = {one.ambito: (one.project, one.worked, one.booked) for one in queries.spent_minutes(session)}
    assert spent == {"BG05": ("fami", 50, 120), None: ("fami", 0, 60)}


def test_attendances_are_late_after_some_days(session: Session, amina: Mediator) -> None:
    """One nobody told of and one disputed, both four days ago; yesterday's has time, an agreed one is done."""
    awaited: dict[str, Any] = {"status": AttendanceStatus.AWAITED, "outcome": None}
    make.attendance(session, make.visit(session, amina, NOW - 4 * DAY), **awaited)
    make.attendance(session, make.visit(session, amina, NOW - 5 * DAY), status=AttendanceStatus.DISPUTED)
    make.attendance(session, make.visit(session, amina, NOW - DAY), **awaited)
    make.attendance(session, make.visit(session, amina, NOW - 6 * DAY))
    assert queries.late_attendances(session, NOW - 3 * DAY) == {amina.id: 2}


def test_training_counts_and_who_is_away_is_not_available(session: Session, amina: Mediator) -> None:
    """A course of two hours is work; eight of the last fourteen days on holiday are no idleness, one day is."""
    session.add(Commitment(mediator_id=amina.id, during=Range(MORNING, MORNING + 2 * HOUR)))
    away, briefly, gone = make.mediator(session), make.mediator(session), make.mediator(session, active=False)
    make.mediator(session, shifts=[])
    session.add(Absence(mediator_id=away.id, during=Range(NOW - 30 * DAY, NOW - 6 * DAY)))
    session.add(Absence(mediator_id=briefly.id, during=Range(NOW - 2 * DAY, NOW - DAY)))
    session.flush()
    assert registers.training_minutes(session, NOVEMBER) == {amina.id: 120}
    assert registers.available_people(session, NOW, 14) == {amina.id, briefly.id}
    assert gone.active is False


def test_days_that_are_no_month_are_a_period_too(session: Session, amina: Mediator) -> None:
    """From the 10th to the 10th is one day."""
    make.visit(session, amina, MORNING)
    make.visit(session, amina, MORNING + DAY)
    assert len(queries.read_visits(session, Period(dt.date(2026, 11, 10), dt.date(2026, 11, 10)))) == 1
