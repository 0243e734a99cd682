# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves places, organisations, desks, projects and budgets, each known by its code; saving the same twice changes nothing.

NotUnderstood names every field that needs a change. All of it happens in the caller's transaction, with an audit entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from dispatch.kit.findings import Findings
from dispatch.kit.saved import Outcome, Saved
from dispatch.records.territory import Budget, Desk, Organisation, Place, Project
from dispatch.territory import queries
from dispatch.territory.decisions import check_budget, check_period, check_point, check_twice
from dispatch.territory.entries import BudgetEntry, BudgetShare, DeskEntry, OrganisationEntry, PlaceEntry, ProjectEntry
from dispatch.territory.keeping import keep, removed, told
from dispatch.territory.naming import ambito_code, comune_code, did_you_mean
from dispatch.web.i18n import gettext as _


def save_place(session: Session, entry: PlaceEntry, actor: str, now: dt.datetime) -> Saved[Place]:
    """The place; its ambito follows from the comune."""
    findings = Findings(_("The place cannot be saved as it is."))
    code = comune_code(session, "comune", entry.comune, findings)
    findings.refuse()
    assert code is not None
    comune, row = queries.comune(session, code), queries.place(session, entry.code)
    # Who gives no point moves nothing: the one that is known stays, unless the place moved to another comune.
    known = row if row is not None and row.comune_code == code else comune
    lat = known.lat if entry.lat is None else entry.lat
    lon = known.lon if entry.lon is None else entry.lon
    check_point(lat, lon, (comune.lat, comune.lon), comune.name, findings)
    findings.refuse()
    values = {
        "code": entry.code,
        "name": entry.name,
        "address": entry.address,
        "comune_code": code,
        "ambito_code": comune.ambito_code,
        "lat": lat,
        "lon": lon,
    }
    return keep(session, row, Place, entry.code, values, actor, now)


def save_organisation(session: Session, entry: OrganisationEntry, actor: str, now: dt.datetime) -> Saved[Organisation]:
    values = {"code": entry.code, "name": entry.name, "role": entry.role.value}
    return keep(session, queries.organisation(session, entry.code), Organisation, entry.code, values, actor, now)


def save_desk(session: Session, entry: DeskEntry, actor: str, now: dt.datetime) -> Saved[Desk]:
    """The desk, with the rows it names by code."""
    findings = Findings(_("The service cannot be saved as it is."))
    owner = find_organisation(session, "organisation", entry.organisation, findings)
    place = find_place(session, "place", entry.place, findings)
    if entry.project is not None:
        find_project(session, "project", entry.project, findings)
    ambito = _office(session, entry, findings)
    findings.refuse()
    assert owner is not None
    assert place is not None
    values = {
        "code": entry.code,
        "name": entry.name,
        "sector": entry.sector.value,
        "sms_label": entry.sms_label,
        "organisation_id": owner.id,
        "place_id": place.id,
        "contact": entry.contact,
        "project_code": entry.project,
        "ambito_code": ambito,
        "active": entry.active,
    }
    return keep(session, queries.desk(session, entry.code), Desk, entry.code, values, actor, now)


def save_project(session: Session, entry: ProjectEntry, actor: str, now: dt.datetime) -> Saved[Project]:
    """The project and, where they are given, all its budgets; one below what is booked is refused."""
    findings = Findings(_("The project cannot be saved as it is."))
    check_period(entry.starts, entry.ends, findings)
    shares = None if entry.budgets is None else _shares(session, entry.code, entry.budgets, findings)
    findings.refuse()
    values = {
        "code": entry.code,
        "name": entry.name,
        "starts": entry.starts,
        "ends": entry.ends,
        "kinds": [kind.value for kind in entry.kinds],
    }
    saved = keep(session, queries.project(session, entry.code), Project, entry.code, values, actor, now)
    if shares is None or not _set_budgets(session, entry.code, shares):
        return saved
    if saved.outcome is Outcome.CREATED:
        return saved
    return told(session, saved.row, entry.code, Outcome.CHANGED, (*saved.columns, "budgets"), actor, now)


