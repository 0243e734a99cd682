# SPDX-License-Identifier: AGPL-3.0-or-later
"""A day as somebody writes it, and the date it means on the day the message came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

# A date without its year that passed a few weeks ago is a slip far more often than a plan for next year.
FURTHEST_WITHOUT_YEAR: Final = dt.timedelta(days=300)
FURTHEST: Final = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday (0 Monday), days from today, or a date whose year may be left out; a weekday may stand beside a date."""

    weekday: int | None = None
    ahead: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None


def date_of(written: Day, today: dt.date) -> dt.date | None:
    """The date it means; the next such one, today among them. None for what is no date, past, or too far away."""
    found = _date_of(written, today)
    if found is None or found < today or found - today > FURTHEST:
        return None
    if written.weekday is not None and found.weekday() != written.weekday:
        return None
    if written.day is not None and written.year is None and found - today > FURTHEST_WITHOUT_YEAR:
        return None
    return found


def _date_of(written: Day, today: dt.date) -> dt.date | None:
    if written.ahead is not None:
        return today + dt.timedelta(days=written.ahead)
    if written.day is None:
        return today + dt.timedelta(days=((written.weekday or 0) - today.weekday()) % 7)
    if written.year is not None:
        return _date(written.year, written)
    this_year = _date(today.year, written)
    return this_year if this_year is not None and this_year >= today else _date(today.year + 1, written)


def _date(year: int, written: Day) -> dt.date | None:
    try:
        return dt.date(year, written.month or 0, written.day or 0)
    except ValueError:
        return None
