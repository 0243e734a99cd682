# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kilometres of a mediator's days: from home to each visit on site and home again, as the planner reckons the road."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from math import asin, cos, radians, sin, sqrt

from dispatch.reporting.period import day_of
from dispatch.reporting.visits import Visit
from solver.travel import EARTH_RADIUS_KM

Point = tuple[float, float]


def kilometres(visits: Iterable[Visit], homes: Mapping[int, Point], road_factor: float) -> dict[int, float]:
    """Kilometres by assignment: the way there, and after the last visit of a day the way home.

    What mediator and desk told instead counts as told; a visit by phone or video, or one she missed or was
    spared too late, moves nobody.
    """
    days: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.mediator_id is not None and visit.mediator_id in homes and visit.moves:
            days[visit.mediator_id].append(visit)
    found: dict[int, float] = {}
    for mediator, hers in days.items():
        for _day, stops in groupby(sorted(hers, key=lambda visit: visit.start), key=lambda visit: day_of(visit.start)):
            found |= _of_a_day(list(stops), homes[mediator], road_factor)
    return found


def _of_a_day(stops: list[Visit], home: Point, road_factor: float) -> dict[int, float]:
    found: dict[int, float] = {}
    here = home
    for visit in stops:
        assert visit.assignment_id is not None
        assert visit.lat is not None
        assert visit.lon is not None
        there = (visit.lat, visit.lon)
        road = great_circle_km(here, there)
        if visit is stops[-1]:
            road += great_circle_km(there, home)
        found[visit.assignment_id] = road * road_factor if visit.told_km is None else float(visit.told_km)
        here = there
    return found


def great_circle_km(a: Point, b: Point) -> float:
    """Haversine, as `solver.travel` has it for arrays."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(radians, point)) for point in (a, b))
    half = sin((lat_a - lat_b) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_a - lon_b) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
