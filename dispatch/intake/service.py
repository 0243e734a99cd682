# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk can do: submit a request, change it, cancel it or some of its dates; each in the caller's transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from pydantic import ValidationError

from config.policy import IntakePolicy
from dispatch.access.audit import record
from dispatch.appointments.cancelling import cancel_appointments
from dispatch.errors import Conflict, NotFound, NotUnderstood
from dispatch.intake import queries
from dispatch.intake.decisions import Occurrence, cut
from dispatch.intake.needs import value_of
from dispatch.intake.reading import Reader, Reading, read
from dispatch.intake.schemas import RequestChange, RequestIn
from dispatch.kit.problems import readable
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.statuses import AppointmentStatus, Priority, RequestStatus, SlotStatus
from dispatch.web.i18n import gettext as _

FIRST_CODE = 1000
STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
ASK_AGAIN = (SlotStatus.OPEN, SlotStatus.UNFILLED)


def submit(reader: Reader, body: RequestIn) -> Request:
    """A new request with its appointments and open slots; NotUnderstood names every field that needs a change."""
    reading = read(reader, body)
    session, now = reader.session, reader.now
    request = Request(
        code=f"new-{uuid.uuid4()}",  # until the database has given the id that the code is made of
        desk_id=reading.desk.id,
        created_at=now,
        created_by=reader.visitor.actor[:80],
        **_told(reading, now),
    )
    session.add(request)
    session.flush()
    request.code = f"R-{FIRST_CODE + request.id}"
    for occurrence in reading.occurrences:
        request.appointments.append(_appointment(reading, occurrence, len(request.appointments) + 1, reader))
    session.flush()
    record(session, now, reader.visitor.actor, "submit", "request", request.code)
    return request


def change(reader: Reader, code: str, changes: RequestChange) -> Request:
    """The request with some of its answers changed.

    Appointments that stay as they were keep their bookings; one whose time, place or hard needs changed is cancelled,
    its mediators told, and asked anew. What has passed or took place is left alone.
    """
    request = _mine(reader, code)
    if request.status != RequestStatus.OPEN:
        raise Conflict(_("The request is no longer open. Copy it to ask again."))
    given = changes.model_dump(by_alias=True, exclude_unset=True)
    body = _merged(request.body, given)
    past_ok = all(given.get(key, request.body[key]) == request.body[key] for key in ("when", "repeat"))
    reading = read(Reader(reader.session, reader.visitor, reader.now, reader.policy, past_ok), body)
    for name, value in _told(reading, reader.now).items():
        setattr(request, name, value)
    _reconcile(reader, request, reading)
    record(reader.session, reader.now, reader.visitor.actor, "change", "request", code, keys=sorted(given))
    return _reread(reader, code)


def cancel(reader: Reader, code: str, numbers: Iterable[int] | None = None) -> Request:
    """Cancel a request, or some appointments of it by number; doing it twice changes nothing."""
    request = _mine(reader, code)
    if request.status == RequestStatus.CANCELLED:
        return request
    chosen = _chosen(request, None if numbers is None else set(numbers))
    cancelled = cancel_appointments(reader.session, chosen, reader.now)
    if chosen and not cancelled:
        raise Conflict(_("These meetings took place already or were cancelled: nothing is left to cancel."))
    request = _reread(reader, code)
    if all(one.status == AppointmentStatus.CANCELLED for one in request.appointments):
        request.status = RequestStatus.CANCELLED
    request.changed_at = reader.now
    record(reader.session, reader.now, reader.visitor.actor, "cancel", "request", code, appointments=len(cancelled))
    return request


def find(reader: Reader, code: str) -> Request:
    """The request, if the visitor may see it; NotFound also for another's."""
    request = queries.request_by_code(reader.session, reader.visitor, code)
    if request is None:
        raise NotFound(_("There is no request %(code)s here. Check the code in your list.") % {"code": code})
    return request


def _merged(body: dict[str, Any], given: dict[str, Any]) -> RequestIn:
    """The whole body with the changes in it; null takes an optional answer back and is refused for a needed one."""
    try:
        return RequestIn.model_validate({**body, **given})
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _mine(reader: Reader, code: str) -> Request:
    """The request with all its slots, locked and then read again: what is decided on it still holds when written."""
    queries.lock_request(reader.session, find(reader, code).id)
    return _reread(reader, code)


def _reread(reader: Reader, code: str) -> Request:
    reader.session.flush()
    return find(reader, code)


def _chosen(request: Request, numbers: set[int] | None) -> list[int]:
    if numbers is None:
        return [one.id for one in request.appointments if one.status in STANDING]
    if unknown := sorted(numbers - {one.number for one in request.appointments}):
        raise NotFound(_("The request has no meeting number %(number)d.") % {"number": unknown[0]})
    return [one.id for one in request.appointments if one.number in numbers]


