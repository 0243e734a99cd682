# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk sees of its requests: one line in the list, and the page that follows a request to its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dispatch.intake import queries
from dispatch.intake.expecting import expected_words
from dispatch.intake.form import title_of
from dispatch.intake.reading import Reader
from dispatch.intake.understood import GENDERS, KINDS, MODES, TOLERANCES, language_name, skill_name
from dispatch.kit.policy import policy_in_force
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    Priority,
    RequestStatus,
    SlotStatus,
    Tolerance,
)
from dispatch.web.i18n import _l, ngettext
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import AppointmentRow, Criterion, RequestPage, RequestRow, Step, VisitTold

STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
TOLD = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
HAPPENED = {
    "booked": _l("a mediator accepted"),
    "changed_for_you": _l("the coordinators changed the request, as agreed with you"),
    "reopened": _l("the mediator cannot come: we are looking for somebody else"),
    "nobody": _l("nobody is available yet"),
    "called_away": _l("the mediator was called away to an urgent request: we are looking for somebody else"),
}


def row_of(request: Request, live: Mapping[int, Assignment], now: dt.datetime) -> RequestRow:
    """One line of the list: the next meeting, or the last one where all have passed."""
    standing = [one for one in request.appointments if one.status != AppointmentStatus.CANCELLED]
    ahead = [one for one in standing if one.last_start >= now]
    shown = min(ahead or standing[-1:], key=lambda one: one.first_start, default=None)
    start, end = (None, None) if shown is None else _times(shown, live)
    return RequestRow(
        code=request.code,
        language=title_of(request),
        kind=_(KINDS[request.kind]),
        place=_place(shown) if shown else "",
        start=start,
        end=end,
        status=_standing(shown, now)[1] if shown else request.status,
        family=_standing(shown, now)[0] if shown else "request",
        desk=request.desk.name,
        mediator=", ".join(_mediators(shown.slots, live)) if shown else "",
        more=max(0, len(ahead) - 1),
        urgent=request.priority == Priority.URGENT,
    )


def split(rows: Sequence[RequestRow], now: dt.datetime) -> tuple[tuple[RequestRow, ...], tuple[RequestRow, ...]]:
    """What is still to come, the next first, and what is over, the latest first."""
    ahead = [(row.start, row) for row in rows if row.start and row.end and row.end >= now and row.status != "cancelled"]
    upcoming = tuple(row for _start, row in sorted(ahead, key=lambda pair: pair[0]))
    over = [row for row in rows if row not in upcoming]
    return upcoming, tuple(sorted(over, key=lambda row: row.start.timestamp() if row.start else 0.0, reverse=True))


def page_of(reader: Reader, request: Request, *, just_sent: bool = False) -> RequestPage:
    """The tracking page; meetings that a change replaced are left out, unless the whole request was cancelled."""
    live = queries.live_assignments(reader.session, [slot.id for one in request.appointments for slot in one.slots])
    cancelled = request.status == RequestStatus.CANCELLED
    standing = [one for one in request.appointments if cancelled or one.status != AppointmentStatus.CANCELLED]
    # A date that was called off by itself stays to be seen among the others.
    shown = [one for one in request.appointments if one in standing or one.is_exception]
    ahead = [one for one in shown if one.status in STANDING and one.last_start >= reader.now]
    of_presence = request.presence_id is not None
    expected = expected_words(reader, ahead) if reader.visitor.is_staff else {}
    late = any(is_late(reader, _times(one, live)[0]) for one in ahead)
    return RequestPage(
        code=request.code,
        title=", ".join(filter(None, [title_of(request), _(KINDS[request.kind])])),
        status=request.status,
        steps=steps(request, [slot.status for one in standing for slot in one.slots], standing),
        understood=request.understood,
        criteria=tuple(_criteria(reader, request.body, standing)),
        appointments=tuple(
            replace(
                appointment_row(one, live, reader.now, _href(request, one) if one in ahead else ""),
                choose=_mediators_href(reader, request, one) if one in ahead else "",
                expected=expected.get(one.id, ""),
            )
            for one in sorted(shown, key=lambda one: one.asked_start or one.first_start)
        ),
        desk=request.desk.name,
        next_sentence=_next_sentence(ahead),
        notice=_presence_notice() if of_presence else notice_rule(reader, late) if ahead else "",
        can_change=request.status == RequestStatus.OPEN and bool(ahead) and not of_presence,
        can_cancel=bool(ahead) and not of_presence,
        late_cancel=late,
        just_sent=just_sent,
        visits=tuple(_told(row, reader) for row in queries.visits_that_are_over(reader.session, request.id)),
        history=tuple(_history(reader, request)),
    )


def _told(row: Attendance, reader: Reader) -> VisitTold:
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


def steps(request: Request, slots: Sequence[str], appointments: Sequence[Appointment]) -> tuple[Step, ...]:
    """Received › Proposed › Confirmed › Took place: what all meetings have reached, and what comes now."""
    statuses = [one.status for one in appointments]
    asked = bool(slots) and all(status in (SlotStatus.OFFERED, SlotStatus.BOOKED) for status in slots)
    over = (AppointmentStatus.HELD, AppointmentStatus.NOT_HELD)
    confirmed = bool(statuses) and all(one in (AppointmentStatus.CONFIRMED, *over) for one in statuses)
    held = bool(statuses) and all(status in over for status in statuses)
    reached = [True, asked or confirmed, confirmed, held]
    labels = (_("Received"), _("Proposed"), _("Confirmed"), _("Took place"))
    current = reached.index(False) if False in reached else len(reached)
    return tuple(
        Step(
            label,
            "done" if number < current else "now" if number == current else "next",
            request.created_at if number == 0 else None,
        )
        for number, label in enumerate(labels)
    )


