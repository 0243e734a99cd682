# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places, desks, projects and budgets are saved from entries; a budget below what is booked is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import NotUnderstood
from dispatch.kit.saved import Outcome
from dispatch.kit.session import Database
from dispatch.records import Appointment, Assignment, Attendance, Budget, Request, Slot
from dispatch.territory.entries import BudgetEntry, DeskEntry, OrganisationEntry, PlaceEntry, ProjectEntry
from dispatch.territory.saving import remove_budget, save_budget, save_desk, save_organisation, save_place, save_project
from tests import make

FAMI = "fami-2463"
START = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        make.comune(session)
        yield session


def project(**changes: Any) -> ProjectEntry:
    ordinary: dict[str, Any] = {"code": FAMI, "name": "FAMI", "starts": "2026-01-01", "ends": "2027-12-31"}
    return ProjectEntry.model_validate(ordinary | changes)


def visit(session: Session, minutes: int, status: str = "booked") -> Assignment:
    """A visit of this length in Val Cavallina, charged to the project."""
    desk, mediator = make.desk(session), make.mediator(session)
    request = Request(code=desk.code, desk_id=desk.id, kind="mediation", priority="routine", body={})
    request.created_at = request.changed_at = make.NOW
    make.kept(session, request)
    appointment = Appointment(request_id=request.id, number=1, kind="mediation", mode="onsite", duration=minutes)
    appointment.place_id, appointment.windows, appointment.project_code = desk.place_id, [], FAMI
    appointment.first_start = appointment.last_start = START
    make.kept(session, appointment)
    slot = make.kept(session, Slot(appointment_id=appointment.id, number=1, needs={}, value=500, changed_at=make.NOW))
    row = Assignment(slot_id=slot.id, mediator_id=mediator.id, status=status, changed_at=make.NOW)
    row.during = Range(START, START + dt.timedelta(minutes=minutes))
    return make.kept(session, row)


def attended(session: Session, row: Assignment, minutes: int) -> None:
    """It took place, and so many minutes count."""
    desk_id = session.get_one(Request, session.get_one(Appointment, _appointment(session, row)).request_id).desk_id
    told = Attendance(assignment_id=row.id, slot_id=row.slot_id, mediator_id=row.mediator_id, desk_id=desk_id)
    told.ambito_code, told.project_code, told.status, told.outcome = "BG05", FAMI, "told", "held"
    told.planned, told.minutes, told.created_at, told.changed_at = row.during, minutes, make.NOW, make.NOW
    make.kept(session, told)


def _appointment(session: Session, row: Assignment) -> int:
    return session.get_one(Slot, row.slot_id).appointment_id


def refused(session: Session, minutes: int, ambito: str | None = "BG05") -> str:
    """What is said of a budget that cannot stand; empty when it can."""
    try:
        save_budget(session, BudgetEntry(project=FAMI, ambito=ambito, minutes=minutes), "test", make.NOW)
    except NotUnderstood as trouble:
        [problem] = trouble.fields
        return f"{problem.message} {problem.remedy}"
    return ""


def test_registers_are_made_changed_and_left_alone(session: Session) -> None:
    """The same entry again changes nothing; another name is a change of that column."""
    for _ in range(2):
        owner = save_organisation(
            session, OrganisationEntry(code="ics", name="Istituti", role="requesting"), "test", make.NOW
        )
        place = PlaceEntry(code="ic-tre", name="IC", comune="trescore balneario", address="via Lotto 1")
        placed = save_place(session, place, "test", make.NOW)
        save_project(session, project(), "test", make.NOW)
        entry = DeskEntry(
            code="ic-tre", name="IC Trescore", sector="school", sms_label="scuola", organisation="ics", place="ic-tre"
        )
        desk = save_desk(session, entry, "test", make.NOW)
    assert {owner.outcome, placed.outcome, desk.outcome} == {Outcome.UNCHANGED}
    assert placed.row.ambito_code == "BG05"
    renamed = save_desk(session, entry.model_copy(update={"name": "IC", "project": FAMI}), "test", make.NOW)
    assert set(renamed.columns) == {"name", "project_code"}


def test_a_place_keeps_its_point_unless_another_is_given(session: Session) -> None:
    """A list without coordinates moves no building."""
    save_place(session, PlaceEntry(code="p", name="P", comune="016219", lat=45.7, lon=9.85), "test", make.NOW)
    again = save_place(session, PlaceEntry(code="p", name="P", comune="016219"), "test", make.NOW)
    assert (again.outcome, again.row.lat) == (Outcome.UNCHANGED, 45.7)


