# SPDX-License-Identifier: AGPL-3.0-or-later
"""One date of a request, and one line of a list, as a desk sees them: when, where, who comes, how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from dispatch.intake.form import title_of
from dispatch.intake.understood import KINDS, MODES
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, Priority, SlotStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import AppointmentRow, RequestRow

STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
TOLD = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
Live = Mapping[int, Assignment]


def row_of(request: Request, live: Live, now: dt.datetime) -> RequestRow:
    """One line of the list: the next meeting, or the last one where all have passed."""
    standing = [one for one in request.appointments if one.status != AppointmentStatus.CANCELLED]
    ahead = [one for one in standing if one.last_start >= now]
    shown = min(ahead or standing[-1:], key=lambda one: one.first_start, default=None)
    start, end = (None, None) if shown is None else times_of(shown, live)
    return RequestRow(
        code=request.code,
        language=title_of(request),
        kind=_(KINDS[request.kind]),
        place=place_of(shown) if shown else "",
        start=start,
        end=end,
        status=standing_of(shown, now)[1] if shown else request.status,
        family=standing_of(shown, now)[0] if shown else "request",
        desk=request.desk.name,
        mediator=", ".join(mediators_of(shown.slots, live)) if shown else "",
        more=max(0, len(ahead) - 1),
        urgent=request.priority == Priority.URGENT,
    )


def split(rows: Sequence[RequestRow], now: dt.datetime) -> tuple[tuple[RequestRow, ...], tuple[RequestRow, ...]]:
    """What is still to come, the next first, and what is over, the latest first."""
    ahead = [(row.start, row) for row in rows if row.start and row.end and row.end >= now and row.status != "cancelled"]
    upcoming = tuple(row for _start, row in sorted(ahead, key=lambda pair: pair[0]))
    over = [row for row in rows if row not in upcoming]
    return upcoming, tuple(sorted(over, key=lambda row: row.start.timestamp() if row.start else 0.0, reverse=True))


def appointment_row(row: Appointment, live: Live, now: dt.datetime, href: str = "") -> AppointmentRow:
    """One date as the tracking page shows it."""
    start, end = times_of(row, live)
    booked = sum(slot.status == SlotStatus.BOOKED for slot in row.slots)
    several = _("%(booked)d of %(all)d mediators") % {"booked": booked, "all": len(row.slots)}
    return AppointmentRow(
        number=row.number,
        start=start,
        end=end,
        status=standing_of(row, now)[1],
        family=standing_of(row, now)[0],
        slots=several if len(row.slots) > 1 else "",
        mediator=", ".join(mediators_of(row.slots, live)),
        href=href,
        apart=row.is_exception and row.own is not None,
    )


def standing_of(row: Appointment, now: dt.datetime) -> tuple[str, str]:
    """Family and status to show: of an open date how far the search is, which ends once its time has passed."""
    if row.status != AppointmentStatus.OPEN:
        return "appointment", row.status
    slots = {slot.status for slot in row.slots}
    if row.last_start < now or SlotStatus.UNFILLED in slots:
        return "slot", SlotStatus.UNFILLED
    asked = SlotStatus.OFFERED in slots and SlotStatus.OPEN not in slots
    return ("slot", SlotStatus.OFFERED) if asked else ("appointment", row.status)


def times_of(row: Appointment, live: Live) -> tuple[dt.datetime, dt.datetime]:
    """When it is, once somebody has accepted; until then as it was asked."""
    for slot in row.slots:
        found = live.get(slot.id)
        if found is not None and found.status in TOLD and found.during.lower and found.during.upper:
            return found.during.lower, found.during.upper
    start = row.asked_start or row.first_start
    return start, start + dt.timedelta(minutes=row.duration)


def mediators_of(slots: Sequence[Slot], live: Live) -> Iterator[str]:
    """Who comes; who is only being asked is nobody's business yet."""
    for slot in slots:
        found = live.get(slot.id)
        if found is not None and found.status in TOLD:
            yield found.mediator.name


def place_of(row: Appointment) -> str:
    return row.place.name if row.place else _(MODES[row.mode])
