# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole plan out of a fractional one: visits that are almost whole are settled, the rest is generated and solved again.

The columns of the fractional optimum hold no good whole plan where days are long: those that go with what is settled
so far must be generated on the way (C. Joncour et al., "Column generation based primal heuristics", Electronic Notes
in Discrete Mathematics 36, 2010). What is settled is a visit of a mediator, not a whole route: her route still bends
to what the others leave, and few routes are left after a few steps, so each is quicker than the last.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from math import inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.columns import Generation
from solver.index import week_of
from solver.master import Master, Solved
from solver.prepare import Placement
from solver.problem import DAY
from solver.program import Program
from solver.routes import Route
from solver.settled import Decision, Settled

Shares = npt.NDArray[np.float64]

STEPS, FEW_STEPS, HASTY_STEPS = 30, 20, 8  # about so many; the few where each takes long
MANY_POSTS = 700  # from which on it does so over weeks, and the interior point method is quicker
LUCK = 0.2  # by which chance may raise a share
BEAM = 64  # of the pricing: what a dive generates need not be proven best
FEWEST = 8  # visits settled in a step
ROUNDS = 3  # of pricing in each step
CERTAIN, NEARLY = 0.999, 0.8  # shares at which a visit is settled at once, and with some others in one step
BOLD = 3  # times the fewest visits that may be settled in one step without being certain
DEAR = 2e-5  # of the objective for each visit that was not certain: what a careful step may cost
TINY = 1e-6


class State(NamedTuple):
    """Where a dive stood before a step."""

    master: Master
    alive: list[int]
    parts: list[frozenset[Decision]]
    settled: Settled
    room: dict[int, int]


