# SPDX-License-Identifier: AGPL-3.0-or-later
"""Improvement until time is up: some related units are freed, routed and chosen anew.

A large neighbourhood search whose neighbourhoods are solved by the same column generation and choice as the whole:
the columns of the whole program are those of a fractional optimum, and where days are long or weekly hours bind the
good whole plan is not among them. What is freed are units, not people: where nothing ties a mediator's days together,
many people on one day are worth more than few people on all of them. Where weeks tie them, neighbourhoods are priced
from the prices of the whole problem on, and the wide ones, which no choice among known columns mends, end in a dive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from solver.choice import Choice
from solver.columns import Generation
from solver.diary import Diary
from solver.dive import Dive
from solver.finish import finish, ground, listed
from solver.greedy import fill
from solver.landscape import Landscape
from solver.neighbours import Neighbours
from solver.parts import Part
from solver.pool import Pool
from solver.prepare import Placement
from solver.problem import DAY
from solver.progress import Search
from solver.routes import Route, Unit
from solver.scope import weeks_of

SECONDS_A_TRY = 3.0
WORK_A_TRY = 1.0  # deterministic seconds of CP-SAT
ROUNDS_A_TRY = 40
BEAM = 512  # of tied weeks, priced near good prices: all but exact, so that a neighbourhood without hope is left early
FEW_HELD = 90  # visits of tied weeks among whose routes the best choice is found quickly; with more a dive finds more
LITTLE = 0.1  # points that a plan must gain: less is the linear program's last digits
FEW_A_TRY = 3_000  # routes that a neighbourhood's proof can be made with quickly
CLOSE_ENOUGH = 1e-5  # relative gap at which a neighbourhood counts as solved
SMALLEST, LARGEST = 24, 160  # posts that the freed units hold or could fill, about
PATIENCE = 150  # tries without a better plan before the search rests; fewer where little is open


def patience(search: Search) -> int:
    """Failures in a row that are borne: a repair of a few slots has few neighbourhoods, and somebody waits for it."""
    return min(PATIENCE, 3 + len(search.prepared.open) // 8)


def improve(search: Search, land: Landscape, parts: Sequence[Part], pool: Pool) -> bool:
    """Tries neighbourhoods until the plan is proven best, time is up, or many in a row brought nothing.

    As many at once as there are workers, from the same plan; each is then put into the plan that the others left. True
    as soon as a good part of the gap is closed, so that a proof can be tried again.
    """
    neighbours = Neighbours(search, land, parts)
    failures, size, aim = 0, SMALLEST, search.total + (search.bound - search.total) // 2
    with ThreadPoolExecutor(search.workers) as threads:
        while failures < patience(search) and not search.settled and not search.out_of_time():
            attempts = []
            for _ in range(search.workers):
                units = neighbours.pick(size)
                if not units:
                    return False
                attempts.append(Attempt(search, land, units, pool, size))
                size = _next(size)
            for attempt, found in zip(attempts, list(threads.map(Attempt.run, attempts)), strict=True):
                pool.add(attempt.seen())
                if attempt.put(found):
                    failures, size = 0, attempt.size
                else:
                    failures += 1
            if search.total >= aim:
                return True
    return False


def _next(size: int) -> int:
    return SMALLEST if size >= LARGEST else size + size // 3


class Attempt:
    """Some units freed, to be planned anew; only ``run`` takes long, and several may run at once."""

    def __init__(self, search: Search, land: Landscape, units: Sequence[Unit], pool: Pool, size: int) -> None:
        """``size``: the number of visits that the units were picked for."""
        self.search, self.size, self.prices = search, size, pool.prices
        self.inside = {(unit.person.number, day) for unit in units for part in unit.stretches for day in part.days}
        held, around = self._apart()
        self.worth = search.total - around.tally() - 1
        scope = weeks_of(search.prepared, units, [land.reach[unit.number] for unit in units], around)
        self.generation = Generation(land.with_own_guesses(), scope)
        self.kept = self.generation.learn(held)
        self.generation.master.add(pool.within(scope))
        self.tied = any(unit.week is not None for unit in units)
        self.dived: list[Route] = []

    def _apart(self) -> tuple[list[Placement], Diary]:
        """What the best plan holds of these units, and all else."""
        held: list[Placement] = []
        others: list[Placement] = []
        for given in self.search.placements:
            (held if (given.mediator, given.start // DAY) in self.inside else others).append(given)
        return held, Diary(self.search.prepared, others)

    def run(self) -> list[Placement] | None:
        """What is worth more than these units hold, among routes known and those generated near the pool's prices."""
        search, generation, worth = self.search, self.generation, self.worth
        until = search.elapsed() + min(SECONDS_A_TRY, search.left())
        if self.tied and self.prices is not None:
            generation.beam = BEAM
            generation.begin_near(self.prices)
        generation.run(lambda: until - search.elapsed(), most_rounds=ROUNDS_A_TRY, worth=worth)
        if generation.bound is None or generation.is_hopeless(worth):
            return None
        if not self.tied or sum(len(route.placements) for route in self.kept) <= FEW_HELD:
            return choose(search, generation, self.kept, worth)
        dive = Dive(generation, worth=worth + 1 + LITTLE)
        found = dive.run(search.left)
        self.dived = dive.found
        return found

    def seen(self) -> Iterator[Route]:
        """All routes that were generated on the way."""
        return chain(self.generation.master.routes, self.dived)

    def put(self, found: Sequence[Placement] | None) -> bool:
        """Offers the best plan, as it is by now, with these placements for the units; True when it got better."""
        if found is None:
            return False
        search, (_, around) = self.search, self._apart()
        for placement in found:
            if placement.post not in around.placed and around.gain(placement) is not None:
                around.put(placement)
        fill(around, [post for post in search.prepared.open if post not in around.placed], search.out_of_time)
        return search.offer(around)


def choose(search: Search, generation: Generation, kept: list[Route], worth: int) -> list[Placement] | None:
    """The best choice among all routes that can be part of a better one, or among the promising ones if they are many.

    A bound that rounds ended before it settled lies too far above for a list that is short, and looking takes long.
    """
    seconds = min(SECONDS_A_TRY, search.left())
    scope = generation.scope
    daily = replace(scope, units=tuple(generation.land.apart(scope.units)))
    base = ground(generation, daily, Fraction(worth)) if generation.converged else None
    routes = listed(generation.land, base, FEW_A_TRY) if base is not None else None
    if routes is not None:
        apart = generation.land.routes_of((given for route in kept for given in route.placements), daily.units)
        return finish(generation, daily, routes, apart, seconds=seconds, gap=CLOSE_ENOUGH).placements
    routes = list(dict.fromkeys([*kept, *generation.promising(3 * (len(scope.posts) + len(scope.units)))]))
    choice = Choice(search.prepared, generation.land.rows, scope, routes)
    return choice.best(range(len(kept)), seconds=seconds, work=WORK_A_TRY, seed=search.seed, workers=1)
