# SPDX-License-Identifier: AGPL-3.0-or-later
"""On which dates something comes back: every week or every two, with holidays and school closures left out by choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import holidays
from dateutil.relativedelta import relativedelta
from dateutil.rrule import WEEKLY, rrule

from config.territory import load_territory
from config.territory.school import PeriodKind, SchoolCalendar, load_school_calendar

SUNDAY = 6
LONGEST = relativedelta(years=2)  # a longer series is a mistake in the year far more often than a plan


@dataclass(frozen=True)
class Recurrence:
    """From ``first`` to ``last``, both included, every ``weeks`` weeks; ``weekdays`` (0 Monday) empty: that of ``first``.

    ``skipped`` are single dates left out. ``keep_holidays`` keeps national holidays and the patron's day;
    ``school_days_only`` leaves out all days without lessons.
    """

    first: dt.date
    last: dt.date
    weeks: int = 1
    weekdays: tuple[int, ...] = ()
    skipped: frozenset[dt.date] = frozenset()
    keep_holidays: bool = True
    school_days_only: bool = False

    @property
    def is_too_long(self) -> bool:
        return self.last > self.first + LONGEST


@dataclass(frozen=True)
class Closures:
    """The days on which the services of a territory are shut: holidays of its province, and its school year."""

    province: str
    school: SchoolCalendar

    def is_holiday(self, day: dt.date) -> bool:
        return day in feasts(self.province, day.year)

    def lessons_on(self, day: dt.date) -> bool:
        """Whether schools teach; of a year that nobody has entered yet the working days count, less the holidays."""
        if any(
            period.kind == PeriodKind.LESSONS and period.first_day.year <= day.year <= period.last_day.year
            for period in self.school.periods
        ):
            return self.school.lessons_on(day)
        return day.weekday() < SUNDAY and not self.is_holiday(day)


def closures_of(territory: str) -> Closures:
    """Those of a folder of config/territory."""
    return Closures(load_territory(territory).pack.province, load_school_calendar(territory))


def dates(recurrence: Recurrence, closures: Closures) -> list[dt.date]:
    """All dates of it, in order; which were left out for what, ``left_out`` says."""
    out = left_out(recurrence, closures)
    return [day for day in _all(recurrence) if day not in out]


def left_out(recurrence: Recurrence, closures: Closures) -> dict[dt.date, str]:
    """The dates of the pattern that are not held, each with why: "skipped", "holiday" or "school"."""
    found: dict[dt.date, str] = {}
    for day in _all(recurrence):
        if day in recurrence.skipped:
            found[day] = "skipped"
        elif not recurrence.keep_holidays and closures.is_holiday(day):
            found[day] = "holiday"
        elif recurrence.school_days_only and not closures.lessons_on(day):
            found[day] = "school"
    return found


def _all(recurrence: Recurrence) -> Collection[dt.date]:
    rule = rrule(
        WEEKLY,
        interval=recurrence.weeks,
        wkst=0,
        byweekday=recurrence.weekdays or None,
        dtstart=dt.datetime.combine(recurrence.first, dt.time()),
        until=dt.datetime.combine(recurrence.last, dt.time()),
    )
    return [moment.date() for moment in rule]


@cache
def feasts(province: str, year: int, country: str = "IT") -> frozenset[dt.date]:
    """The holidays of a year: the country's, and the patron's day of the province (empty: of no province)."""
    return frozenset(holidays.country_holidays(country, subdiv=province or None, years=year))
