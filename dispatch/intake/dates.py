# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk can do with one date of a request: change it or call it off, alone, with the following, or with all.

Alone it becomes an exception that later changes of the series leave alone. With the following or with all the rule
changes: an hour for every line that began at the same one, a day within the week for the date's own line, everything
else for all lines. Each date keeps its week; what took place is never touched.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dispatch.access.audit import record
from dispatch.appointments.findings import Findings
from dispatch.errors import Conflict, NotFound, NotUnderstood
from dispatch.intake import service
from dispatch.intake.decisions import Before, Occurrence, refuse_twice
from dispatch.intake.outcome import counted, standing
from dispatch.intake.reading import Reader, read
from dispatch.intake.reconciling import Dates, add, call_off, date_key, dates_of_request, day_of
from dispatch.intake.rows import move, moves, soften, stays
from dispatch.intake.rule_change import Given, change_rule
from dispatch.intake.schemas import AppointmentChange, RequestChange, RequestIn, ScopeWord
from dispatch.intake.series import DATE_ANSWERS, changes_in, said_of
from dispatch.kit.clock import at_home
from dispatch.records.intake import Appointment, Request
from dispatch.records.statuses import AppointmentStatus
from dispatch.web.i18n import gettext as _


def change_date(
    reader: Reader,
    code: str,
    number: int,
    change: AppointmentChange,
    look: Callable[[Request], None] = lambda _standing: None,
) -> Request:
    """Change a date that is still to come, and with it as many others as ``scope`` says.

    ``look`` sees the request locked, before anything is written.
    """
    request = service.locked_open(reader, code)
    look(request)
    row = _row(request, number)
    given = _given(change)
    before, dates = standing(reader, request), dates_of_request(reader, request)
    if row not in (*dates.ruled.values(), *dates.exceptions.values()):
        raise Conflict(_("This meeting took place already or was cancelled: it cannot be changed."))
    body = request.body
    if not body["repeat"] and len(body["when"]) == 1:
        # One date is the whole request, and no series has to know that it was changed by itself.
        whole = {**given.answers, "when": [{**body["when"][0], **given.when}]} if given.when else given.answers
        with _said_of_one_date():
            return service.change(reader, code, RequestChange.model_validate(whole))
    if change.scope == "this":
        _change_alone(reader, request, row, dates, given)
    else:
        change_rule(reader, request, row, dates, given)
    request = service.reread(reader, code)
    keys, outcome = sorted([*given.when, *given.answers]), counted(before, standing(reader, request))
    said = {"date": number, "scope": change.scope, "keys": keys, "outcome": outcome}
    record(reader.session, reader.now, reader.visitor.actor, "change", "request", code, **said)
    return request


def cancel_date(reader: Reader, code: str, number: int, scope: ScopeWord) -> Request:
    """Cancel a date, the date and the following, or all still to come; doing it twice changes nothing."""
    request = service.locked(reader, code)
    row = _row(request, number)
    if row.status == AppointmentStatus.CANCELLED:
        return request
    if scope == "this":
        return service.cancel(reader, code, [number])
    if scope == "all":
        return service.cancel(reader, code)
    if request.body["repeat"]:
        return _end_before(reader, request, row)
    since, dates = day_of(row), dates_of_request(reader, request)
    ahead = [*dates.ruled.values(), *dates.exceptions.values()]
    return service.cancel(reader, code, [one.number for one in ahead if day_of(one) >= since] or [number])


def answers_of(request: Request, row: Appointment) -> dict[str, Any]:
    """What this date answers now, with its day, time and tolerance as the one line of ``when``."""
    if row.own is not None:
        return row.own
    body, day = request.body, day_of(row)
    said, line = said_of(changes_in(body), row.line, day), body["when"][row.line]
    start = at_home(row.asked_start or row.first_start)
    when = {"day": start.date().isoformat(), "from": f"{start:%H:%M}"}
    when["tolerance"] = said.get("tolerance", line["tolerance"])
    return {**{name: said.get(name, body[name]) for name in DATE_ANSWERS}, "when": [when]}


