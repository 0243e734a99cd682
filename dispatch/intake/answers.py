# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request's rows as the API answers them; a mediator is named only once she has accepted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from dispatch.intake import queries
from dispatch.intake.schemas import AppointmentOut, RequestLine, RequestOut, SlotOut, StartsOut
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus

TOLD = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


def whole(session: Session, request: Request) -> RequestOut:
    """One request with everything a desk may know of it."""
    slots = [slot.id for appointment in request.appointments for slot in appointment.slots]
    live = queries.live_assignments(session, slots)
    return RequestOut(
        id=request.id,
        code=request.code,
        status=request.status,
        desk=request.desk.code,
        kind=request.kind,
        priority=request.priority,
        understood=request.understood,
        created_at=request.created_at,
        changed_at=request.changed_at,
        appointments=[_appointment(one, live) for one in request.appointments],
        asked=request.body,
    )


def line(request: Request, now: dt.datetime) -> RequestLine:
    """One request in a list."""
    standing = [one for one in request.appointments if one.status != AppointmentStatus.CANCELLED]
    counts = Counter(slot.status for one in standing for slot in one.slots if slot.status != SlotStatus.CANCELLED)
    return RequestLine(
        code=request.code,
        status=request.status,
        desk=request.desk.code,
        kind=request.kind,
        priority=request.priority,
        next_start=min((one.first_start for one in standing if one.last_start >= now), default=None),
        appointments=len(standing),
        slots=dict(counts),
    )


def _appointment(row: Appointment, live: Mapping[int, Assignment]) -> AppointmentOut:
    return AppointmentOut(
        number=row.number,
        status=row.status,
        kind=row.kind,
        mode=row.mode,
        place=row.place.code if row.place else None,
        duration=row.duration,
        asked_start=row.asked_start,
        is_exception=row.is_exception,
        starts=[
            StartsOut(first=dt.datetime.fromisoformat(first), last=dt.datetime.fromisoformat(last))
            for first, last in row.windows
        ],
        slots=[_slot(slot, live.get(slot.id)) for slot in row.slots],
    )


def _slot(row: Slot, assignment: Assignment | None) -> SlotOut:
    known = assignment if assignment is not None and assignment.status in TOLD else None
    return SlotOut(
        number=row.number,
        status=row.status,
        languages=row.needs["languages"],
        any_language=row.needs["any_language"],
        value=row.value,
        start=known.during.lower if known else None,
        end=known.during.upper if known else None,
        mediator=known.mediator.name if known else None,
    )
