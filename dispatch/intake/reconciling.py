# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings the dates of a request in line with what it says now: keeps, cancels and asks anew, date by date.

What took place, was called off by itself, or was changed by itself is not the rule's any more. Everywhere else the rule
wins: a date that somebody said yes to moves with her as far as she can, and any other whose time, place or needs change
is cancelled and asked anew under a new number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.appointments.findings import Findings
from dispatch.errors import NotUnderstood
from dispatch.intake import queries
from dispatch.intake.decisions import Occurrence, refuse_twice
from dispatch.intake.reading import Reader, Reading
from dispatch.intake.rows import fresh, move, moves, pay, soften, stays
from dispatch.intake.series import DateKey, key_of
from dispatch.kit.clock import at_home
from dispatch.records.intake import Appointment, Request
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus
from dispatch.web.i18n import gettext as _

STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
OVER = (AppointmentStatus.HELD, AppointmentStatus.NOT_HELD)
SAID_YES = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


@dataclass
class Dates:
    """The dates of a request as they stand, the newest row of each: who decides about it from now on."""

    live: Mapping[int, Assignment]
    over: dict[DateKey, Appointment] = field(default_factory=dict)
    called_off: dict[DateKey, Appointment] = field(default_factory=dict)
    exceptions: dict[DateKey, Appointment] = field(default_factory=dict)
    ruled: dict[DateKey, Appointment] = field(default_factory=dict)

    @property
    def settled(self) -> frozenset[DateKey]:
        return frozenset({*self.over, *self.called_off, *self.exceptions})

    def hand_back(self, since: dt.date) -> None:
        """From this day of the series on, what was changed by itself follows the rule again."""
        for key, row in list(self.exceptions.items()):
            if day_of(row) >= since:
                self.ruled[key] = self.exceptions.pop(key)


def dates_of_request(reader: Reader, request: Request) -> Dates:
    slots = [slot.id for one in request.appointments for slot in one.slots]
    found = Dates(queries.live_assignments(reader.session, slots))
    newest = {date_key(row): row for row in sorted(request.appointments, key=lambda row: row.number)}
    for key, row in newest.items():
        if row.status == AppointmentStatus.CANCELLED:
            if row.is_exception:
                found.called_off[key] = row
        elif is_over(row, found.live, reader.now):
            found.over[key] = row
        else:
            (found.exceptions if row.is_exception else found.ruled)[key] = row
    return found


def day_of(row: Appointment) -> dt.date:
    """The day the series gives the date, wherever it was moved to."""
    return row.series_day or at_home(row.asked_start or row.first_start).date()


def date_key(row: Appointment) -> DateKey:
    """Its line and week; rows whose lines are gone share none, so each is a date of its own and none hides another."""
    return key_of(row.line if row.line >= 0 else -1 - row.number, day_of(row))


def is_over(row: Appointment, live: Mapping[int, Assignment], now: dt.datetime) -> bool:
    """Whether it took place, has begun, or can begin no more."""
    said_yes = [live[slot.id] for slot in row.slots if slot.id in live and live[slot.id].status in SAID_YES]
    begun = any(found.during.lower is not None and found.during.lower <= now for found in said_yes)
    return row.status in OVER or row.last_start <= now or begun


def reconcile(reader: Reader, request: Request, reading: Reading, dates: Dates) -> None:
    """Write what the reading says; ``dates`` are those it was read with."""
    wanted = {occurrence.key: occurrence for occurrence in reading.dates.occurrences}
    leaving = [row for row in dates.exceptions.values() if not reading.dates.reaches(row.line, day_of(row))]
    kept = [row for row in dates.exceptions.values() if row not in leaving]
    _refuse_what_cannot_be(wanted, kept, dates, reading)
    for row in kept:
        pay(row, request, reading)
    anew: list[Occurrence] = []
    for key, row in dates.ruled.items():
        occurrence = wanted.pop(key, None)
        row.is_exception, row.own = False, None
        if occurrence is not None and stays(row, reader, reading, occurrence, dates.live):
            soften(row, reader, request, reading, occurrence)
            continue
        if occurrence is not None and moves(row, reading, occurrence, dates.live):
            move(row, reader, request, reading, occurrence, dates.live)
            continue
        leaving.append(row)
        anew += [occurrence] if occurrence else []
    call_off(reader, leaving)
    for occurrence in sorted([*anew, *wanted.values()], key=lambda one: one.asked):
        add(reader, request, reading, occurrence)


def call_off(reader: Reader, rows: list[Appointment]) -> None:
    """Cancel rows that the series no longer has; should it come back to their weeks, they are asked anew."""
    for row in rows:
        row.is_exception = False
    reader.session.flush()
    cancel_appointments(reader.session, [row.id for row in rows], reader.now)


def add(reader: Reader, request: Request, reading: Reading, occurrence: Occurrence) -> Appointment:
    number = max((one.number for one in request.appointments), default=0) + 1
    row = fresh(reader, request, reading, occurrence, number)
    request.appointments.append(row)
    return row


def _refuse_what_cannot_be(
    wanted: Mapping[DateKey, Occurrence], kept: list[Appointment], dates: Dates, reading: Reading
) -> None:
    findings = Findings()
    starts = [occurrence.asked for occurrence in wanted.values()]
    refuse_twice([*starts, *(row.asked_start or row.first_start for row in kept)], findings)
    for key in reading.dates.passed & dates.ruled.keys():
        start = at_home(dates.ruled[key].asked_start or dates.ruled[key].first_start)
        findings.add(
            "when.from",
            start.strftime("%Y-%m-%d %H:%M"),
            _("A meeting would begin at a time that is already past."),
            _("Choose a later time, or change it from the next date on."),
        )
    if findings.problems:
        raise NotUnderstood(_("The request cannot be accepted as it is."), fields=tuple(findings.problems))