def _standing(row: Appointment, now: dt.datetime) -> tuple[str, str]:
    """Family and status to show; nobody is looked for any more once the time has passed."""
    if row.status == AppointmentStatus.OPEN and row.last_start < now:
        return "slot", SlotStatus.UNFILLED
    return "appointment", row.status


def is_late(reader: Reader, start: dt.datetime) -> bool:
    """Whether a cancellation now is paid all the same, as the attendance stage reckons it."""
    return start - reader.now < dt.timedelta(hours=_late_hours(reader))


def _late_hours(reader: Reader) -> int:
    return policy_in_force(reader.session).attendance.late_hours


def _mediators_href(reader: Reader, request: Request, row: Appointment) -> str:
    """Where a coordinator chooses the mediator of a date."""
    return f"/requests/{request.code}/appointments/{row.number}/mediators" if reader.visitor.is_staff else ""


def _href(request: Request, row: Appointment) -> str:
    """Where a date can be changed; those of a presence follow it."""
    own = request.status == RequestStatus.OPEN and request.presence_id is None
    return f"/requests/{request.code}/appointments/{row.number}" if own else ""


def appointment_row(
    row: Appointment, live: Mapping[int, Assignment], now: dt.datetime, href: str = ""
) -> AppointmentRow:
    """One date as the tracking page shows it."""
    start, end = _times(row, live)
    booked = sum(slot.status == SlotStatus.BOOKED for slot in row.slots)
    several = _("%(booked)d of %(all)d mediators") % {"booked": booked, "all": len(row.slots)}
    missing = any(slot.status == SlotStatus.UNFILLED for slot in row.slots)
    return AppointmentRow(
        number=row.number,
        start=start,
        end=end,
        status=_standing(row, now)[1],
        family=_standing(row, now)[0],
        slots=several if len(row.slots) > 1 else "",
        mediator=", ".join(_mediators(row.slots, live)),
        note=_("nobody found yet: the coordinator is looking into it") if missing and row.last_start >= now else "",
        href=href,
        apart=row.is_exception and row.own is not None,
    )


def _times(row: Appointment, live: Mapping[int, Assignment]) -> tuple[dt.datetime, dt.datetime]:
    """When it is, once somebody has accepted; until then as it was asked."""
    for slot in row.slots:
        found = live.get(slot.id)
        if found is not None and found.status in TOLD and found.during.lower and found.during.upper:
            return found.during.lower, found.during.upper
    start = row.asked_start or row.first_start
    return start, start + dt.timedelta(minutes=row.duration)


def _mediators(slots: Sequence[Slot], live: Mapping[int, Assignment]) -> Iterator[str]:
    for slot in slots:
        found = live.get(slot.id)
        if found is not None and found.status in TOLD:
            yield found.mediator.name


def _place(row: Appointment) -> str:
    return row.place.name if row.place else _(MODES[row.mode])


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
        yield Criterion(_("Where"), _place(shown[0]))
    tolerances = {entry["tolerance"] for entry in body.get("when", ())} - {Tolerance.NONE}
    for tolerance in sorted(tolerances):
        yield Criterion(_("Can be moved"), _(TOLERANCES[Tolerance(tolerance)]))
    if body.get("case"):
        yield Criterion(_("Case code"), body["case"])
    if body.get("note"):
        yield Criterion(_("Note"), body["note"])


def _next_sentence(ahead: Sequence[Appointment]) -> str:
    slots = [slot.status for one in ahead for slot in one.slots]
    if not slots:
        return ""
    if all(status == SlotStatus.BOOKED for status in slots):
        return _("Everything is confirmed. You will find here who comes.")
    if SlotStatus.UNFILLED in slots:
        return _("Nobody is available for one meeting or more: a coordinator is looking for a way.")
    waiting = slots.count(SlotStatus.OFFERED)
    if waiting:
        return ngettext(
            "We asked a mediator and wait for the answer.", "We asked %(num)d mediators and wait for answers.", waiting
        ) % {"num": waiting}
    return _("We are looking for the right person. You will find the answer here.")


def notice_rule(reader: Reader, late: bool) -> str:
    """What cancelling costs, with the hours that decide it."""
    policy = policy_in_force(reader.session).attendance
    if late:
        return _(
            "Less than %(hours)d hours are left: a mediator who has confirmed is paid %(percent)d%% of the time all the "
            "same, and %(all)d%% where less than %(very)d hours are left. Her time is offered to other requests nearby."
        ) % {
            "hours": policy.late_hours,
            "percent": policy.late_percent,
            "all": policy.very_late_percent,
            "very": policy.very_late_hours,
        }
    return _("More than %(hours)d hours are left: cancelling costs nothing.") % {"hours": policy.late_hours}


def _presence_notice() -> str:
    return _("These are the dates of a presence: ask a coordinator to change them.")


def _history(reader: Reader, request: Request) -> Iterator[tuple[dt.datetime, str]]:
    yield request.created_at, _("request received")
    for notice in queries.desk_notices(reader.session, request.id):
        if notice.kind in HAPPENED:
            yield notice.created_at, _(HAPPENED[notice.kind])
    if request.status == RequestStatus.CANCELLED:
        yield request.changed_at, _("request cancelled")
    elif request.changed_at > request.created_at:
        yield request.changed_at, _("request changed")