def _row(request: Request, number: int) -> Appointment:
    for row in request.appointments:
        if row.number == number:
            return row
    raise NotFound(_("The request has no meeting number %(number)d.") % {"number": number})


def _given(change: AppointmentChange) -> Given:
    """What is to change; whatever one date cannot say is refused."""
    findings = Findings()
    for name, value in (change.model_extra or {}).items():
        remedy = (
            _("This is said of the whole request: change it there.")
            if name in RequestIn.model_fields
            else _("Remove it, or check how it is spelled.")
        )
        findings.add(name, value, _("One date cannot have this of its own."), remedy)
    given = change.model_dump(by_alias=True, exclude_unset=True, exclude={"scope", "overwrite_exceptions"})
    when = {name: value for name, value in (given.pop("when", None) or {}).items() if value is not None}
    answers = {name: value for name, value in given.items() if name in DATE_ANSWERS}
    if not (when or answers or findings.problems):
        findings.add("when", None, _("Nothing is to change."), _("Give a day, a time, or another answer."))
    findings.refuse()
    return Given(when, answers, change.scope == "all", change.overwrite_exceptions)


def _change_alone(
    reader: Reader,
    request: Request,
    row: Appointment,
    dates: Dates,
    given: Given,
) -> None:
    before = answers_of(request, row)
    own = {**before, **given.answers, "when": [{**before["when"][0], **given.when}]}
    body = service.merged(request.body, {**own, "repeat": None})
    known = frozenset() if given.when.keys() & {"day", "from"} else frozenset({before["when"][0]["day"]})
    with _said_of_one_date():
        reading = read(reader, body, Before(known=known))
    if not reading.dates.occurrences:
        raise Conflict(_("This meeting took place already or was cancelled: it cannot be changed."))
    found = dataclasses.replace(reading.dates.occurrences[0], line=row.line, day=day_of(row))
    _refuse_a_twin(found, dates)
    case = row.case_code  # of a series; the one date read here does not show that it is one
    if stays(row, reader, reading, found, dates.live):
        soften(row, reader, request, reading, found)
    elif moves(row, reading, found, dates.live):
        move(row, reader, request, reading, found, dates.live)
    else:
        call_off(reader, [row])
        row = add(reader, request, reading, found)
    as_read = reading.body.model_dump(by_alias=True)
    row.case_code, row.is_exception, row.own = case, True, {name: as_read[name] for name in own}
    request.changed_at = reader.now


@contextmanager
def _said_of_one_date() -> Iterator[None]:
    """The one date is read as a request of its own; what is wrong is said in the words of the change."""
    try:
        yield
    except NotUnderstood as refused:
        fields = tuple(
            dataclasses.replace(problem, field=problem.field.replace("when.0.", "when.")) for problem in refused.fields
        )
        raise NotUnderstood(refused.detail, fields=fields) from refused


def _refuse_a_twin(found: Occurrence, dates: Dates) -> None:
    findings = Findings()
    others = [row for row in (*dates.ruled.values(), *dates.exceptions.values()) if date_key(row) != found.key]
    refuse_twice([found.asked, *(start for row in others if (start := row.asked_start) == found.asked)], findings)
    findings.refuse()


def _end_before(reader: Reader, request: Request, row: Appointment) -> Request:
    """The series ends on the day before this date, so that nothing brings the following ones back."""
    last = (day_of(row) - dt.timedelta(days=1)).isoformat()
    code, before = request.code, standing(reader, request)
    body = service.merged(request.body, {"repeat": {**request.body["repeat"], "until": last}})
    service.rewrite(reader, request, body, changes_in(request.body), dates_of_request(reader, request), last)
    request = service.reread(reader, code)
    service.settle_status(request)
    said = {"date": row.number, "scope": "following", "outcome": counted(before, standing(reader, request))}
    record(reader.session, reader.now, reader.visitor.actor, "cancel", "request", code, **said)
    return request
