# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which dates and minutes a reading means on the day and hour its message came; None where that would be a guess."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from notifications.replies.shifts.day import date_of
from notifications.replies.shifts.reading import PartOfDay, Shift

WHOLE_DAY: Final = (0, 24 * 60)


@dataclass(frozen=True, slots=True)
class Span:
    """From a minute of the first day to a minute of the last, on the clocks in Italy."""

    first: dt.date
    last: dt.date
    low: int
    high: int

    @property
    def whole_days(self) -> bool:
        return (self.low, self.high) == WHOLE_DAY


def meaning(shift: Shift, here: dt.datetime, parts: Mapping[PartOfDay, tuple[int, int]]) -> Span | None:
    """The time meant. ``here`` is when the message came, as a wall clock in Italy showed it.

    A weekday is the next such day, today when its hours are still ahead. Half over, today and the same day next week
    are both likely; a time that is over cannot be meant: both come back as None, and she is asked.
    """
    if shift.unsure or shift.first is None:
        return None
    low, high = parts[shift.part] if shift.part is not None else shift.minutes or WHOLE_DAY
    today, minute = here.date(), here.hour * 60 + here.minute
    first = date_of(shift.first, today)
    if first is None:
        return None
    if first == today and minute > low and _is_bare_weekday(shift):
        if minute < high:
            return None
        first += dt.timedelta(days=7)
    last = _last(shift, first, today)
    if last is None or (last == today and high <= minute):
        return None
    return Span(first, last, low, high)


def _last(shift: Shift, first: dt.date, today: dt.date) -> dt.date | None:
    """The last day counts from the first ("lun-ven"), unless it is said from today on ("da domani a dopodomani")."""
    if shift.last is None:
        return first
    last = date_of(shift.last, today if shift.last.ahead is not None else first)
    return last if last is not None and last >= first else None


def _is_bare_weekday(shift: Shift) -> bool:
    assert shift.first is not None
    return shift.first.weekday is not None and shift.first.day is None
