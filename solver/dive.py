# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole plan out of a fractional one: routes that are almost whole are taken, the rest is generated and solved again.

The columns of the fractional optimum hold no good whole plan where days are long: those that go with the routes taken
so far must be generated on the way (C. Joncour et al., "Column generation based primal heuristics", Electronic Notes
in Discrete Mathematics 36, 2010).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from solver.columns import Generation, Ints
from solver.kernel import CLOSED
from solver.master import Solved
from solver.prepare import Placement
from solver.rows import Decided


class Pace(NamedTuple):
    """How a dive goes: the share at which a route is taken at once, about how many steps it takes, rounds in each."""

    nearly: float
    steps: int
    rounds: int


CAREFUL = Pace(0.75, 60, 4)  # over days: solutions are quick, and the plan is a third better for it
LARGE = Pace(0.5, 15, 1)  # over days of a master that is only approached: half as good, and ten times as quick
BRISK = Pace(0.6, 30, 2)  # over weeks or very many days, where each solution takes long
PRECISION = 1e-4  # of solutions by the interior point method


class Dive:
    """One descent; the master is as it was afterwards, but for further columns."""

    def __init__(self, generation: Generation) -> None:
        self.generation, self.master = generation, generation.master
        weekly = any(unit.week is not None for unit in generation.scope.units)
        self.pace = LARGE if self.master.large else BRISK if weekly or self.master.inside else CAREFUL
        self.taken: list[int] = []
        self.done: set[int] = set()
        self.left = self._capacities()

    def run(self, seconds_left: Callable[[], float]) -> list[Placement] | None:
        """Placements of the plan reached; None when time was up before the first step."""
        solved = self.generation.solved
        if solved is None:
            return None
        shares = solved.shares
        while seconds_left() > 0:
            chosen = self._next(shares)
            if not chosen:
                break
            self._take(chosen)
            shares_found = self._again(seconds_left)
            if shares_found is None:
                break
            shares = shares_found
        self.master.program.release([self.master.columns[number] for number in self.taken])
        return [placement for number in self.taken for placement in self.master.routes[number].placements]

    def _next(self, shares: np.ndarray) -> list[int]:
        """The routes to take now, greatest share first, as far as budgets and weeks have room for them together."""
        fractional = [number for number in np.flatnonzero(shares > 1e-6).tolist() if self._is_free(number)]
        fractional.sort(key=lambda number: (-shares[number], number))
        least = max(1, len(self.generation.scope.units) // self.pace.steps)
        chosen: list[int] = []
        units: set[int] = set()
        for number in fractional:
            if shares[number] < self.pace.nearly and len(chosen) >= least:
                break
            if self.master.routes[number].unit not in units and self._fits(number):
                units.add(self.master.routes[number].unit)
                chosen.append(number)
                self._use(number)
        return chosen

    def _is_free(self, number: int) -> bool:
        route = self.master.routes[number]
        return route.unit not in self.done and self.generation.land.is_single(route)

    def _take(self, chosen: list[int]) -> None:
        self.taken.extend(chosen)
        self.done.update(self.master.routes[number].unit for number in chosen)
        self.master.program.take([self.master.columns[number] for number in chosen])

    def _again(self, seconds_left: Callable[[], float]) -> np.ndarray | None:
        """Shares after a few rounds of pricing for the units that are still free."""
        generation, master = self.generation, self.master
        free = np.array([number not in self.done for number in generation.numbers.tolist()])
        for turn in range(self.pace.rounds + 1):
            solved = master.solve(seconds_left(), PRECISION)
            if solved is None:
                return None
            if turn == self.pace.rounds or not free.any():
                break
            floors = solved.prices[generation.unit_rows[free]] + 1
            prices = self._prices(solved)
            charges = master.cuts.charges(prices)
            priced = generation.land.price(generation.numbers[free], prices, charges, floors, generation.want)
            if not master.add(generation.routes(priced)):
                break
        return solved.shares if solved is not None else None

    def _capacities(self) -> dict[int, int]:
        """What rows have room for that several routes can fill together: posts, budgets and weeks."""
        scope, rows = self.generation.scope, self.generation.land.rows
        left = {rows.purses[purse]: minutes for purse, minutes in enumerate(scope.room)}
        for (number, week), row in rows.week_rows.items():
            person = self.generation.land.prepared.persons[number]
            left[row] = person.week_limit(week) - person.base_week.get(week, 0)
        left.update((row, 1) for row in rows.posts.values())
        return left

    def _fits(self, number: int) -> bool:
        taken = self.generation.land.rows.coefficients(self.master.routes[number])
        return all(amount <= self.left[row] for row, amount in taken.items() if row in self.left)

    def _use(self, number: int) -> None:
        rows = self.generation.land.rows
        for row, amount in rows.coefficients(self.master.routes[number]).items():
            if row in self.left:
                self.left[row] -= amount
            told = rows.decided.get(row)
            if told is not None and isinstance(told.decision, int):
                self._settle(told)

    def _settle(self, told: Decided) -> None:
        """The start of an appointment is decided: its other starts are over, and this post at any."""
        rows = self.generation.land.rows
        for row in rows.rows_of[told.decision]:
            _, start, post = rows.decided[row]
            if post == told.item or start != told.part:
                self.left[row] = 0

    def _prices(self, solved: Solved) -> Ints:
        """The prices of a solution; posts that are filled are closed, since what they cost now says nothing."""
        prices = solved.prices.copy()
        first, past = self.generation.land.rows.first_post, self.generation.land.rows.past_post
        full = [row for row, left in self.left.items() if left <= 0 and first <= row < past]
        prices[full] = CLOSED
        return prices
