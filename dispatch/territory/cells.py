# SPDX-License-Identifier: AGPL-3.0-or-later
"""Divides a plane between points: the cell of each is what lies nearer to it than to any other (a Voronoi diagram).

There is no file with the borders of comuni in a territory's folder, only where each one lies. Cells around those points
make a map that looks like the territory, needs no licence and no library, and follows every correction of a comune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

Point = tuple[float, float]
NOBODY = -1  # what lies beyond the frame of the plane
FRAME = 1000.0  # half the side of a cell before its neighbours cut it


@dataclass(frozen=True)
class Edge:
    """A side of a cell; ``beyond`` is the number of the point on its other side."""

    start: Point
    end: Point
    beyond: int


def cells(points: Sequence[Point], first: int) -> list[list[Edge]]:
    """The cells of the ``first`` points, each as its sides one after the other; the others only hold them in."""
    return [_cell(points, number) for number in range(first)]


def _cell(points: Sequence[Point], number: int) -> list[Edge]:
    """The nearest neighbours cut first; one twice as far as the cell's farthest corner cuts nothing any more."""
    x, y = points[number]
    corners = [(x - FRAME, y - FRAME), (x + FRAME, y - FRAME), (x + FRAME, y + FRAME), (x - FRAME, y + FRAME)]
    sides = [(corner, NOBODY) for corner in corners]
    away = sorted([((px - x) ** 2 + (py - y) ** 2, other) for other, (px, py) in enumerate(points) if other != number])
    for square, other in away:
        if sqrt(square) / 2 > max(hypot(cx - x, cy - y) for (cx, cy), _ in sides):
            break
        sides = _cut(sides, points[number], points[other], other)
    ends = [*sides[1:], sides[0]]
    return [Edge(start, end, beyond) for (start, beyond), (end, _) in zip(sides, ends, strict=True)]


def _cut(sides: list[tuple[Point, int]], here: Point, there: Point, other: int) -> list[tuple[Point, int]]:
    """What is left of a cell on this side of the line half-way between two points."""
    nx, ny = there[0] - here[0], there[1] - here[1]
    middle = nx * (here[0] + there[0]) / 2 + ny * (here[1] + there[1]) / 2
    over = [nx * x + ny * y - middle for (x, y), _ in sides]
    left: list[tuple[Point, int]] = []
    for at, (corner, beyond) in enumerate(sides):
        after = (at + 1) % len(sides)
        if over[at] <= 0:
            left.append((corner, beyond))
        if (over[at] <= 0) != (over[after] <= 0):
            share = over[at] / (over[at] - over[after])
            end = sides[after][0]
            crossing = (corner[0] + share * (end[0] - corner[0]), corner[1] + share * (end[1] - corner[1]))
            left.append((crossing, other if over[at] <= 0 else beyond))
    return left


def shore(points: Sequence[Point], *, away: float, step: float) -> list[Point]:
    """Points on a grid all around, none nearer than ``away`` to a point nor much farther: they hold the outermost cells in."""
    low_x, high_x = min(x for x, _ in points) - 2 * away, max(x for x, _ in points) + 2 * away
    low_y, high_y = min(y for _, y in points) - 2 * away, max(y for _, y in points) + 2 * away
    found = []
    for row in range(int((high_y - low_y) / step) + 1):
        for column in range(int((high_x - low_x) / step) + 1):
            # Every other row is shifted, so that no four of them make a square, which would look like a staircase.
            x, y = low_x + (column + row % 2 / 2) * step, low_y + row * step
            nearest = min((px - x) ** 2 + (py - y) ** 2 for px, py in points)
            if away**2 <= nearest < (away + 2 * step) ** 2:
                found.append((x, y))
    return found
