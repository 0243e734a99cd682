# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mediators of a problem as columns, so that a rule is asked about all of them at once.

Every column is an array over the mediators in the problem's order; it is made when first asked for and then kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from solver.index import Index
from solver.problem import Mediator

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Roster:
    """Columns over all mediators of one problem; do not write into what it hands out."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.size = len(index.mediators)
        self._flags: dict[tuple[str, str], Flags] = {}
        self._levels: dict[str, Numbers] = {}
        self._from_home: dict[str, Numbers] = {}

    def levels(self, language: str) -> Numbers:
        """Her level in a language: 1, 2, 3, or 0 for none."""
        if language not in self._levels:
            levels = [mediator.languages.get(language, 0) for mediator in self.index.mediators]
            self._levels[language] = np.array(levels, dtype=np.int64)
        return self._levels[language]

    def does(self, kind: str) -> Flags:
        return self._column("kind", kind, lambda mediator: kind in mediator.kinds)

    def works_by(self, mode: str) -> Flags:
        return self._column("mode", mode, lambda mediator: mode in mediator.modes)

    def has(self, skill: str) -> Flags:
        return self._column("skill", skill, lambda mediator: skill in mediator.skills)

    def is_of(self, gender: str) -> Flags:
        return self._column("gender", gender, lambda mediator: mediator.gender == gender)

    def serves(self, ambito: str) -> Flags:
        return self._column("ambito", ambito, lambda mediator: mediator.ambiti is None or ambito in mediator.ambiti)

    def from_home(self, place: str) -> Numbers:
        """Travel minutes from each mediator's home to a place, each in her own way of getting about."""
        if place not in self._from_home:
            roads, column = self.index.roads, np.zeros(self.size, dtype=np.int64)
            target = roads.place_index[place]
            for factor, (who, homes) in self._homes_by_factor.items():
                column[who] = roads.minutes(factor)[homes, target]
            self._from_home[place] = column
        return self._from_home[place]

    @cached_property
    def reach(self) -> npt.NDArray[np.float64]:
        """Minutes each is willing to travel from home; infinite where there is no limit."""
        limits = [np.inf if mediator.max_travel is None else mediator.max_travel for mediator in self.index.mediators]
        return np.array(limits, dtype=np.float64)

    @cached_property
    def shifts(self) -> tuple[Numbers, Numbers]:
        """Starts and ends of shifts, two matrices [mediator, shift]; rows are filled up with shifts of no length."""
        width = max((len(mediator.shifts) for mediator in self.index.mediators), default=0)
        low, high = np.zeros((2, self.size, width), dtype=np.int64)
        for number, mediator in enumerate(self.index.mediators):
            for column, (start, end) in enumerate(mediator.shifts):
                low[number, column], high[number, column] = start, end
        return low, high

    @cached_property
    def _homes_by_factor(self) -> dict[float, tuple[Numbers, Numbers]]:
        groups: dict[float, list[int]] = {}
        for number, mediator in enumerate(self.index.mediators):
            groups.setdefault(mediator.travel_factor, []).append(number)
        homes = np.array(
            [self.index.roads.place_index[mediator.home] for mediator in self.index.mediators], dtype=np.int64
        )
        return {
            factor: (np.array(who, dtype=np.int64), homes[np.array(who, dtype=np.int64)])
            for factor, who in groups.items()
        }

    def _column(self, family: str, key: str, holds: Callable[[Mediator], bool]) -> Flags:
        if (family, key) not in self._flags:
            self._flags[family, key] = np.array([holds(mediator) for mediator in self.index.mediators], dtype=np.bool_)
        return self._flags[family, key]
