# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator can do with a presence: enter it, change it from a date on, end it on a date."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from dispatch.access.audit import record
from dispatch.appointments.cancelling import cancel_appointments
from dispatch.appointments.findings import Findings, Refused
from dispatch.appointments.holding import lock_dates
from dispatch.appointments.moving import people_on
from dispatch.appointments.wall import read_day
from dispatch.errors import Conflict, NotFound, NotUnderstood
from dispatch.kit.locks import lock_mediators
from dispatch.kit.problems import readable
from dispatch.presences import queries
from dispatch.presences.asking import open_request, retell
from dispatch.presences.dates import add_dates, keep_or_renew, standing_from
from dispatch.presences.days import TEN_YEARS
from dispatch.presences.decisions import Pattern, first_clash
from dispatch.presences.reader import Reader
from dispatch.presences.reading import read
from dispatch.presences.row import body_of, columns_of, last_day_of, pattern_of
from dispatch.presences.schemas import PresenceChange, PresenceEnd, PresenceIn
from dispatch.presences.words import clock
from dispatch.records.presences import Presence
from dispatch.records.statuses import AppointmentStatus, RequestStatus
from dispatch.web.i18n import gettext as _

FIRST_CODE = 1000


def enter(reader: Reader, body: PresenceIn) -> Presence:
    """A new presence with all its dates; NotUnderstood names every field that needs a change."""
    reading = read(reader, body)
    session, now = reader.session, reader.now
    queries.lock_owner(session, reading.desk, reading.ambito)
    presence = Presence(
        code=f"new-{uuid.uuid4()}",  # until the database has given the id that the code is made of
        desk=reading.desk,
        ambito=reading.ambito,
        desk_id=reading.desk.id if reading.desk else None,
        ambito_code=reading.ambito.code if reading.ambito else None,
        first_day=reading.pattern.recurrence.first,
        created_at=now,
        **columns_of(reading, now),
    )
    _refuse_clash(reader, presence, reading.pattern)
    session.add(presence)
    session.flush()
    presence.code = f"P-{FIRST_CODE + presence.id}"
    starts = [start for start in reading.pattern.starts(reader.closures).values() if start > now]
    add_dates(open_request(reader, presence, reading), presence, starts, reader)
    session.flush()
    record(session, now, reader.visitor.actor, "enter", "presence", presence.code, dates=len(starts))
    return presence


def change(
    reader: Reader, code: str, changes: PresenceChange, look: Callable[[Presence], None] = lambda _standing: None
) -> Presence:
    """The presence as it is held from a date on.

    A date on which nothing changes that its mediator agreed to keeps her, and one that is only held at another hour or
    place takes her along as far as she can; the others are cancelled, she is told, and they are asked anew. What has
    passed, and every date before ``since``, stays as it was. ``look`` sees it locked, before anything is written.
    """
    request = queries.request_of(reader.session, find(reader, code).id)
    people = people_on(reader.session, request.id)
    lock_mediators(reader.session, people)
    presence = _held(reader, code, people)
    if not people_on(reader.session, request.id) <= people:  # locked now it would be the wrong way round
        raise Conflict(_("Somebody was found for this request just now. Look at it and try again."))
    look(presence)
    since = _day(reader, "since", changes.since, reader.today)
    given = changes.model_dump(by_alias=True, exclude_unset=True, exclude={"since"})
    reading = read(replace(reader, standing=presence), _merged(body_of(presence), given))
    queries.lock_owner(reader.session, reading.desk, reading.ambito)
    request = queries.request_of(reader.session, presence.id)
    for name, value in columns_of(reading, reader.now).items():
        setattr(presence, name, value)
    presence.ended_on = None  # a new last day is given, or the early end has become the last day
    _refuse_clash(reader, presence, reading.pattern)
    starts = reading.pattern.starts(reader.closures)
    wanted = [start for day, start in starts.items() if day >= since and start > reader.now]
    keep_or_renew(request, presence, wanted, since, reader)
    retell(request, presence, reader.now)
    record(reader.session, reader.now, reader.visitor.actor, "change", "presence", code, keys=sorted(given))
    reader.session.flush()
    return find(reader, code)


