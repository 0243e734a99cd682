# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk can do: submit a request, change it, cancel it or some of its dates; each in the caller's transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from dispatch.access.audit import record
from dispatch.appointments.cancelling import cancel_appointments
from dispatch.appointments.holding import lock_dates
from dispatch.appointments.moving import people_on
from dispatch.errors import Conflict, NotFound, NotUnderstood
from dispatch.intake import queries
from dispatch.intake.decisions import Before
from dispatch.intake.outcome import counted, standing
from dispatch.intake.reading import Reader, Reading, read
from dispatch.intake.reconciling import STANDING, Dates, add, dates_of_request, is_over, reconcile
from dispatch.intake.schemas import RequestChange, RequestIn
from dispatch.intake.series import SHIFT, RuleChange, aligned, changes_in, relined, unsaid
from dispatch.kit.locks import lock_mediators
from dispatch.kit.policy import policy_in_force
from dispatch.kit.problems import readable
from dispatch.kit.queue import enqueue
from dispatch.records.intake import Request
from dispatch.records.statuses import AppointmentStatus, RequestStatus
from dispatch.web.i18n import gettext as _

FIRST_CODE = 1000
NO_LINE = -1  # of a date whose line is no longer in ``when``


def submit(reader: Reader, body: RequestIn) -> Request:
    """A new request with its appointments and open slots; NotUnderstood names every field that needs a change."""
    reading = read(reader, body)
    session, now = reader.session, reader.now
    request = Request(
        code=f"new-{uuid.uuid4()}",  # until the database has given the id that the code is made of
        desk_id=reading.desk.id,
        created_at=now,
        created_by=reader.visitor.actor[:80],
        **_told(reading, (), now),
    )
    session.add(request)
    session.flush()
    request.code = f"R-{FIRST_CODE + request.id}"
    for occurrence in reading.dates.occurrences:
        add(reader, request, reading, occurrence)
    session.flush()
    record(session, now, reader.visitor.actor, "submit", "request", request.code)
    _hurry(reader, request)
    return request


def _hurry(reader: Reader, request: Request) -> None:
    """What begins within a day does not wait for the tick that looks for open slots once a minute."""
    horizon = reader.now + dt.timedelta(hours=policy_in_force(reader.session).offers.soon_hours)
    if any(one.first_start <= horizon and any(slot.replan_due for slot in one.slots) for one in request.appointments):
        enqueue(reader.session, "planning.repair", queue="planning")


def change(
    reader: Reader, code: str, changes: RequestChange, look: Callable[[Request], None] = lambda _standing: None
) -> Request:
    """The request with some of its answers changed.

    Appointments that stay as they were keep their bookings; one that is only held at another time or place takes its
    mediators along as far as they can; one whose hard needs changed is cancelled, and asked anew. What has passed or took
    place is left alone, and so is a date that was changed by itself. What was said of "this and the following" yields only
    where the same answer is changed for all. ``look`` sees it locked, before anything is written.
    """
    request = locked_open(reader, code)
    look(request)
    given = changes.model_dump(by_alias=True, exclude_unset=True, exclude={"overwrite_exceptions"})
    stood, before, body = standing(reader, request), request.body, merged(request.body, given)
    after = body.model_dump(by_alias=True)
    kept = unsaid(changes_in(before), None, [name for name in given if after[name] != before.get(name)])
    if "when" in given:
        kept = _relined(request, after, kept, reader.now)
    dates = dates_of_request(reader, request)
    if changes.overwrite_exceptions:
        dates.hand_back(dt.date.min)
    rewrite(reader, request, body, kept, dates)
    if not any(one.status != AppointmentStatus.CANCELLED for one in request.appointments):
        raise Conflict(_("No meeting would be left. Cancel the request instead."))
    request = reread(reader, code)
    said = {"keys": sorted(given), "outcome": counted(stood, standing(reader, request))}
    record(reader.session, reader.now, reader.visitor.actor, "change", "request", code, **said)
    return request


def rewrite(
    reader: Reader, request: Request, body: RequestIn, changes: tuple[RuleChange, ...], dates: Dates, last: str = ""
) -> None:
    """Give an open request another body and other changes by date, and bring its dates in line.

    ``last`` is a last day that may be past: the series ends there because a later date was called off.
    """
    repeat = request.body["repeat"]
    known = {entry["day"] for entry in request.body["when"]} | {last, repeat["until"] if repeat else ""}
    reading = read(reader, body, Before(changes, frozenset(known), dates.settled))
    for name, value in _told(reading, changes, reader.now).items():
        setattr(request, name, value)
    reconcile(reader, request, reading, dates)


