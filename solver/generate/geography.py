# SPDX-License-Identifier: AGPL-3.0-or-later
"""A made-up territory: a city in the plain, towns around it, valleys beyond; or the towns a caller brings along."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt
from random import Random
from typing import NamedTuple

from solver.problem import Place

KM_A_DEGREE = 111.0
CITY = (45.695, 9.67)
RADIUS_KM = 28.0


class Town(NamedTuple):
    """Where desks and homes stand; the population says how often."""

    lat: float
    lon: float
    ambito: str
    population: int


def towns(random: Random, ambiti: int, city: tuple[float, float] = CITY) -> list[Town]:
    """A territory of this many ambiti with a handful of towns each; the first is the city, at (lat, lon)."""
    found = []
    for number in range(ambiti):
        away = 0.0 if number == 0 else RADIUS_KM * sqrt(number / ambiti)
        turn = 2 * pi * number * 0.618  # the golden angle spreads the ambiti evenly
        middle = moved(city, away * cos(turn), away * sin(turn))
        for rank in range(1, 9):
            lat, lon = moved(middle, random.gauss(0, 3.5), random.gauss(0, 3.5))
            size = (120_000 if number == 0 else 14_000) // rank
            found.append(Town(lat, lon, f"A{number + 1:02}", size))
    return found


def settle(random: Random, where: Sequence[Town], prefix: str, count: int) -> list[Place]:
    """This many places, drawn by population, each within a kilometre or so of its town's middle."""
    chosen = random.choices(where, weights=[town.population for town in where], k=count)
    places = []
    for number, town in enumerate(chosen, start=1):
        lat, lon = moved((town.lat, town.lon), random.gauss(0, 0.8), random.gauss(0, 0.8))
        places.append(Place(id=f"{prefix}-{number}", lat=round(lat, 5), lon=round(lon, 5), ambito=town.ambito))
    return places


def moved(point: tuple[float, float], north_km: float, east_km: float) -> tuple[float, float]:
    """The (lat, lon) so many kilometres north and east of a point; good enough for a few hundred of them."""
    lat = point[0] + north_km / KM_A_DEGREE
    return lat, point[1] + east_km / (KM_A_DEGREE * cos(lat * pi / 180))
