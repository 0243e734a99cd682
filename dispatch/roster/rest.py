# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hours of rest between two days' work, written into the shifts, since the planner has no such rule of its own.

Where the last shift of a day and the first of the next leave too little, the later day begins later. Where she already
holds a visit late in the evening or early in the morning, its real times count: the shifts around it give way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from dispatch.kit.clock import from_wall, wall_minute
from dispatch.roster.spans import Span, joined

DAY = 1440


def rested(shifts: Sequence[Span], held: Sequence[Span], monday: dt.date, rest: int, begun: int = 0) -> list[Span]:
    """``shifts`` less what would break ``rest``, in wall minutes since ``monday``.

    ``held`` are the visits and courses that stand, those of the days before and after included; a shift that was over
    by ``begun`` without any of them needs no rest after it. Elapsed time counts: on the night the clocks go forward an
    hour is missing.
    """
    by_day = _by_day(shifts)
    cut: list[Span] = []
    over = None
    for day in sorted(by_day):
        night_before = [end for start, end in held if start // DAY == day - 1]
        morning_after = [start for start, _end in held if start // DAY == day + 1]
        if over is not None:
            night_before.append(over)
        opens = max((_later(end, monday, rest) for end in night_before), default=day * DAY)
        closes = min((_later(start, monday, -rest) for start in morning_after), default=(day + 1) * DAY)
        left = [(max(low, opens), min(high, closes)) for low, high in by_day[day]]
        left = [(low, high) for low, high in left if low < high]
        over = left[-1][1] if left and left[-1][1] > begun else None
        cut += left
    return joined(cut)


def too_little(asked: tuple[dt.datetime, dt.datetime], other: tuple[dt.datetime, dt.datetime], rest: int) -> bool:
    """Whether two stretches of work leave less than ``rest`` minutes between them."""
    gap = max(other[0] - asked[1], asked[0] - other[1])
    return gap < dt.timedelta(minutes=rest)


def _by_day(shifts: Iterable[Span]) -> dict[int, list[Span]]:
    """The shifts by the day they lie in; one that runs over midnight is two."""
    found: dict[int, list[Span]] = {}
    for low, high in shifts:
        for day in range(low // DAY, (high - 1) // DAY + 1):
            found.setdefault(day, []).append((max(low, day * DAY), min(high, (day + 1) * DAY)))
    return found


def _later(minute: int, monday: dt.date, by: int) -> int:
    return wall_minute(from_wall(monday, minute) + dt.timedelta(minutes=by), monday)
