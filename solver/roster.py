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
from solver.travel import Minutes

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Roster:
    """Columns over all mediators of one problem; do not write into what it hands out."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.size = len(index.mediators)
        self._flags: dict[tuple[str, str], Flags] = {}
        self._serves: dict[str, Flags] = {}
        self._levels: dict[str, Numbers] = {}

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
        """Mediators who name no ambito serve all; the others are looked up, since a nation has 1,400 ambiti."""
        if ambito not in self._serves:
            column = self._serves[ambito] = self._anywhere.copy()
            column[self._of_ambito.get(ambito, [])] = True
        return self._serves[ambito]

    @cached_property
    def _anywhere(self) -> Flags:
        return np.array([mediator.ambiti is None for mediator in self.index.mediators], dtype=np.bool_)

    @cached_property
    def _of_ambito(self) -> dict[str, list[int]]:
        """Who names each ambito."""
        found: dict[str, list[int]] = {}
        for number, mediator in enumerate(self.index.mediators):
            for ambito in mediator.ambiti or ():
                found.setdefault(ambito, []).append(number)
        return found

    def from_home(self, place: str, among: Numbers) -> Minutes:
        """Travel minutes from the homes of these mediators to a place, each in her own way of getting about."""
        roads = self.index.roads
        return roads.across(self.factors[among], self.homes[among], np.array(roads.place_index[place]))

    @cached_property
    def factors(self) -> npt.NDArray[np.float64]:
        return np.array([mediator.travel_factor for mediator in self.index.mediators], dtype=np.float64)

    @cached_property
    def homes(self) -> Numbers:
        """The place number of each home."""
        numbers = self.index.roads.place_index
        return np.array([numbers[mediator.home] for mediator in self.index.mediators], dtype=np.int64)

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

    def _column(self, family: str, key: str, holds: Callable[[Mediator], bool]) -> Flags:
        if (family, key) not in self._flags:
            self._flags[family, key] = np.array([holds(mediator) for mediator in self.index.mediators], dtype=np.bool_)
        return self._flags[family, key]
