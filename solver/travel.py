# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes on the road between two places, for each way of getting about (a mediator's travel factor).

travel(m, a, b) = 0 for the same place id, else ceil(minutes(a, b) * travel_factor(m) - 1e-9); the minutes come from
the problem's matrix or, where there is none, from ceil(haversine_km * road_factor / speed * 60 - 1e-9) + arrival
(haversine: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984; earth radius 6371.0088 km, the
mean radius of the IUGG). The 1e-9 keeps a product like 20 * 1.1 = 22.000000000000004 from costing a minute.

No matrix over all places is ever made: a nation has 26,000 of them, and one person meets a few dozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from math import asin, ceil, cos, sin, sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from solver.problem import Mediator, Place, PlanningProblem, Policy, Travel

EARTH_RADIUS_KM = 6371.0088
TINY = 1e-9
LONGEST = 2**31 - 1  # minutes; no horizon is a thousandth as long, so an array may stop there

Floats = npt.NDArray[np.float64]
Minutes = npt.NDArray[np.int32]
Places = npt.NDArray[np.integer]


def haversine_km(places: Iterable[Place]) -> Floats:
    """Great-circle kilometres between all places: a square matrix in their order."""
    lat, lon = _radians(places)
    return _great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])


def road_minutes(places: tuple[Place, ...], policy: Policy) -> Floats:
    """Whole minutes by car between all of a few places, where the problem brings no matrix of its own."""
    every = np.arange(len(places))
    return _Map(places, policy).minutes(every[:, None], every[None, :])


def _radians(places: Iterable[Place]) -> tuple[Floats, Floats]:
    degrees = np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)
    lat, lon = np.radians(degrees).T
    return np.ascontiguousarray(lat), np.ascontiguousarray(lon)


def _great_circle_km(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    half = np.sin((lat_a - lat_b) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_a - lon_b) / 2) ** 2
    kilometres: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return kilometres


class _Source(Protocol):
    """Where whole minutes at factor 1 come from: for arrays of places that broadcast, and for two places."""

    def minutes(self, origins: Places, targets: Places) -> Floats: ...

    def between_two(self, origin: int, target: int) -> int: ...


class _Map:
    """Minutes from coordinates."""

    def __init__(self, places: Iterable[Place], policy: Policy) -> None:
        self.policy = policy
        self.lat, self.lon = _radians(places)
        self._points = list(zip(self.lat.tolist(), self.lon.tolist(), strict=True))

    def minutes(self, origins: Places, targets: Places) -> Floats:
        km = _great_circle_km(self.lat[origins], self.lon[origins], self.lat[targets], self.lon[targets])
        hours = km * self.policy.road_factor / self.policy.travel_speed_kmh
        minutes: Floats = np.ceil(hours * 60 - TINY) + self.policy.arrival_minutes
        return minutes

    def between_two(self, origin: int, target: int) -> int:
        """The same for one leg: plain Python is ten times faster than an array of one."""
        (lat_a, lon_a), (lat_b, lon_b) = self._points[origin], self._points[target]
        half = sin((lat_a - lat_b) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_a - lon_b) / 2) ** 2
        km = 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
        return (
            ceil(km * self.policy.road_factor / self.policy.travel_speed_kmh * 60 - TINY) + self.policy.arrival_minutes
        )


class _Matrix:
    """Minutes as the problem gives them."""

    def __init__(self, given: tuple[tuple[int, ...], ...]) -> None:
        self.given = given

    @cached_property
    def _array(self) -> npt.NDArray[np.int32]:
        return np.array(self.given, dtype=np.int32).reshape(len(self.given), len(self.given))

    def minutes(self, origins: Places, targets: Places) -> Floats:
        return self._array[origins, targets].astype(np.float64)

    def between_two(self, origin: int, target: int) -> int:
        return self.given[origin][target]


class Row(dict[int, int]):
    """Minutes from one place to any other at one factor, each worked out when it is first asked for."""

    __slots__ = ("factor", "origin", "source")

    def __init__(self, source: _Source, factor: float, origin: int) -> None:
        self.source, self.factor, self.origin = source, factor, origin

    def __missing__(self, target: int) -> int:
        if target == self.origin:
            minutes = 0
        else:
            minutes = ceil(self.source.between_two(self.origin, target) * self.factor - TINY)
        self[target] = minutes
        return minutes


class Rows(dict[int, Row]):
    """Minutes ``[from place][to place]`` at one factor, for a search that asks millions of times for the same few."""

    __slots__ = ("factor", "source")

    def __init__(self, source: _Source, factor: float) -> None:
        self.source, self.factor = source, factor

    def __missing__(self, origin: int) -> Row:
        row = self[origin] = Row(self.source, self.factor, origin)
        return row


class Roads:
    """The travel minutes of one problem: leg by leg, or as arrays over the places somebody can meet."""

    def __init__(self, places: tuple[Place, ...], travel: Travel | None, policy: Policy) -> None:
        self.place_index = {place.id: number for number, place in enumerate(places)}
        given = travel.minutes if travel else None
        self._source: _Source = _Map(places, policy) if given is None else _Matrix(given)
        self._rows: dict[float, Rows] = {}
        self._straight: dict[float, bool] = {}

    @classmethod
    def of(cls, problem: PlanningProblem) -> Roads:
        return cls(problem.places, problem.travel, problem.policy)

    def across(self, factor: float | Floats, origins: Places, targets: Places) -> Minutes:
        """Minutes of many legs at once; place numbers (and factors) broadcast. At most ``LONGEST``."""
        minutes = np.ceil(self._source.minutes(origins, targets) * factor - TINY)
        return np.where(np.equal(origins, targets), 0, np.minimum(minutes, LONGEST)).astype(np.int32)

    def between(self, factor: float, places: Places) -> Minutes:
        """Minutes [from, to] among these places, square in their order."""
        return self.across(factor, places[:, None], places[None, :])

    def rows(self, factor: float) -> Rows:
        """The same minutes leg by leg, as ``rows[from place][to place]``."""
        if factor not in self._rows:
            self._rows[factor] = Rows(self._source, factor)
        return self._rows[factor]

    def straight(self, factor: float) -> bool:
        """Whether no stop on the way ever makes a road shorter (the triangle inequality).

        Roads computed from coordinates keep it, and so do their ceilings; a matrix is looked at.
        """
        if isinstance(self._source, _Map):
            return True
        if factor not in self._straight:
            minutes = self.between(factor, np.arange(len(self.place_index))).astype(np.int64)
            self._straight[factor] = all(
                bool((minutes <= minutes[:, via, None] + minutes[None, via, :]).all()) for via in range(len(minutes))
            )
        return self._straight[factor]

    def leg(self, mediator: Mediator, start: str | None, end: str | None) -> int:
        """Minutes of one leg of hers, in the direction driven; None is her home."""
        origin = self.place_index[mediator.home if start is None else start]
        target = self.place_index[mediator.home if end is None else end]
        return self.rows(mediator.travel_factor)[origin][target]