def end(reader: Reader, code: str, body: PresenceEnd) -> Presence:
    """No date after this day is held any more; who was asked or had said yes is told. Twice is as once."""
    presence = _held(reader, code)
    last = _day(reader, "last_day", body.last_day, reader.today - dt.timedelta(days=1))
    if last > last_day_of(presence):
        raise _unfit(
            "last_day", last.isoformat(), _("It ends earlier anyway (%(day)s).") % {"day": last_day_of(presence)}
        )
    request = queries.request_of(reader.session, presence.id)
    gone = standing_from(request, last + dt.timedelta(days=1), reader.now)
    cancelled = cancel_appointments(reader.session, [one.id for one in gone], reader.now)
    presence.ended_on, presence.changed_at = last, reader.now
    reader.session.flush()
    request = queries.request_of(reader.session, presence.id)
    if all(one.status == AppointmentStatus.CANCELLED for one in request.appointments):
        request.status = RequestStatus.CANCELLED
    retell(request, presence, reader.now)
    record(reader.session, reader.now, reader.visitor.actor, "end", "presence", code, dates=len(cancelled))
    reader.session.flush()
    return find(reader, code)


def find(reader: Reader, code: str) -> Presence:
    """The presence, if the visitor may see it; NotFound also for another's."""
    return _found(queries.presence_by_code(reader.session, reader.visitor, code), code)


def _held(reader: Reader, code: str, people: Iterable[int] = ()) -> Presence:
    """The presence, locked with all its dates; one that is over is left as it is."""
    presence = _found(queries.presence_by_code(reader.session, reader.visitor, code, lock=True), code)
    lock_dates(reader.session, queries.request_of(reader.session, presence.id).id, people)
    if last_day_of(presence) < reader.today:
        raise Conflict(_("The presence is over. Enter a new one."))
    return presence


def _found(presence: Presence | None, code: str) -> Presence:
    if presence is None:
        raise NotFound(_("There is no presence %(code)s here. Check the code in the list.") % {"code": code})
    return presence


def _refuse_clash(reader: Reader, presence: Presence, pattern: Pattern) -> None:
    """Two shifts of one owner at one place and time are one shift entered twice."""
    findings = Findings()
    for other in queries.others_of_owner(reader.session, presence, reader.today):
        day = first_clash(pattern, pattern_of(other), reader.closures)
        if day is not None:
            findings.add(
                "weekdays",
                other.code,
                _("%(code)s (%(name)s) is held there at the same time: %(day)s, %(from)s–%(to)s.")
                % {
                    "code": other.code,
                    "name": other.name,
                    "day": day.isoformat(),
                    "from": clock(other.from_minute),
                    "to": clock(other.to_minute),
                },
                _("Choose other days, hours or place, or change that one."),
            )
    findings.refuse(_("The presence cannot be accepted as it is."))


def _merged(body: dict[str, Any], given: dict[str, Any]) -> PresenceIn:
    """The whole body with the changes in it; null takes an optional answer back and is refused for a needed one."""
    try:
        return PresenceIn.model_validate({**body, **given})
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _day(reader: Reader, field: str, text: str | None, earliest: dt.date) -> dt.date:
    """The day written, or today."""
    if text is None:
        return reader.today
    findings = Findings()
    try:
        day = read_day(field, text, reader.now, TEN_YEARS, past_ok=True)
    except Refused as refused:
        findings.note(refused)
        findings.refuse(_("The presence cannot be accepted as it is."))
        raise
    if day < earliest:
        raise _unfit(field, text, _("This day is in the past, and what took place stays."), earliest)
    return day


def _unfit(field: str, value: str, message: str, earliest: dt.date | None = None) -> NotUnderstood:
    remedy = (
        _("Choose an earlier day.")
        if earliest is None
        else _("Choose a day from %(day)s on.") % {"day": earliest.isoformat()}
    )
    findings = Findings()
    findings.add(field, value, message, remedy)
    return NotUnderstood(_("The presence cannot be accepted as it is."), fields=tuple(findings.problems))
