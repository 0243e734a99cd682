# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk would accept, as windows of a problem: these hours, on these weekdays, for so many days."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from solver.problem import DAY, Span

EVERY_DAY = frozenset(range(7))


def windows_over(
    days: range,
    hours: Iterable[Span],
    *,
    duration: int,
    weekdays: Collection[int] = EVERY_DAY,
    not_before: int = 0,
    step: int = 15,
) -> tuple[Span, ...]:
    """Windows of starts so that the whole visit lies within one of the ``hours`` of one of the days.

    ``days`` count from the horizon's Monday, ``hours`` are minutes of a day [from, to], ``weekdays`` 0 is Monday, and
    no visit starts before ``not_before``; what that cuts off leaves the grid of starts (``step``) where it was.
    """
    spans = [
        (day * DAY + low, day * DAY + high - duration) for day in days if day % 7 in weekdays for low, high in hours
    ]
    begun = [(low + step * max(0, -((low - not_before) // step)), high) for low, high in spans]
    return tuple((low, high) for low, high in begun if low <= high)
