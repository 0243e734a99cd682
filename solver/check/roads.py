# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes of many legs at once, as ``Book.travel`` says them of one."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from solver.check.book import EARTH_RADIUS_KM, Book

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Roads:
    """Places by number, in the order of the problem."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.number = {name: number for number, name in enumerate(book.places)}
        self._names = list(book.places)

    def minutes(self, factors: Floats, starts: Numbers, ends: Numbers) -> Floats:
        """ceil(minutes * factor - 1e-9) of each leg, 0 for the same place; everything broadcasts."""
        matrix = self.book.problem.travel.minutes if self.book.problem.travel else None
        by_car = self._computed(starts, ends) if matrix is None else self._given[starts, ends]
        return np.where(np.equal(starts, ends), 0.0, np.ceil(by_car * factors - 1e-9))

    def _computed(self, starts: Numbers, ends: Numbers) -> Floats:
        policy = self.book.policy
        north, east = self._radians
        half = np.sin((north[starts] - north[ends]) / 2) ** 2
        half += np.cos(north[starts]) * np.cos(north[ends]) * np.sin((east[starts] - east[ends]) / 2) ** 2
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
        minutes: Floats = (
            np.ceil(km * policy.road_factor / policy.travel_speed_kmh * 60 - 1e-9) + policy.arrival_minutes
        )
        return minutes

    @cached_property
    def _radians(self) -> tuple[Floats, Floats]:
        places = [self.book.places[name] for name in self._names]
        return np.radians([place.lat for place in places]), np.radians([place.lon for place in places])

    @cached_property
    def _given(self) -> Floats:
        travel = self.book.problem.travel
        return np.array(travel.minutes if travel else (), dtype=np.float64)
