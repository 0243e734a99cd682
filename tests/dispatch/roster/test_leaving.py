# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is away or leaves with visits ahead: refused with the rows, released so that others are sought, or kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import NotUnderstood
from dispatch.kit.problems import readable
from dispatch.kit.session import Database
from dispatch.records import Absence, Appointment, Assignment, Mediator, Request, Slot
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from dispatch.roster.entries import AbsenceEntry, CommitmentEntry
from dispatch.roster.exceptions import remove_absence, save_absence, save_commitment
from dispatch.roster.leaving import Visits, VisitsInTheWay
from dispatch.roster.saving import retire_mediator
from dispatch.roster.week import Week, read_mediators
from tests import make

MONDAY = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@dataclass
class Scene:
    session: Session
    mediator: Mediator

    def visit(self, days: int, status: AssignmentStatus = AssignmentStatus.BOOKED) -> Assignment:
        """A visit of hers, so many days after the Monday at nine."""
        start = MONDAY + dt.timedelta(days=days)
        desk = make.desk(self.session)
        request = Request(code=f"R-{days}", desk_id=desk.id, kind="mediation", priority="routine", body={})
        request.created_at = request.changed_at = make.NOW
        make.kept(self.session, request)
        appointment = Appointment(request_id=request.id, number=1, kind="mediation", mode="onsite", duration=60)
        appointment.place_id, appointment.windows = desk.place_id, [[start.isoformat(), start.isoformat()]]
        appointment.first_start = appointment.last_start = start
        booked = status is AssignmentStatus.BOOKED
        appointment.status = AppointmentStatus.CONFIRMED if booked else AppointmentStatus.OPEN
        make.kept(self.session, appointment)
        slot = Slot(appointment_id=appointment.id, number=1, needs={}, value=500, changed_at=make.NOW)
        slot.status = SlotStatus.BOOKED if booked else SlotStatus.OFFERED
        make.kept(self.session, slot)
        row = Assignment(slot_id=slot.id, mediator_id=self.mediator.id, during=Range(start, start + HOUR))
        row.status, row.changed_at = status, make.NOW
        return make.kept(self.session, row)

    def absence(self, days: int) -> AbsenceEntry:
        """The whole day."""
        start = MONDAY + dt.timedelta(days=days) - 8 * HOUR
        return AbsenceEntry(mediator="m1", start=start, end=start + 24 * HOUR)

    def jobs(self) -> list[str]:
        return [row[0] for row in self.session.execute(text("SELECT task_name FROM procrastinate_jobs"))]


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with database.begin() as session:
        yield Scene(session, make.mediator(session, "m1"))


def test_an_absence_over_a_booking_is_refused_with_the_row(scene: Scene) -> None:
    """Nothing is written, and the visit is shown with its day, desk and state."""
    visit = scene.visit(0)
    with pytest.raises(VisitsInTheWay) as caught:
        save_absence(scene.session, scene.absence(0), "test", make.NOW)
    [problem] = caught.value.fields
    assert "lun 30 nov" in problem.message
    assert "9:00–10:00" in problem.message
    assert scene.session.scalars(select(Absence)).all() == []
    assert visit.status == AssignmentStatus.BOOKED


def test_released_visits_open_again_and_are_looked_at_now(scene: Scene) -> None:
    """The assignment ends, slot and appointment are open and due for a repair, and a job tells everybody concerned."""
    visit = scene.visit(0)
    save_absence(scene.session, scene.absence(0), "test", make.NOW, visits=Visits.RELEASE)
    slot = scene.session.get_one(Slot, visit.slot_id)
    assert (visit.status, slot.status, slot.replan_due) == (AssignmentStatus.WITHDRAWN, SlotStatus.OPEN, make.NOW)
    assert scene.session.get_one(Appointment, slot.appointment_id).status == AppointmentStatus.OPEN
    assert scene.jobs() == ["offers.tell_released"]


def test_kept_visits_stay_hers(scene: Scene) -> None:
    """She comes for this one all the same."""
    visit = scene.visit(0)
    save_absence(scene.session, scene.absence(0), "test", make.NOW, visits=Visits.KEEP)
    assert visit.status == AssignmentStatus.BOOKED
    assert scene.jobs() == []


def test_an_absence_of_another_day_touches_nothing(scene: Scene) -> None:
    """The control of the refusal: a visit on Monday is not in the way on Tuesday."""
    visit = scene.visit(0)
    save_absence(scene.session, scene.absence(1), "test", make.NOW)
    assert visit.status == AssignmentStatus.BOOKED


def test_the_same_absence_twice_asks_nothing_and_can_be_taken_back(scene: Scene) -> None:
    """Known by mediator, start and end: saved once, removed once."""
    scene.visit(0)
    save_absence(scene.session, scene.absence(0), "test", make.NOW, visits=Visits.KEEP)
    save_absence(scene.session, scene.absence(0), "test", make.NOW)
    assert len(scene.session.scalars(select(Absence)).all()) == 1
    assert remove_absence(scene.session, scene.absence(0), "test", make.NOW)
    assert not remove_absence(scene.session, scene.absence(0), "test", make.NOW)


def test_two_courses_at_once_are_refused(scene: Scene) -> None:
    """Nobody attends both; the other one is named."""
    course = CommitmentEntry(mediator="m1", start=MONDAY, end=MONDAY + 2 * HOUR, title="Tratta")
    save_commitment(scene.session, course, "test", make.NOW)
    with pytest.raises(NotUnderstood) as caught:
        save_commitment(scene.session, course.model_copy(update={"start": MONDAY + HOUR}), "test", make.NOW)
    assert "9:00" in caught.value.fields[0].message


def test_a_course_is_never_named_by_a_tax_code() -> None:
    """The title stands on pages and in files; any other is taken."""
    with pytest.raises(ValidationError) as caught:
        CommitmentEntry(mediator="m1", start=MONDAY, end=MONDAY + HOUR, title="con RSSMRA85T10A562S")
    [problem] = readable(caught.value.errors())
    assert (problem.field, bool(problem.remedy)) == ("title", True)
    assert CommitmentEntry(mediator="m1", start=MONDAY, end=MONDAY + HOUR, title="Corso ASST 2026").title


def test_leaving_with_visits_ahead_is_refused_with_all_of_them(scene: Scene) -> None:
    """She stays active until somebody chooses."""
    scene.visit(0)
    scene.visit(7)
    with pytest.raises(VisitsInTheWay) as caught:
        retire_mediator(scene.session, "m1", "test", make.NOW)
    assert len(caught.value.visits) == 2
    assert scene.mediator.active


def test_leaving_on_a_day_keeps_what_comes_before(scene: Scene) -> None:
    """Bookings up to the day stay, later ones are released, and what was only asked is taken back."""
    kept, asked, later = scene.visit(0), scene.visit(1, AssignmentStatus.PUBLISHED), scene.visit(7)
    last = dt.date(2026, 12, 4)
    retire_mediator(scene.session, "m1", "test", make.NOW, visits=Visits.KEEP, until=last)
    assert [one.status for one in (kept, asked, later)] == ["booked", "withdrawn", "withdrawn"]
    assert not scene.mediator.active


def test_who_left_gets_nothing_new(scene: Scene) -> None:
    """She is still read for the visit she keeps, with no hour to add anything to; before, she had shifts."""
    week = Week(dt.date(2026, 11, 30), 7)
    [before] = read_mediators(scene.session, week, [scene.mediator.id])
    retire_mediator(scene.session, "m1", "test", make.NOW)
    [after] = read_mediators(scene.session, week, [scene.mediator.id])
    assert before.shifts
    assert after.shifts == ()
