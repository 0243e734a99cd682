# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which appointments a request means: each entry of ``when`` is one, and ``repeat`` gives each again every week.

A tolerance widens the starts an appointment may have: none = the asked one; half_hour = within half an hour; same_day
= any start that day within service hours; same_week = the same on every working day of that week. Starts step from
the asked time, so 09:10 is always one of them. What has passed is cut away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import holidays

from config.policy import IntakePolicy
from dispatch.appointments.findings import Findings, Refused
from dispatch.appointments.wall import instant, read_day, read_time
from dispatch.intake.schemas import Repeat, When
from dispatch.kit.clock import at_home, from_wall, monday_of
from dispatch.records.statuses import Tolerance
from dispatch.web.i18n import gettext as _

Window = tuple[dt.datetime, dt.datetime]
SATURDAY = 5


@dataclass(frozen=True)
class Occurrence:
    """One dated appointment: the asked start and the windows of allowed starts, in UTC, in order of time."""

    asked: dt.datetime
    tolerance: Tolerance
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Days:
    """The question of when, with what is needed to answer it. ``past_ok``: passed days are left out, not refused."""

    when: Sequence[When]
    repeat: Repeat | None
    duration: int
    now: dt.datetime
    policy: IntakePolicy
    past_ok: bool = False


def expand(asked: Days, findings: Findings) -> list[Occurrence]:
    """Every appointment asked for, in order of time; what cannot be goes to ``findings``."""
    found: list[Occurrence] = []
    series = _series(asked, findings)
    for number, entry in enumerate(asked.when):
        try:
            found += list(_occurrences(asked, f"when.{number}", entry, series))
        except Refused as refused:
            findings.note(refused)
    if len(found) > asked.policy.most_appointments:
        findings.add(
            "repeat.until" if asked.repeat else "when",
            len(found),
            _("This makes %(count)d appointments.") % {"count": len(found)},
            _("Ask for at most %(most)d at once.") % {"most": asked.policy.most_appointments},
        )
    twice = {one.asked for one in found if sum(other.asked == one.asked for other in found) > 1}
    if twice:
        start = at_home(min(twice)).strftime("%Y-%m-%d %H:%M")
        findings.add("when", start, _("The same start is asked twice."), _("Remove one; ask for more people instead."))
    return sorted(found, key=lambda occurrence: occurrence.asked)


@dataclass(frozen=True)
class _Series:
    until: dt.date
    skipped: frozenset[dt.date]


def _series(asked: Days, findings: Findings) -> _Series | None:
    if asked.repeat is None:
        return None
    reach, days = asked.policy.furthest_days, []
    try:
        until = read_day("repeat.until", asked.repeat.until, asked.now, reach, past_ok=asked.past_ok)
        for number, text in enumerate(asked.repeat.except_):
            days.append(read_day(f"repeat.except.{number}", text, asked.now, reach, past_ok=True))
    except Refused as refused:
        findings.note(refused)
        return None
    return _Series(until, frozenset(days))


def _occurrences(asked: Days, field: str, entry: When, series: _Series | None) -> Iterator[Occurrence]:
    day = read_day(f"{field}.day", entry.day, asked.now, asked.policy.furthest_days, past_ok=asked.past_ok)
    time = read_time(f"{field}.from", entry.from_)
    if series is not None and series.until < day:
        raise Refused(
            "repeat.until",
            series.until.isoformat(),
            _("The series ends before it begins (%(day)s).") % {"day": day.isoformat()},
            _("Choose a later last day, or do not repeat."),
        )
    for date in _dates(day, series):
        start = instant(f"{field}.from", date, time)
        if start > asked.now:
            yield Occurrence(start, Tolerance(entry.tolerance), windows(start, Tolerance(entry.tolerance), asked))
        elif not asked.past_ok:
            raise Refused(
                f"{field}.from", entry.from_, _("This start is already past."), _("Choose a later time or another day.")
            )


def _dates(day: dt.date, series: _Series | None) -> Iterator[dt.date]:
    until = series.until if series else day
    while day <= until:
        if series is None or day not in series.skipped:
            yield day
        day += dt.timedelta(weeks=1)


def windows(start: dt.datetime, tolerance: Tolerance, asked: Days) -> tuple[Window, ...]:
    """The allowed starts around the asked one, cut to what is still to come."""
    match tolerance:
        case Tolerance.NONE:
            found = [(start, start)]
        case Tolerance.HALF_HOUR:
            slack = dt.timedelta(minutes=asked.policy.half_hour)
            found = [(start - slack, start + slack)]
        case Tolerance.SAME_DAY:
            found = list(_day_windows([at_home(start).date()], start, asked))
        case Tolerance.SAME_WEEK:
            found = list(_day_windows(_working_week(at_home(start).date()), start, asked))
    step = dt.timedelta(minutes=asked.policy.start_step)
    return tuple((low, high) for low, high in (cut(window, asked.now, step) for window in found) if low <= high)


def cut(window: Window, now: dt.datetime, step: dt.timedelta) -> Window:
    """The window without the starts that are not after ``now``, still on its own steps."""
    low, high = window
    if low <= now:
        low += step * ((now - low) // step + 1)
    return low, high


def _day_windows(days: Sequence[dt.date], start: dt.datetime, asked: Days) -> Iterator[Window]:
    """Service hours of each day, on the steps of the asked time; the asked start is in, whatever the hours say."""
    wall, step = at_home(start), asked.policy.start_step
    minute = wall.hour * 60 + wall.minute
    opens, closes = _minutes(asked.policy.service_from), _minutes(asked.policy.service_to) - asked.duration
    low, high = opens + (minute - opens) % step, closes - (closes - minute) % step
    for day in days:
        if day == wall.date():
            first, last = min(low, minute), max(high, minute)
            yield (
                (start if first == minute else from_wall(day, first)),
                (start if last == minute else from_wall(day, last)),
            )
        elif low <= high:
            yield from_wall(day, low), from_wall(day, high)


def _working_week(day: dt.date) -> list[dt.date]:
    """Monday to Friday of the day's week without holidays, and the day itself even where it is one of them."""
    week = [monday_of(day) + dt.timedelta(days=number) for number in range(7)]
    return [date for date in week if date == day or (date.weekday() < SATURDAY and date not in _holidays(date.year))]


@cache
def _holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("IT", years=year))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
