# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page that follows a request to its end: its dates and their ways, what was asked, what can still be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from dispatch.intake import queries
from dispatch.intake.costs import cost_of, rule_words
from dispatch.intake.expecting import expected_words
from dispatch.intake.form import title_of
from dispatch.intake.outcome import last_told
from dispatch.intake.reading import Reader
from dispatch.intake.shown import STANDING, appointment_row, place_of
from dispatch.intake.understood import GENDERS, KINDS, TOLERANCES, language_name, skill_name
from dispatch.intake.way import Trail, next_words, steps_of
from dispatch.kit.policy import policy_in_force
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request
from dispatch.records.statuses import AppointmentStatus, AttendanceStatus, RequestStatus, Tolerance
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import AppointmentRow, Criterion, RequestPage, VisitTold

HAPPENED = {
    "booked": _l("a mediator accepted"),
    "changed_for_you": _l("the coordinators changed the request, as agreed with you"),
    "reopened": _l("the mediator cannot come: we are looking for somebody else"),
    "nobody": _l("nobody is available yet"),
    "called_away": _l("the mediator was called away to an urgent request: we are looking for somebody else"),
}


def page_of(reader: Reader, request: Request, *, just_sent: bool = False, said: bool = False) -> RequestPage:
    """The tracking page; meetings that a change replaced are left out, unless the whole request was cancelled.

    ``said``: the visitor has just changed it, and reads what came of that.
    """
    slots = [slot.id for one in request.appointments for slot in one.slots]
    visits = queries.visits_that_are_over(reader.session, request.id)
    live = queries.live_assignments(reader.session, slots)
    trail = Trail.of(live, queries.offers_of(reader.session, slots), visits)
    shown = _shown(request)
    ahead = [one for one in shown if one.status in STANDING and one.last_start >= reader.now]
    expected = expected_words(reader, ahead) if reader.visitor.is_staff else {}
    rows = [_row(reader, request, one, trail, expected.get(one.id, ""), ahead=one in ahead) for one in shown]
    coming, over = [row for row in rows if row.ahead], [row for row in rows if not row.ahead]
    of_presence = request.presence_id is not None
    return RequestPage(
        code=request.code,
        title=", ".join(filter(None, [title_of(request), _(KINDS[request.kind])])),
        status=request.status,
        coming=tuple(coming),
        over=tuple(over),
        understood=request.understood,
        criteria=tuple(_criteria(reader, request.body, shown)),
        desk=request.desk.name,
        rule=rule_words(policy_in_force(reader.session).attendance) if coming and not of_presence else "",
        notice=_("These are the dates of a presence: ask a coordinator to change them.") if of_presence else "",
        can_change=request.status == RequestStatus.OPEN and bool(ahead) and not of_presence,
        can_cancel=bool(ahead) and not of_presence,
        can_repeat=not of_presence and bool(request.body),
        just_sent=just_sent,
        told=last_told(reader, request) if said else "",
        visits=tuple(visit_told(row, reader) for row in visits),
        history=tuple(_history(reader, request)),
    )


def visit_told(row: Attendance, reader: Reader) -> VisitTold:
    """A visit that is over; the desk tells its side as long as both have not agreed."""
    assert row.planned.lower is not None
    assert row.planned.upper is not None
    mine_to_tell = reader.visitor.desk_id is not None and row.by_desk is None
    return VisitTold(
        id=row.id,
        start=row.planned.lower,
        end=row.planned.upper,
        mediator=row.assignment.mediator.name,
        status=row.status,
        outcome=row.outcome or "",
        can_tell=mine_to_tell and row.status != AttendanceStatus.AGREED,
    )


def _shown(request: Request) -> list[Appointment]:
    """In the order of time; a date that was called off by itself stays to be seen among the others."""
    cancelled = request.status == RequestStatus.CANCELLED
    rows = [row for row in request.appointments if cancelled or row.is_exception or _stands(row)]
    return sorted(rows, key=lambda row: row.asked_start or row.first_start)


def _stands(row: Appointment) -> bool:
    return row.status != AppointmentStatus.CANCELLED


def _row(
    reader: Reader, request: Request, row: Appointment, trail: Trail, expected: str, *, ahead: bool
) -> AppointmentRow:
    policy = policy_in_force(reader.session)
    own = request.status == RequestStatus.OPEN and request.presence_id is None
    at = f"/requests/{request.code}/appointments/{row.number}"
    cost = cost_of(row, trail.live, reader.now, policy.attendance)
    return replace(
        appointment_row(row, trail.live, reader.now, at if ahead and own else ""),
        steps=steps_of(row, request.created_at, trail) if _stands(row) else (),
        next=next_words(row, trail, reader.now, policy.planning),
        choose=f"{at}/mediators" if ahead and reader.visitor.is_staff else "",
        expected=expected,
        cost=cost.words if ahead else "",
        late=ahead and cost.late,
        ahead=ahead,
        place=place_of(row),
    )


def _criteria(reader: Reader, body: dict[str, Any], shown: Sequence[Appointment]) -> Iterator[Criterion]:
    for language in body.get("languages", ()):
        yield Criterion(_("Language"), language_name(language["code"]), language["must"])
    if gender := body.get("gender"):
        yield Criterion(_("Gender"), _(GENDERS[gender["is"]]), gender["must"])
    if same := body.get("same_mediator"):
        yield Criterion(_("Same mediator"), queries.mediator_name(reader.session, same["id"]), same["must"])
    for skill in body.get("skills", ()):
        yield Criterion(_("Specialisation"), skill_name(skill["code"]), skill["must"])
    if shown:
        yield Criterion(_("Where"), place_of(shown[0]))
    tolerances = {entry["tolerance"] for entry in body.get("when", ())} - {Tolerance.NONE}
    for tolerance in sorted(tolerances):
        yield Criterion(_("Can be moved"), _(TOLERANCES[Tolerance(tolerance)]))
    if body.get("case"):
        yield Criterion(_("Case code"), body["case"])
    if body.get("note"):
        yield Criterion(_("Note"), body["note"])


def _history(reader: Reader, request: Request) -> Iterator[tuple[dt.datetime, str]]:
    yield request.created_at, _("request received")
    for notice in queries.desk_notices(reader.session, request.id):
        if notice.kind in HAPPENED:
            yield notice.created_at, _(HAPPENED[notice.kind])
    if request.status == RequestStatus.CANCELLED:
        yield request.changed_at, _("request cancelled")
    elif request.changed_at > request.created_at:
        yield request.changed_at, _("request changed")