def save_budget(session: Session, entry: BudgetEntry, actor: str, now: dt.datetime) -> Saved[Budget]:
    """One budget of a project; below what is booked it is refused, naming the booked minutes."""
    findings = Findings(_("The budget cannot be saved as it is."))
    project = find_project(session, "project", entry.project, findings)
    code = None if entry.ambito is None else ambito_code(session, "ambito", entry.ambito, findings)
    findings.refuse()
    assert project is not None
    check_budget(entry.minutes, queries.booked_minutes(session, project.code, code), findings)
    findings.refuse()
    values = {"project_code": project.code, "ambito_code": code, "minutes": entry.minutes}
    name = f"{project.code}/{code or '*'}"
    return keep(session, queries.budget(session, project.code, code), Budget, name, values, actor, now)


def remove_budget(session: Session, project: str, ambito: str | None, actor: str, now: dt.datetime) -> bool:
    """Take a budget away: the project has no limit there any more. False where there was none."""
    row = queries.budget(session, project, ambito)
    if row is not None:
        removed(session, row, f"{project}/{ambito or '*'}", actor, now)
    return row is not None


def find_place(session: Session, field: str, code: str, findings: Findings) -> Place | None:
    if (row := queries.place(session, code)) is None:
        findings.add(field, code, _("No place has this code."), did_you_mean(code, queries.place_codes(session)))
    return row


def find_organisation(session: Session, field: str, code: str, findings: Findings) -> Organisation | None:
    if (row := queries.organisation(session, code)) is None:
        remedy = did_you_mean(code, queries.organisation_codes(session))
        findings.add(field, code, _("No organisation has this code."), remedy)
    return row


def find_project(session: Session, field: str, code: str, findings: Findings) -> Project | None:
    if (row := queries.project(session, code)) is None:
        findings.add(field, code, _("No project has this code."), did_you_mean(code, queries.project_codes(session)))
    return row


def _office(session: Session, entry: DeskEntry, findings: Findings) -> str | None:
    """The ambito whose own office this desk is; an ambito has one."""
    if entry.ambito is None:
        return None
    code = ambito_code(session, "ambito", entry.ambito, findings)
    other = queries.office_of(session, code) if code else None
    if other is not None and other.code != entry.code:
        findings.add(
            "ambito",
            entry.ambito,
            _("The office of this ambito is %(desk)s already.") % {"desk": other.code},
            _("Leave the field empty, or change %(desk)s first.") % {"desk": other.code},
        )
    return code


def _shares(
    session: Session, project: str, budgets: Sequence[BudgetShare], findings: Findings
) -> dict[str | None, int]:
    found: list[tuple[str | None, int]] = []
    for number, share in enumerate(budgets):
        field = f"budgets.{number}"
        code = None if share.ambito is None else ambito_code(session, f"{field}.ambito", share.ambito, findings)
        if share.ambito is None or code is not None:
            booked = queries.booked_minutes(session, project, code)
            check_budget(share.minutes, booked, findings, f"{field}.minutes")
            found.append((code, share.minutes))
    check_twice((code for code, _minutes in found), findings)
    return dict(found)


def _set_budgets(session: Session, project: str, shares: dict[str | None, int]) -> bool:
    """Make these the project's budgets; whether anything changed."""
    standing = {row.ambito_code: row for row in queries.budgets_of(session, project)}
    if {code: row.minutes for code, row in standing.items()} == shares:
        return False
    for code, row in standing.items():
        if code in shares:
            row.minutes = shares[code]
        else:
            session.delete(row)
    for code in shares.keys() - standing.keys():
        session.add(Budget(project_code=project, ambito_code=code, minutes=shares[code]))
    session.flush()
    return True
