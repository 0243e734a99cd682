# SPDX-License-Identifier: AGPL-3.0-or-later
"""The appointments of a presence: made for each date, kept where nothing agreed changed, else called off and renewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.appointments.moving import agreed_slots, follow, live_of
from dispatch.kit.clock import at_home
from dispatch.presences.decisions import Terms, moving_along, needs_of, settle, value_of
from dispatch.presences.reader import Reader
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.presences import Presence
from dispatch.records.statuses import AppointmentStatus, Mode, SlotStatus

STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
WITHOUT_ANYBODY = (SlotStatus.OPEN, SlotStatus.UNFILLED)


def add_dates(request: Request, presence: Presence, starts: Sequence[dt.datetime], reader: Reader) -> None:
    """One appointment with one open slot for each start."""
    number = max((one.number for one in request.appointments), default=0)
    for start in sorted(starts):
        number += 1
        request.appointments.append(_appointment(presence, start, number, reader))


def standing_from(request: Request, since: dt.date, now: dt.datetime) -> list[Appointment]:
    """The dates from a day on that are still to come."""
    return [
        one
        for one in request.appointments
        if one.status in STANDING and one.first_start > now and at_home(one.first_start).date() >= since
    ]


def keep_or_renew(
    request: Request, presence: Presence, wanted: Sequence[dt.datetime], since: dt.date, reader: Reader
) -> None:
    """Dates whose terms stay are kept with whoever said yes, and move with her; the others end and are asked anew."""
    standing = {one.id: one for one in standing_from(request, since, reader.now)}
    terms, before = (
        [_terms(presence, start) for start in wanted],
        {key: _terms_of(one) for key, one in standing.items()},
    )
    kept, gone, missing = settle(before, terms)
    for appointment_id, moved in moving_along(before, gone & _agreed(standing.values(), reader), missing).items():
        _move(standing[appointment_id], presence, moved, reader)
        gone.remove(appointment_id)
        missing.remove(moved)
    for appointment_id in kept:
        _soften(standing[appointment_id], presence, reader)
    reader.session.flush()
    cancel_appointments(reader.session, gone, reader.now)
    add_dates(request, presence, [one.start for one in missing], reader)


def _agreed(rows: Iterable[Appointment], reader: Reader) -> set[int]:
    """The dates that somebody said yes to."""
    slots = {slot.id: row.id for row in rows for slot in row.slots}
    return {slots[slot_id] for slot_id in agreed_slots(live_of(reader.session, slots))}


def _move(row: Appointment, presence: Presence, terms: Terms, reader: Reader) -> None:
    """The same day at another hour or place: whoever said yes comes along, or is asked anew."""
    place_before = row.place_id
    row.place_id, row.duration, row.asked_start = terms.place_id, terms.duration, terms.start
    row.first_start = row.last_start = terms.start
    row.windows = [[terms.start.isoformat(), terms.start.isoformat()]]
    reader.session.flush()
    reader.session.refresh(row, ["place"])
    follow(reader.session, row, terms.start, place_before, reader.now)
    _soften(row, presence, reader)


def _appointment(presence: Presence, start: dt.datetime, number: int, reader: Reader) -> Appointment:
    needs = needs_of(presence.languages, presence.mediator.code if presence.mediator else None, reader.policy)
    return Appointment(
        number=number,
        kind=presence.kind,
        mode=Mode.ONSITE,
        place_id=presence.place_id,
        duration=presence.to_minute - presence.from_minute,
        windows=[[start.isoformat(), start.isoformat()]],
        first_start=start,
        last_start=start,
        asked_start=start,
        project_code=presence.project_code,
        slots=[Slot(number=1, needs=needs, value=value_of(presence.cover, reader.policy), changed_at=reader.now)],
    )


def _soften(appointment: Appointment, presence: Presence, reader: Reader) -> None:
    """What may change without asking anybody: who pays, whom it is wished for, and what it is worth."""
    appointment.project_code = presence.project_code
    value = value_of(presence.cover, reader.policy)
    needs = needs_of(presence.languages, presence.mediator.code if presence.mediator else None, reader.policy)
    for slot in appointment.slots:
        slot.value = value
        if slot.status in WITHOUT_ANYBODY and slot.needs != needs:
            slot.needs, slot.changed_at = needs, reader.now


def _terms(presence: Presence, start: dt.datetime) -> Terms:
    return Terms(
        start,
        presence.to_minute - presence.from_minute,
        presence.place_id,
        presence.kind,
        tuple(sorted(presence.languages.items())),
    )


def _terms_of(appointment: Appointment) -> Terms:
    languages = appointment.slots[0].needs["languages"] if appointment.slots else {}
    return Terms(
        appointment.first_start,
        appointment.duration,
        appointment.place_id,
        appointment.kind,
        tuple(sorted(languages.items())),
    )