def cancel(reader: Reader, code: str, numbers: Iterable[int] | None = None) -> Request:
    """Cancel a request, or some appointments of it by number; doing it twice changes nothing."""
    request = locked(reader, code)
    if request.status == RequestStatus.CANCELLED:
        return request
    chosen, before = _chosen(reader, request, None if numbers is None else set(numbers)), standing(reader, request)
    cancelled = cancel_appointments(reader.session, chosen, reader.now)
    if numbers is not None and not cancelled:
        raise Conflict(_("These meetings took place already or were cancelled: nothing is left to cancel."))
    request = reread(reader, code)
    for appointment in request.appointments:
        if appointment.id in cancelled:  # called off by itself: no later change of the series brings it back
            appointment.is_exception = True
    settle_status(request)
    request.changed_at = reader.now
    said = {"appointments": len(cancelled), "outcome": counted(before, standing(reader, request))}
    record(reader.session, reader.now, reader.visitor.actor, "cancel", "request", code, **said)
    return request


def settle_status(request: Request) -> None:
    """A request of which nothing stands is cancelled."""
    if all(one.status == AppointmentStatus.CANCELLED for one in request.appointments):
        request.status = RequestStatus.CANCELLED


def find(reader: Reader, code: str) -> Request:
    """The request, if the visitor may see it; NotFound also for another's."""
    request = queries.request_by_code(reader.session, reader.visitor, code)
    if request is None:
        raise NotFound(_("There is no request %(code)s here. Check the code in your list.") % {"code": code})
    return request


def merged(body: Mapping[str, Any], given: Mapping[str, Any]) -> RequestIn:
    """The whole body with the changes in it; null takes an optional answer back and is refused for a needed one."""
    asked = {name: value for name, value in body.items() if name != "changes"}
    try:
        return RequestIn.model_validate({**asked, **given})
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _relined(
    request: Request, after: dict[str, Any], changes: tuple[RuleChange, ...], now: dt.datetime
) -> tuple[RuleChange, ...]:
    """Follow the lines of ``when`` to where they stand now; a line asked otherwise takes back what was said of it."""
    before, when = request.body["when"], after["when"]
    now_at, elsewhere = aligned(before, when), set()
    for old, new in now_at.items():
        otherwise = [name for name in ("from", "tolerance") if before[old][name] != when[new][name]]
        if before[old]["day"] != when[new]["day"]:
            otherwise.append(SHIFT)
            elsewhere.add(old)
        changes = unsaid(changes, old, otherwise)
    for row in request.appointments:
        # A single day that is given anew is asked again, whatever became of the one before.
        done = row.status not in STANDING or row.last_start <= now
        anew = done and not after["repeat"] and row.line in elsewhere
        row.line = NO_LINE if anew else now_at.get(row.line, NO_LINE)
    return relined(changes, now_at)


def locked(reader: Reader, code: str, people: Iterable[int] = ()) -> Request:
    """The request with all its slots, locked and then read again: what is decided on it still holds when written."""
    request = find(reader, code)
    refuse_a_presence(request)
    lock_dates(reader.session, request.id, people)
    return reread(reader, code)


def locked_open(reader: Reader, code: str) -> Request:
    """A locked request whose dates may be changed, with the mediators whose visits may move along."""
    people = people_on(reader.session, find(reader, code).id)
    lock_mediators(reader.session, people)
    request = locked(reader, code, people)
    if not people_on(reader.session, request.id) <= people:  # locked now it would be the wrong way round
        raise Conflict(_("Somebody was found for this request just now. Look at it and try again."))
    if request.status != RequestStatus.OPEN:
        raise Conflict(_("The request is no longer open. Copy it to ask again."))
    return request


def refuse_a_presence(request: Request) -> None:
    """No desk asked for the dates of a presence: they follow it."""
    if request.presence_id is not None:
        raise Conflict(_("These dates are a presence's: a coordinator changes or ends it on the page of presences."))


def reread(reader: Reader, code: str) -> Request:
    reader.session.flush()
    return find(reader, code)


def _chosen(reader: Reader, request: Request, numbers: set[int] | None) -> list[int]:
    """Those of the dates that are still to come; what took place is not cancelled afterwards."""
    live = queries.live_assignments(reader.session, [slot.id for one in request.appointments for slot in one.slots])
    ahead = [one for one in request.appointments if one.status in STANDING and not is_over(one, live, reader.now)]
    if numbers is None:
        return [one.id for one in ahead]
    if unknown := sorted(numbers - {one.number for one in request.appointments}):
        raise NotFound(_("The request has no meeting number %(number)d.") % {"number": unknown[0]})
    return [one.id for one in ahead if one.number in numbers]


def _told(reading: Reading, changes: Iterable[RuleChange], now: dt.datetime) -> dict[str, Any]:
    """The columns of the request itself that come from its body."""
    later = [change.stored() for change in changes]
    return {
        "kind": reading.body.kind,
        "priority": reading.body.priority,
        "body": reading.body.model_dump(by_alias=True) | ({"changes": later} if later else {}),
        "understood": reading.understood[:2000],
        "note": reading.body.note,
        "changed_at": now,
    }
