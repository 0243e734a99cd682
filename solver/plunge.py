# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole plan out of a very large fractional one, in few steps: whole routes are taken, many at once.

A master that is only approached (``solver.gradual``) takes up from where it was, and would not if it were made anew,
as ``solver.dive`` does. What is lost for the haste, blocks and neighbourhoods win back.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.columns import Generation, Ints
from solver.gradual import Gradual
from solver.kernel import CLOSED
from solver.master import Solved
from solver.prepare import Placement
from solver.rows import Decided

NEARLY = 0.5  # the share at which a route is taken at once
STEPS = 15  # about so many


class Plunge:
    """One descent; the master is as it was afterwards, but for further columns."""

    def __init__(self, generation: Generation) -> None:
        self.generation, self.master = generation, generation.master
        assert isinstance(self.master.program, Gradual), "only a program that is approached takes routes"
        self.program = self.master.program
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
        self.program.release([self.master.columns[number] for number in self.taken])
        return [placement for number in self.taken for placement in self.master.routes[number].placements]

    def _next(self, shares: np.ndarray) -> list[int]:
        """The routes to take now, greatest share first, as far as budgets and weeks have room for them together."""
        fractional = [number for number in np.flatnonzero(shares > 1e-6).tolist() if self._is_free(number)]
        fractional.sort(key=lambda number: (-shares[number], number))
        least = max(1, len(self.generation.scope.units) // STEPS)
        chosen: list[int] = []
        units: set[int] = set()
        for number in fractional:
            if shares[number] < NEARLY and len(chosen) >= least:
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
        self.program.take([self.master.columns[number] for number in chosen])

    def _again(self, seconds_left: Callable[[], float]) -> np.ndarray | None:
        """Shares after a pass of pricing for the units that are still free."""
        generation, master = self.generation, self.master
        free = np.array([number not in self.done for number in generation.numbers.tolist()])
        solved = master.solve(seconds_left())
        if solved is None or not free.any():
            return None if solved is None else solved.shares
        floors = solved.prices[generation.unit_rows[free]] + 1
        prices = self._prices(solved)
        charges = master.cuts.charges(prices)
        priced = generation.land.price(generation.numbers[free], prices, charges, floors, generation.want)
        if master.add(generation.routes(priced)):
            solved = master.solve(seconds_left())
        return None if solved is None else solved.shares

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
