# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawing of a territory: every comune in its cell, every ambito one outline, nothing overlapping, light to send."""

from __future__ import annotations

import gzip
import re
from math import hypot

import pytest

from config.territory import load_territory
from dispatch.territory.cells import cells, shore
from dispatch.territory.outlines import Drawing, Town, draw

BERGAMO = tuple(Town(one.istat_code, one.ambito, one.lat, one.lon) for one in load_territory("bergamo").comuni)
Ring = list[tuple[int, int]]


@pytest.fixture(scope="module")
def bergamo() -> Drawing:
    return draw(BERGAMO)


def rings(path: str) -> list[Ring]:
    """The corners of each closed line of a path."""
    found = []
    for start, steps in re.findall(r"M(\d+ \d+)l([-\d ]+)z", path):
        x, y = map(int, start.split())
        ring = [(x, y)]
        numbers = list(map(int, steps.split()))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


def holds(ring: Ring, x: float, y: float) -> bool:
    """Whether a point lies inside: a line from it crosses the ring an odd number of times."""
    odd = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def test_a_cell_is_what_lies_nearest() -> None:
    """A square of four points around one: its cell is the square half as far away."""
    square = [(0.0, 0.0), (2.0, 0.0), (-2.0, 0.0), (0.0, 2.0), (0.0, -2.0)]
    (cell,) = cells(square, 1)
    assert {(round(edge.start[0]), round(edge.start[1])) for edge in cell} == {(1, 1), (1, -1), (-1, 1), (-1, -1)}
    assert sorted(edge.beyond for edge in cell) == [1, 2, 3, 4]


def test_the_shore_keeps_its_distance() -> None:
    """No point of it is nearer than it was told to be, and it goes all around."""
    here = [(0.0, 0.0), (10.0, 0.0)]
    around = shore(here, away=5, step=2)
    assert min(hypot(x - px, y - py) for x, y in around for px, py in here) >= 5
    assert min(x for x, _ in around) < 0 < 10 < max(x for x, _ in around)


def test_every_comune_lies_in_its_ambito_and_in_no_other(bergamo: Drawing) -> None:
    """243 comuni, 14 outlines: each of them holds its own and nobody else's."""
    outlines = {area.ambito: rings(area.path) for area in bergamo.areas}
    assert len(outlines) == 14
    for town in BERGAMO:
        x, y = bergamo.towns[town.code]
        found = [
            ambito for ambito, lines in outlines.items() if sum(holds(ring, x + 0.01, y + 0.01) for ring in lines) % 2
        ]
        assert found == [town.ambito], town


def test_an_ambito_is_one_area(bergamo: Drawing) -> None:
    """The comuni of each hang together, so its outline is one line that comes round; its name stands inside."""
    for area in bergamo.areas:
        (ring,) = rings(area.path)
        assert len(ring) > 10
        assert holds(ring, area.x, area.y), area.ambito


def test_the_drawing_is_light(bergamo: Drawing) -> None:
    """Outlines and lines inside them leave room for words within 30 KB."""
    paths = "".join(area.path for area in bergamo.areas) + bergamo.inside
    assert len(gzip.compress(paths.encode())) < 12_000


def test_every_line_leads_somewhere(bergamo: Drawing) -> None:
    """A browser stops drawing at the first line without an end."""
    steps = re.findall(r"M\d+ \d+l(-?\d+ -?\d+)(?=M|$)", bergamo.inside)
    assert len(steps) == bergamo.inside.count("M") > 400


def test_one_comune_is_a_territory_too() -> None:
    """Whoever begins with one sees one."""
    alone = draw((Town("016219", "BG05", 45.695, 9.842),))
    (area,) = alone.areas
    assert (alone.inside, len(rings(area.path))) == ("", 1)