def _told(reading: Reading, now: dt.datetime) -> dict[str, Any]:
    """The columns of the request itself that come from its body."""
    return {
        "kind": reading.body.kind,
        "priority": reading.body.priority,
        "body": reading.body.model_dump(by_alias=True),
        "understood": reading.understood[:2000],
        "note": reading.body.note,
        "changed_at": now,
    }


def _appointment(reading: Reading, occurrence: Occurrence, number: int, reader: Reader) -> Appointment:
    now, policy, body = reader.now, reader.policy, reading.body
    return Appointment(
        number=number,
        kind=body.kind,
        mode=body.mode,
        place_id=reading.place.id if reading.place else None,
        place=reading.place,
        duration=body.duration,
        windows=[[low.isoformat(), high.isoformat()] for low, high in occurrence.windows],
        first_start=occurrence.windows[0][0],
        last_start=occurrence.windows[-1][1],
        asked_start=occurrence.asked,
        project_code=reading.project.code if reading.project else None,
        case_code=body.case,
        slots=[
            Slot(
                number=place,
                needs=needs,
                value=value_of(body.priority, occurrence.asked, now, policy),
                replan_due=now if _is_pressing(body.priority, occurrence, now, policy) else None,
                changed_at=now,
            )
            for place, needs in enumerate(reading.needs, start=1)
        ],
    )


def _is_pressing(priority: str, occurrence: Occurrence, now: dt.datetime, policy: IntakePolicy) -> bool:
    """Whether a repair looks for somebody at once instead of waiting for the week plan."""
    # An urgent series presses for the days ahead; its later weeks wait for their own plan.
    hours = policy.urgent_within_hours if priority == Priority.URGENT else policy.repair_within_hours
    return occurrence.asked <= now + dt.timedelta(hours=hours)


def _reconcile(reader: Reader, request: Request, reading: Reading) -> None:
    """Keep appointments that still say the same, cancel the others, add what is missing."""
    standing = [one for one in request.appointments if one.status in STANDING and one.last_start > reader.now]
    # Two meetings may allow the same starts (9:00 and 10:00, both "any time that day"): each keeps its own.
    wanted: dict[tuple[object, ...], list[Occurrence]] = {}
    for occurrence in reading.occurrences:
        wanted.setdefault(_shape_of(reading, occurrence), []).append(occurrence)
    gone = []
    for appointment in standing:
        if same := wanted.get(_shape(appointment, reader)):
            _soften(appointment, reading, same.pop(0), reader)
        else:
            gone.append(appointment.id)
    reader.session.flush()
    cancel_appointments(reader.session, gone, reader.now)
    numbers = max((one.number for one in request.appointments), default=0)
    for number, occurrence in enumerate(chain.from_iterable(wanted.values()), start=numbers + 1):
        fresh = _appointment(reading, occurrence, number, reader)
        fresh.request_id = request.id
        reader.session.add(fresh)


def _soften(appointment: Appointment, reading: Reading, occurrence: Occurrence, reader: Reader) -> None:
    """What may change without asking anybody: who pays, the case, wishes and value of slots still without a person."""
    appointment.project_code = reading.project.code if reading.project else None
    appointment.case_code = reading.body.case
    appointment.asked_start = occurrence.asked
    for slot, needs in zip(appointment.slots, reading.needs, strict=True):
        if slot.status in ASK_AGAIN:
            slot.needs = needs
            slot.value = value_of(reading.body.priority, occurrence.asked, reader.now, reader.policy)
            slot.changed_at = reader.now
            if _is_pressing(reading.body.priority, occurrence, reader.now, reader.policy):
                slot.replan_due = reader.now


def _shape(appointment: Appointment, reader: Reader) -> tuple[object, ...]:
    """What an appointment asks of a mediator's day, with the starts that are still to come."""
    step = dt.timedelta(minutes=reader.policy.start_step)
    stored = [(dt.datetime.fromisoformat(low), dt.datetime.fromisoformat(high)) for low, high in appointment.windows]
    still = [cut(window, reader.now, step) for window in stored]
    starts = tuple((low, high) for low, high in still if low <= high)
    hard = [_hard(slot.needs) for slot in appointment.slots]
    return (appointment.kind, appointment.mode, appointment.place_id, appointment.duration, starts, *hard)


def _shape_of(reading: Reading, occurrence: Occurrence) -> tuple[object, ...]:
    body, place_id = reading.body, reading.place.id if reading.place else None
    hard = [_hard(needs) for needs in reading.needs]
    return (body.kind, body.mode, place_id, body.duration, occurrence.windows, *hard)


def _hard(needs: dict[str, Any]) -> tuple[object, ...]:
    languages: Sequence[tuple[str, int]] = sorted(needs["languages"].items())
    only = None if needs["only"] is None else tuple(needs["only"])
    return (tuple(languages), needs["any_language"], tuple(sorted(needs["skills"])), needs["gender"], only)
