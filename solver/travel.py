# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes on the road between two places, for each way of getting about (a mediator's travel factor).

travel(m, a, b) = 0 for the same place id, else ceil(minutes(a, b) * travel_factor(m) - 1e-9); the minutes come from
the problem's matrix or, where there is none, from ceil(haversine_km * road_factor / speed * 60 - 1e-9) + arrival
(haversine: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984; earth radius 6371.0088 km, the
mean radius of the IUGG). The 1e-9 keeps a product like 20 * 1.1 = 22.000000000000004 from costing a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from solver.problem import Mediator, Place, PlanningProblem, Policy

EARTH_RADIUS_KM = 6371.0088
TINY = 1e-9

Minutes = npt.NDArray[np.int64]


def haversine_km(places: Iterable[Place]) -> npt.NDArray[np.float64]:
    """Great-circle kilometres between all places: a square matrix in their order."""
    degrees = np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)
    lat, lon = np.radians(degrees).T
    half = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    distance: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance


def road_minutes(places: tuple[Place, ...], policy: Policy) -> npt.NDArray[np.float64]:
    """Whole minutes by car between all places, where the problem brings no matrix of its own."""
    hours = haversine_km(places) * policy.road_factor / policy.travel_speed_kmh
    minutes: npt.NDArray[np.float64] = np.ceil(hours * 60 - TINY) + policy.arrival_minutes
    return minutes


class Roads:
    """The travel minutes of one problem: one integer matrix for each travel factor, made when first asked for."""

    def __init__(self, place_index: dict[str, int], base: npt.NDArray[np.float64]) -> None:
        """``base`` holds whole minutes at factor 1 (square, in the order of ``place_index``)."""
        self.place_index = place_index
        self._base = base
        self._by_factor: dict[float, Minutes] = {}

    @classmethod
    def of(cls, problem: PlanningProblem) -> Roads:
        place_index = {place.id: number for number, place in enumerate(problem.places)}
        given = problem.travel.minutes if problem.travel else None
        if given is None:
            return cls(place_index, road_minutes(problem.places, problem.policy))
        size = len(problem.places)
        return cls(place_index, np.array(given, dtype=np.float64).reshape(size, size))

    def minutes(self, factor: float) -> Minutes:
        """Travel minutes [from place, to place] at this factor; zero on the diagonal. Do not write into it."""
        matrix = self._by_factor.get(factor)
        if matrix is None:
            matrix = np.ceil(self._base * factor - TINY).astype(np.int64)
            np.fill_diagonal(matrix, 0)
            matrix.setflags(write=False)
            self._by_factor[factor] = matrix
        return matrix

    def leg(self, mediator: Mediator, start: str | None, end: str | None) -> int:
        """Minutes of one leg of hers, in the direction driven; None is her home."""
        origin = self.place_index[mediator.home if start is None else start]
        target = self.place_index[mediator.home if end is None else end]
        return int(self.minutes(mediator.travel_factor)[origin, target])
