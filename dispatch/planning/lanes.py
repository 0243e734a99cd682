# SPDX-License-Identifier: AGPL-3.0-or-later
"""A day of one mediator cut into cells along the hours: visits, the roads between them, courses, what is free and what
is no shift of hers. Pure: minutes of the local day in, cells out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dispatch.roster.spans import Span
from dispatch.web.views.agenda import Cell, Visit

STEP = 5  # minutes; a visit of a quarter of an hour is three steps wide
HOUR = 60
USUAL = (8 * HOUR, 18 * HOUR)


@dataclass(frozen=True)
class Block:
    """Something of hers from one minute to another; ``road`` are the minutes from what came before it."""

    start: int
    end: int
    visit: Visit | None = None
    text: str = ""
    road: int = 0


def axis(spans: Iterable[Span]) -> Span:
    """The usual hours, and as many more as something of the day needs; whole hours."""
    known = [USUAL, *spans]
    first, last = min(start for start, _ in known), max(end for _, end in known)
    return first // HOUR * HOUR, -(-last // HOUR) * HOUR


def lines_of_lane(blocks: Sequence[Block], shifts: Sequence[Span], shown: Span) -> tuple[tuple[Cell, ...], ...]:
    """The cells of a lane: one line, and another for what overlaps it."""
    lines: list[list[Block]] = [[]]
    for block in sorted(blocks, key=lambda block: (block.start, block.end)):
        place = next((line for line in lines if not line or line[-1].end <= block.start), None)
        if place is None:
            lines.append(place := [])
        place.append(block)
    return tuple(tuple(_cells(line, shifts, shown)) for line in lines)


def _cells(line: Sequence[Block], shifts: Sequence[Span], shown: Span) -> Iterator[Cell]:
    at = shown[0] // STEP
    for block in line:
        start = max(at, block.start // STEP)
        end = max(start + 1, -(-block.end // STEP))
        road = min(start - at, -(-block.road // STEP))
        yield from _between(at, start - road, shifts)
        if block.road:
            tight = (start - at) * STEP < block.road
            yield from _road(road, block.road, tight=tight)
        yield Cell(end - start, "visit" if block.visit else "busy", visit=block.visit, text=block.text)
        at = end
    yield from _between(at, shown[1] // STEP, shifts)


def _road(span: int, minutes: int, *, tight: bool) -> Iterator[Cell]:
    if span:
        yield Cell(span, "tight" if tight else "road", minutes=minutes)


def _between(start: int, end: int, shifts: Sequence[Span]) -> Iterator[Cell]:
    """What lies between two blocks, cut at every hour and where her shifts begin and end."""
    cuts = {*range(0, end, HOUR // STEP), *(edge // STEP for shift in shifts for edge in shift)}
    for low, high in pairwise(sorted({start, end} | {cut for cut in cuts if start < cut < end})):
        is_hers = any(first <= low * STEP < last for first, last in shifts)
        yield Cell(high - low, "free" if is_hers else "off")
