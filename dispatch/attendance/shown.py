# SPDX-License-Identifier: AGPL-3.0-or-later
"""Visits that are over in the words of their pages: one line, both sayings, her phone."""

from __future__ import annotations

import datetime as dt

from dispatch.access import links
from dispatch.attendance.page_queries import Line
from dispatch.attendance.sayings import Saying, Settler, Side, both_ends, read_saying
from dispatch.errors import FieldProblem
from dispatch.records.statuses import AttendanceStatus, Outcome
from dispatch.web import moments
from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.status_words import status_word
from dispatch.web.views.attendance import PhoneVisitPage, Said, VisitPage, VisitRow
from dispatch.web.views.page import Choice, FieldError

ORDER = (
    Outcome.HELD,
    Outcome.INTERRUPTED,
    Outcome.PERSON_ABSENT,
    Outcome.MEDIATOR_ABSENT,
    Outcome.CANCELLED_LATE,
)


SETTLERS: dict[str, str] = {
    Settler.CANCELLATION: _l("the cancellation"),
    Settler.SILENT_MEDIATOR: _l("the silence of the mediator"),
    Settler.SILENT_DESK: _l("the silence of the service"),
}


def row_of(line: Line) -> VisitRow:
    """One visit as lists and pages show it."""
    row = line.row
    start, end = both_ends(row.planned)
    settled = row.status in (AttendanceStatus.TOLD, AttendanceStatus.AGREED)
    return VisitRow(
        id=row.id,
        request=line.request.code,
        desk=line.desk.name,
        mediator=line.mediator.name,
        start=start,
        end=end,
        status=row.status,
        outcome=outcome_word(row.outcome) if row.outcome else "",
        minutes=row.minutes if settled else None,
        real="" if row.real is None else moments.span(*both_ends(row.real)),
        sayings=tuple(said for side in Side if (said := said_by(line, side)) is not None),
    )


def said_by(line: Line, side: Side) -> Said | None:
    stored = line.row.by_mediator if side is Side.MEDIATOR else line.row.by_desk
    saying = read_saying(stored)
    if saying is None or stored is None:
        return None
    return Said(
        side=side.value,
        who=line.mediator.name if side is Side.MEDIATOR else line.desk.name,
        outcome=outcome_word(saying.outcome),
        times=moments.span(*saying.times) if saying.times else "",
        km=saying.km,
        note=saying.note,
        at=dt.datetime.fromisoformat(stored["at"]),
    )


def outcome_word(outcome: str) -> str:
    return _(status_word("outcome", outcome).label)


def settler(settled_by: str | None, *, named: bool) -> str:
    """Who had the last word, in words; nothing where both sides simply agreed. Only her colleagues see her account."""
    if settled_by is None:
        return ""
    words = SETTLERS.get(settled_by)
    if words:
        return _(words)
    return settled_by.removeprefix("account:") if named else _("Coordinator")


def outcomes() -> tuple[Choice, ...]:
    return tuple(Choice(outcome.value, outcome_word(outcome)) for outcome in ORDER)


def visit_page(
    line: Line, values: FormValues | None = None, problems: tuple[FieldProblem, ...] = (), *, settles: bool
) -> VisitPage:
    """One visit with its form; what was typed stands in it again."""
    return VisitPage(
        row=row_of(line),
        outcomes=outcomes(),
        back="/attendance" if settles else f"/requests/{line.request.code}",
        values=values or typed_before(None if settles else read_saying(line.row.by_desk)),
        errors=errors_of(problems),
        settles=settles,
        closed=line.row.status == AttendanceStatus.AGREED,
        confirm=_asks_to_confirm(problems),
        project=line.row.project_code or "",
        settled_by=settler(line.row.settled_by, named=settles),
    )


def phone_page(
    line: Line,
    action: str,
    secret: bytes,
    values: FormValues | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> PhoneVisitPage:
    start, end = both_ends(line.row.planned)
    return PhoneVisitPage(
        agenda=links.agenda_path(line.mediator.id, secret),
        action=action,
        first_name=line.mediator.name.partition(" ")[0],
        start=start,
        end=end,
        desk=line.desk.name,
        outcomes=outcomes(),
        values=values or typed_before(read_saying(line.row.by_mediator)),
        errors=errors_of(problems),
        said=said_by(line, Side.MEDIATOR),
        closed=line.row.status == AttendanceStatus.AGREED,
        disputed=line.row.status == AttendanceStatus.DISPUTED,
        confirm=_asks_to_confirm(problems),
    )


def typed_before(saying: Saying | None) -> FormValues:
    """What this side told already, as the form has it; an empty form shows the plan."""
    if saying is None:
        return FormValues()
    told = {"outcome": saying.outcome.value, "note": saying.note, "km": "" if saying.km is None else str(saying.km)}
    if saying.times:
        told |= {"from": moments.clock_input(saying.times[0]), "to": moments.clock_input(saying.times[1])}
    return FormValues.of(told)


def errors_of(problems: tuple[FieldProblem, ...]) -> tuple[FieldError, ...]:
    return tuple(FieldError(one.field, f"{one.message} {one.remedy}".strip()) for one in problems)


def _asks_to_confirm(problems: tuple[FieldProblem, ...]) -> bool:
    return any(one.field == "note" for one in problems)
