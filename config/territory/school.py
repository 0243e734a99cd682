# SPDX-License-Identifier: AGPL-3.0-or-later
"""The school year of a territory: when lessons run and when they pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.territory.places import ROOT
from config.territory.table import Row, read_table

COLUMNS = ("kind", "name", "first_day", "last_day", "status", "source")


class PeriodKind(StrEnum):
    """What a period of the school year is."""

    LESSONS = "lessons"
    NURSERY = "nursery"
    CLOSURE = "closure"


class PeriodStatus(StrEnum):
    """Whether somebody has seen the region's decision for this year."""

    CONFIRMED = "confirmed"
    TO_BE_CONFIRMED = "to_be_confirmed"


@dataclass(frozen=True)
class SchoolPeriod:
    """Days from first_day to last_day, both included."""

    kind: PeriodKind
    name: str
    first_day: date
    last_day: date
    status: PeriodStatus
    source: str

    def covers(self, day: date) -> bool:
        """Whether `day` belongs to this period."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class SchoolCalendar:
    """The periods of the years on file."""

    periods: tuple[SchoolPeriod, ...]

    def lessons_on(self, day: date) -> bool:
        """Whether schools teach on `day`: Sundays and closures excepted; Saturdays depend on the school and count."""
        kinds = {period.kind for period in self.periods if period.covers(day)}
        return PeriodKind.LESSONS in kinds and PeriodKind.CLOSURE not in kinds and day.isoweekday() != 7


@cache
def load_school_calendar(territory: str, root: Path = ROOT) -> SchoolCalendar:
    """The school calendar in the folder `root/territory`; raises ReferenceFileError."""
    return SchoolCalendar(tuple(map(_period, read_table(root / territory / "school_calendar.csv", COLUMNS))))


def _period(row: Row) -> SchoolPeriod:
    first_day, last_day = row.day("first_day"), row.day("last_day")
    if last_day < first_day:
        raise row.refuse("last_day", f"lies before {first_day}; swap the two")
    kind, status = row.one_of("kind", PeriodKind), row.one_of("status", PeriodStatus)
    return SchoolPeriod(kind, row.text("name"), first_day, last_day, status, row.text("source"))
