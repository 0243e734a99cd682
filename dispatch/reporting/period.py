# SPDX-License-Identifier: AGPL-3.0-or-later
"""The days a report is about: a week, a month, a quarter, or any days from one to another, as the clocks in Italy count them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from dispatch.kit.clock import at_home, local_midnight, monday_of

WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})", re.ASCII)
YEARS = range(2000, 2200)  # the periods before and after them are still dates
LONGEST = 366
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From ``first`` to ``last``, both included. A visit belongs to the day on which it starts, wherever it ends."""

    first: dt.date
    last: dt.date

    @property
    def begins(self) -> dt.datetime:
        return local_midnight(self.first)

    @property
    def ends(self) -> dt.datetime:
        return local_midnight(self.last + ONE)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_week(self) -> bool:
        return self.days == 7 and self.first.weekday() == 0

    @property
    def is_month(self) -> bool:
        return self.first.day == 1 and self.last + ONE == (self.first + dt.timedelta(days=31)).replace(day=1)

    @property
    def is_quarter(self) -> bool:
        return self == quarter_of(self.first)

    @property
    def name(self) -> str:
        """ "2026-W48", "2026-11" or "2026-Q4", as the address of a page writes it."""
        if self.is_week:
            year, number, _ = self.first.isocalendar()
            return f"{year}-W{number:02d}"
        if self.is_quarter:
            return f"{self.first.year}-Q{self.first.month // 3 + 1}"
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first}_{self.last}"

    @property
    def previous(self) -> Period:
        before = self.first - ONE
        if self.is_month or self.is_quarter:
            return month_of(before) if self.is_month else quarter_of(before)
        return Period(before - (self.last - self.first), before)

    @property
    def following(self) -> Period:
        after = self.last + ONE
        if self.is_month or self.is_quarter:
            return month_of(after) if self.is_month else quarter_of(after)
        return Period(after, after + (self.last - self.first))

    def share_of(self, minutes_a_week: int) -> int:
        """What a weekly limit or target means here: a week counts by those of its seven days that belong to the period."""
        return round(minutes_a_week * self.days / 7)

    def holds(self, instant: dt.datetime) -> bool:
        return self.begins <= instant < self.ends


def week_of(day: dt.date) -> Period:
    monday = monday_of(day)
    return Period(monday, monday + 6 * ONE)


def month_of(day: dt.date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + dt.timedelta(days=31)).replace(day=1) - ONE)


def quarter_of(day: dt.date) -> Period:
    """Three months, as funds are accounted for."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, month_of(first + dt.timedelta(days=62)).last)


def day_of(instant: dt.datetime) -> dt.date:
    """The day at home on which it falls."""
    return at_home(instant).date()


def named(name: str) -> Period:
    """The period of "2026-W48", "2026-11", "2026-Q4" or "2026-01-01_2026-06-30"; ValueError for anything else, and for what lies out of reach."""
    if (week := WEEK.fullmatch(name)) and int(week[1]) in YEARS:
        return week_of(dt.date.fromisocalendar(int(week[1]), int(week[2]), 1))
    if (month := MONTH.fullmatch(name)) and int(month[1]) in YEARS:
        return month_of(dt.date(int(month[1]), int(month[2]), 1))
    if (quarter := QUARTER.fullmatch(name)) and int(quarter[1]) in YEARS:
        return quarter_of(dt.date(int(quarter[1]), 3 * int(quarter[2]), 1))
    if days := DAYS.fullmatch(name):
        return between(dt.date.fromisoformat(days[1]), dt.date.fromisoformat(days[2]))
    raise ValueError(name)


def between(first: dt.date, last: dt.date) -> Period:
    """Any days up to a year; ValueError where they run backwards, are too many, or lie out of reach."""
    period = Period(first, last)
    if not (first.year in YEARS and last.year in YEARS and 1 <= period.days <= LONGEST):
        raise ValueError(period.name)
    return period
