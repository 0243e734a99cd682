# SPDX-License-Identifier: AGPL-3.0-or-later
"""The territory as a drawing: the outline of each ambito, the comuni inside it, and where its name fits."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

from dispatch.territory.cells import Edge, Point, cells, shore

KM_PER_DEGREE = 111.2
UNITS = 10  # of the drawing in a kilometre
AWAY, STEP = 7.0, 2.5  # km: the sea begins half as far from the outermost comuni, and how fine its coast is
MARGIN = 12  # units
METRES = 3  # decimals of a kilometre: two cells reckon their common corner alike to far less than a metre
Spot = tuple[int, int]


@dataclass(frozen=True)
class Town:
    """A comune as a point: where it lies, and the ambito it belongs to."""

    code: str
    ambito: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Area:
    """An ambito: its outline as the ``d`` of a path, and the middle of it."""

    ambito: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """``inside`` are the lines between comuni of one ambito; ``towns`` says where on the drawing a comune lies."""

    width: int
    height: int
    areas: tuple[Area, ...]
    inside: str
    towns: dict[str, Spot]


@lru_cache(maxsize=4)
def draw(towns: tuple[Town, ...]) -> Drawing:
    """The drawing of these comuni; it takes a blink, so it is made once for each list of them."""
    middle = radians(sum(town.lat for town in towns) / len(towns))
    points = [(town.lon * KM_PER_DEGREE * cos(middle), -town.lat * KM_PER_DEGREE) for town in towns]
    around = cells([*points, *shore(points, away=AWAY, step=STEP)], len(points))
    low_x = min(edge.start[0] for sides in around for edge in sides)
    low_y = min(edge.start[1] for sides in around for edge in sides)
    high_x = max(edge.start[0] for sides in around for edge in sides)
    high_y = max(edge.start[1] for sides in around for edge in sides)

    def at(point: Point) -> Spot:
        return round((point[0] - low_x) * UNITS) + MARGIN, round((point[1] - low_y) * UNITS) + MARGIN

    owners = [town.ambito for town in towns]
    width, height = at((high_x, high_y))
    inside = [
        edge
        for number, sides in enumerate(around)
        for edge in sides
        if number < edge.beyond < len(towns) and owners[edge.beyond] == owners[number]
    ]
    return Drawing(
        width + MARGIN,
        height + MARGIN,
        tuple(_area(ambito, around, owners, at) for ambito in sorted(set(owners))),
        "".join(_line(ends) for edge in inside if len(set(ends := [at(edge.start), at(edge.end)])) > 1),
        {town.code: at(point) for town, point in zip(towns, points, strict=True)},
    )


def _area(ambito: str, around: Sequence[Sequence[Edge]], owners: Sequence[str], at: Callable[[Point], Spot]) -> Area:
    """The sides of its cells that have another ambito, or the shore, beyond them."""
    border = [
        edge
        for owner, sides in zip(owners, around, strict=True)
        if owner == ambito
        for edge in sides
        if not (0 <= edge.beyond < len(owners) and owners[edge.beyond] == ambito)
    ]
    rings = [[at(point) for point in ring] for ring in _rings(border)]
    x, y = _middle(max(rings, key=lambda ring: abs(_doubled(ring))))
    return Area(ambito, "".join(f"{_line(ring)}z" for ring in rings), x, y)


def _rings(border: Iterable[Edge]) -> list[list[Point]]:
    """The sides put together, each where the one before it ends, until they come round."""
    starting: dict[Point, list[Edge]] = defaultdict(list)
    for edge in border:
        starting[_corner(edge.start)].append(edge)
    rings = []
    while starting:
        ring, here = [], next(iter(starting))
        while here in starting:
            edge = starting[here].pop()
            if not starting[here]:
                del starting[here]
            ring.append(edge.start)
            here = _corner(edge.end)
        rings.append(ring)
    return rings


def _corner(point: Point) -> Point:
    return round(point[0], METRES), round(point[1], METRES)


def _doubled(ring: Sequence[Spot]) -> int:
    """Twice the area of a ring, with a sign for the way it is walked."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True))


def _middle(ring: Sequence[Spot]) -> Spot:
    """The centre of gravity of what a ring encloses."""
    x = y = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = ax * by - bx * ay
        x, y = x + (ax + bx) * part, y + (ay + by) * part
    whole = 3 * _doubled(ring) or 1
    return round(x / whole), round(y / whole)


def _line(spots: Sequence[Spot]) -> str:
    """A line through these spots, each as the way from the one before it: that is shorter, and packs well."""
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in itertools.pairwise(spots)]
    return f"M{spots[0][0]} {spots[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0))