class Dive:
    """One descent from the master of a generation, which is as it was afterwards."""

    def __init__(
        self,
        generation: Generation,
        *,
        worth: float | None = None,
        careful: bool = False,
        hasty: bool = False,
        luck: random.Random | None = None,
    ) -> None:
        """``worth``: what the plan must bring more than to be of any use; else the dive ends as soon as it cannot.

        ``careful``: steps that cost much are taken back and made smaller. Where weeks are tied that takes long and the
        plan is no better for it. ``hasty``: few steps, since a better dive will follow. ``luck``: chance has a say in
        what is settled next, since equal dives end equally and which of several ends best cannot be told beforehand.
        """
        self.generation, self.master, self.worth = generation, generation.master, worth
        self.luck = luck
        self.found: list[Route] = []  # on the way
        scope = generation.scope
        self.dear = DEAR if careful else inf
        self.slow = len(scope.posts) > MANY_POSTS and any(unit.week is not None for unit in scope.units)
        self.rounds = 1 if hasty else ROUNDS
        self.least = max(FEWEST, len(scope.posts) // (HASTY_STEPS if hasty else FEW_STEPS if self.slow else STEPS))
        self.room = dict(zip(generation.land.rows.purses, scope.room, strict=True))
        for (number, week), row in generation.land.rows.week_rows.items():
            person = generation.land.prepared.persons[number]
            self.room[row] = person.week_limit(week) - person.base_week.get(week, 0)

    def run(self, seconds_left: Callable[[], float]) -> list[Placement] | None:
        """Placements of the plan reached; None when it is of no use or time was up before the first step."""
        solved = self.generation.solved or self.master.solve(seconds_left())
        if solved is None:
            return None
        dearest = int(solved.prices[self.generation.unit_rows].max(initial=0))
        self.settled = Settled(self.generation.land, self.generation.scope, dearest)
        self.parts = [self.settled.parts(route) for route in self.master.routes]
        self.alive = list(range(len(self.master.routes)))
        if self.generation.solved is None:
            solved = self._again(seconds_left) or solved
        least = self.least
        self.dear *= abs(solved.objective)
        while not self._is_useless(solved):
            shares, before = self._shares(solved), self._state()
            plan = self._plan(shares)
            if seconds_left() <= 0 or not self._settle(shares, least):
                return plan
            self._narrow()
            again = self._again(seconds_left)
            if again is None:
                return plan
            if least > 1 and solved.objective - again.objective > self.dear * self.bold:
                solved = solved._replace(shares=self._go_back(before, shares))
                least = max(1, least // 3)
            else:
                solved = again
                least = min(self.least, least + 1)
        return None

    def _state(self) -> State:
        return State(self.master, list(self.alive), self.parts, self.settled.copied(), dict(self.room))

    def _go_back(self, before: State, shares: Shares) -> Shares:
        """Undoes a step that cost too much; returns the shares of the routes that were allowed before it."""
        self.master = before.master.only(before.alive)
        self.parts = [before.parts[number] for number in before.alive]
        self.alive = list(range(len(self.parts)))
        self.settled, self.room = before.settled, before.room
        return shares[before.alive]

    def _is_useless(self, solved: Solved) -> bool:
        return self.worth is not None and solved.objective <= self.worth

    def _shares(self, solved: Solved) -> Shares:
        shares = np.zeros(len(self.master.routes))
        shares[: len(solved.shares)] = solved.shares
        return shares

    def _settle(self, shares: Shares, least: int) -> int:
        """Settles the visits of the greatest shares; returns how many. ``least``: of those that are not certain."""
        weights: dict[Decision, float] = defaultdict(float)
        held: dict[int, list[frozenset[Decision]]] = defaultdict(list)
        for number in np.flatnonzero(shares > TINY).tolist():
            held[self.master.routes[number].unit].append(self.parts[number])
            for part in self.parts[number]:
                weights[part] += float(shares[number])
        settled = bold = 0
        for decision in self._in_order(weights):
            certain = weights[decision] >= CERTAIN
            if not certain and (bold >= BOLD * least or (weights[decision] < NEARLY and bold >= least)):
                break
            if self._may_settle(decision, held):
                self.settled.settle(decision)
                settled += 1
                bold += not certain
        self.bold = bold
        return settled

    def _in_order(self, weights: dict[Decision, float]) -> list[Decision]:
        """Those that are certain first, then by weight as far as luck lets it stand."""
        order = sorted(weights, key=lambda decision: (-weights[decision], decision))
        if self.luck is None:
            return order
        raised = {decision: weights[decision] * (1 + LUCK * self.luck.random()) for decision in order}
        return sorted(order, key=lambda decision: (weights[decision] < CERTAIN, -raised[decision]))

    def _may_settle(self, decision: Decision, held: dict[int, list[frozenset[Decision]]]) -> bool:
        """Whether it is new, some route of the fractional plan keeps all that is settled with it, and there is room."""
        if decision.post in self.settled.of_post:
            return False
        unit = self.settled.unit(decision)
        wanted = self.settled.of_unit[unit] | {decision}
        if not any(wanted <= parts for parts in held[unit]):
            return False
        uses = self._uses(decision)
        if any(minutes > self.room[row] for row, minutes in uses.items()):
            return False
        for row, minutes in uses.items():
            self.room[row] -= minutes
        return True

    def _uses(self, decision: Decision) -> dict[int, int]:
        """What a visit takes at least of the rows that many units share."""
        land = self.generation.land
        minutes = land.prepared.index.posts[decision.post].duration
        uses = {land.rows.purses[purse]: minutes for purse in land.prepared.purses[decision.post]}
        unit = land.units[self.settled.unit(decision)]
        if unit.week is None:
            row = land.rows.week_rows.get((decision.mediator, week_of(unit.stretches[0].days[0] * DAY)))
            if row is not None:
                uses[row] = minutes
        return uses

    def _narrow(self) -> None:
        """Leaves out the routes that are not allowed any more; the master is made anew once they are many."""
        gone = {number for number in self.alive if not self.settled.allow(self._unit(number), self.parts[number])}
        self.alive = [number for number in self.alive if number not in gone]
        if self.master is self.generation.master or 2 * len(self.alive) < len(self.master.routes):
            self.master = self.master.only(self.alive, inside=self.slow)
            self.parts = [self.parts[number] for number in self.alive]
            self.alive = list(range(len(self.alive)))
        else:
            program = self.master.program
            assert isinstance(program, Program), "a master made anew is solved to the end"
            program.forbid([self.master.columns[number] for number in sorted(gone)])

    def _unit(self, number: int) -> int:
        return self.master.routes[number].unit

    def _again(self, seconds_left: Callable[[], float]) -> Solved | None:
        """The optimum after a few rounds of pricing; None when time is up."""
        solved = self.master.solve(seconds_left())
        for _ in range(self.rounds):
            if solved is None or seconds_left() <= 0 or not self._grow(solved):
                break
            solved = self.master.solve(seconds_left())
        return solved

    def _grow(self, solved: Solved) -> int:
        """Adds routes that pay and keep what is settled; returns how many."""
        generation = self.generation
        floors = solved.prices[generation.unit_rows] + 1
        charges = self.master.cuts.charges(solved.prices)
        priced = self.settled.price(generation.numbers, solved.prices, charges, floors, generation.want, beam=BEAM)
        routes = [
            route for route in generation.routes(priced) if self.settled.allow(route.unit, self.settled.parts(route))
        ]
        self.found.extend(routes)
        added = self.master.add(routes)
        self.alive.extend(range(len(self.parts), len(self.master.routes)))
        self.parts.extend(self.settled.parts(route) for route in self.master.routes[len(self.parts) :])
        return added

    def _plan(self, shares: Shares) -> list[Placement]:
        """Of each unit the route of the greatest share, greatest shares first."""
        chosen: dict[int, int] = {}
        for number in sorted(np.flatnonzero(shares > TINY).tolist(), key=lambda number: (-shares[number], number)):
            chosen.setdefault(self._unit(number), number)
        return [placement for number in chosen.values() for placement in self.master.routes[number].placements]