def test_a_swapped_point_is_refused(session: Session) -> None:
    """Latitude and longitude the wrong way round lie in another country."""
    with pytest.raises(NotUnderstood) as caught:
        save_place(session, PlaceEntry(code="p", name="P", comune="016219", lat=9.84, lon=45.7), "test", make.NOW)
    assert "scambiate" in caught.value.fields[0].remedy


def test_an_ambito_has_one_office(session: Session) -> None:
    """The second is refused, naming the first."""
    make.desk(session, "ufficio", ambito_code="BG05")
    make.organisation(session, "ics")
    make.place(session, "altro")
    entry = DeskEntry(
        code="altro",
        name="Altro",
        sector="social",
        sms_label="ufficio",
        organisation="ics",
        place="altro",
        ambito="BG05",
    )
    with pytest.raises(NotUnderstood) as caught:
        save_desk(session, entry, "test", make.NOW)
    assert "ufficio" in caught.value.fields[0].message


def test_a_project_runs_forward(session: Session) -> None:
    """The end before the beginning is refused with both days."""
    with pytest.raises(NotUnderstood) as caught:
        save_project(session, project(ends="2025-12-31"), "test", make.NOW)
    assert "2026-01-01" in caught.value.fields[0].message


def test_a_budget_below_what_is_booked_is_refused_naming_it(session: Session) -> None:
    """90 minutes booked: 89 are too few, 90 stand; the whole project is counted too, another ambito is not."""
    save_project(session, project(), "test", make.NOW)
    make.ambito(session, "BG06")
    visit(session, 90)
    assert "90" in refused(session, 89)
    assert "90" in refused(session, 89, None)
    assert refused(session, 90) == ""
    assert refused(session, 0, "BG06") == ""


def test_a_draft_and_a_withdrawn_visit_cost_nothing(session: Session) -> None:
    """The control: only what is published, booked or took place is charged."""
    save_project(session, project(), "test", make.NOW)
    visit(session, 90, "proposed")
    visit(session, 90, "withdrawn")
    assert refused(session, 0) == ""


def test_what_took_place_counts_with_its_real_minutes(session: Session) -> None:
    """A visit planned for 60 that lasted 75 is charged 75, once."""
    save_project(session, project(), "test", make.NOW)
    attended(session, visit(session, 60), 75)
    assert "75" in refused(session, 74)
    assert refused(session, 75) == ""


def test_a_call_that_was_told_is_charged_to_the_whole_project(session: Session) -> None:
    """No ambito pays for a visit without a place, told or not, though its attendance remembers the desk's."""
    save_project(session, project(), "test", make.NOW)
    row = visit(session, 60)
    called = session.get_one(Appointment, _appointment(session, row))
    called.mode, called.place_id = "phone", None
    attended(session, row, 75)
    assert refused(session, 0) == ""
    assert "75" in refused(session, 74, None)


def test_a_dispute_counts_as_planned_until_it_is_settled(session: Session) -> None:
    """Its minutes are none meanwhile, yet the planned hour may still have to be paid."""
    save_project(session, project(), "test", make.NOW)
    attended(session, visit(session, 60, "done"), 0)
    assert refused(session, 0) == ""  # settled as an absence of hers
    session.scalars(select(Attendance)).one().status = "disputed"
    session.flush()
    assert "60" in refused(session, 59)
    assert refused(session, 60) == ""


def test_a_projects_form_gives_all_its_budgets(session: Session) -> None:
    """Those that are left out go, None leaves them, and one below what is booked is refused by its line."""
    make.ambito(session, "BG06")
    both = ({"ambito": "BG05", "minutes": 600}, {"ambito": None, "minutes": 900})
    save_project(session, project(budgets=both), "test", make.NOW)
    assert save_project(session, project(), "test", make.NOW).outcome is Outcome.UNCHANGED
    assert save_project(session, project(budgets=both), "test", make.NOW).outcome is Outcome.UNCHANGED
    one = ({"ambito": "BG06", "minutes": 60},)
    assert save_project(session, project(budgets=one), "test", make.NOW).columns == ("budgets",)
    assert [row.ambito_code for row in session.scalars(select(Budget))] == ["BG06"]
    visit(session, 90)
    with pytest.raises(NotUnderstood) as caught:
        save_project(session, project(budgets=({"ambito": "BG05", "minutes": 30},)), "test", make.NOW)
    assert caught.value.fields[0].field == "budgets.0.minutes"


def test_a_budget_is_taken_away(session: Session) -> None:
    """Afterwards there is no limit; a second time there is nothing to take."""
    make.project(session, FAMI, minutes=600)
    assert remove_budget(session, FAMI, None, "test", make.NOW)
    assert not remove_budget(session, FAMI, None, "test", make.NOW)
