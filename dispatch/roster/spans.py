# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spans of whole minutes on the wall clock since a Monday: joining shifts that touch, cutting absences out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import Range

from dispatch.kit.clock import wall_minute

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Sorted, disjoint spans; those that touch or overlap become one (the planner refuses touching shifts)."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def without(spans: Iterable[Span], cuts: Iterable[Span]) -> list[Span]:
    """``spans`` less ``cuts``."""
    rest = list(spans)
    for low, high in cuts:
        pieces = [[(start, min(end, low)), (max(start, high), end)] for start, end in rest]
        rest = [(start, end) for pair in pieces for start, end in pair if start < end]
    return rest


def on_the_wall(during: Range[dt.datetime], monday: dt.date, days: int) -> Span | None:
    """An instant range as wall minutes since ``monday``, cut to the horizon of ``days``; null when outside."""
    last = days * 1440
    start = 0 if during.lower is None else max(0, wall_minute(during.lower, monday))
    end = last if during.upper is None else min(last, wall_minute(during.upper, monday))
    return (start, end) if start < end else None
