# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which units are planned anew together: those where the plan loses, and those that have what they could use.

What a plan lacks to its bound is the sum of what each unit's route loses at the prices of the bound, and of what empty
posts cost. Few units lose most of it, and the fractional optimum tells which posts they would rather have.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

import numpy as np

from solver.columns import Generation
from solver.landscape import Landscape
from solver.parts import Part
from solver.problem import DAY
from solver.progress import Search
from solver.routes import Unit

LOSING = 0.6  # of all neighbourhoods are made around a unit that loses
EMPTY_FIRST = 0.5  # of the others around an empty post
AT_ONCE, RIVALS = 4, 2  # units taken up around one post; rivals of the one that has it
SOME = 1e-3  # a share that counts


class Neighbours:
    """Picks units that could take over visits from one another."""

    def __init__(self, search: Search, land: Landscape, parts: Sequence[Part]) -> None:
        self.search, self.land = search, land
        self.posts = [post for part in parts for post in sorted(part.posts)]
        self.rng = random.Random(f"{search.seed} {search.total}")  # noqa: S311 - reproducible choices, no secret
        self.units_of: dict[int, list[Unit]] = defaultdict(list)
        for unit in land.weekly:
            for post in land.reach[unit.number]:
                self.units_of[post].append(unit)
        self.order = {post: sorted(posts) for post, posts in enumerate(land.reach)}
        self.on = {
            (unit.person.number, day): unit.number
            for unit in land.weekly
            for part in unit.stretches
            for day in part.days
        }
        self.generations = [part.closest for part in parts]
        self.wants = self._wants()
        self.wanted_by: dict[int, list[int]] = defaultdict(list)
        for number, posts in sorted(self.wants.items()):
            for post in posts:
                self.wanted_by[post].append(number)
        self.measured: int | None = None  # the total of the plan that was looked at last
        self.held: dict[int, list[int]] = {}
        self.holder: dict[int, int] = {}
        self.losing: list[int] = []
        self.sums: list[float] = []

    def pick(self, size: int) -> list[Unit]:
        """Units that hold about ``size`` visits, around one that loses much, or around an empty post, or any."""
        if self.measured != self.search.total:
            self._look()
        if self.losing and self.rng.random() < LOSING:
            return self._around_loss(size)
        return self._around_post(size)

    def _around_loss(self, size: int) -> list[Unit]:
        """One that loses, by chance the more the likelier, then those who hold what the chosen ones would rather have."""
        rng = self.rng
        first = rng.choices(self.losing, cum_weights=self.sums)[0]
        chosen = {first: self.land.units[first]}
        visits = len(self.held[first]) + 1
        for _ in range(4 * size):
            if visits >= size or len(chosen) == len(self.land.weekly):
                break
            post = self._next_post(rng.choice(list(chosen)))
            if post is None:
                continue
            near = [self.holder[post]] if post in self.holder else []
            rivals = [number for number in self.wanted_by[post] if number not in chosen]
            near += rng.sample(rivals, min(len(rivals), RIVALS))
            for number in near:
                if number not in chosen:
                    chosen[number] = self.land.units[number]
                    visits += len(self.held[number]) + 1
        return self.land.with_ties(chosen.values())

    def _next_post(self, number: int) -> int | None:
        """A post that a unit holds, or that it would rather hold."""
        held, wanted = self.held[number], self.wants.get(number) or self.order[number]
        if held and self.rng.random() < 0.5:
            return self.rng.choice(held)
        return self.rng.choice(wanted) if wanted else None

    def _around_post(self, size: int) -> list[Unit]:
        """Those who could fill a valuable empty post (or any post), then units that share posts with them."""
        search, rng, posts = self.search, self.rng, self.search.prepared.index.posts
        assert search.best is not None
        empty = [post for post in self.posts if post not in search.best.placed]
        seeds = empty if empty and rng.random() < EMPTY_FIRST else self.posts
        if not seeds:
            return []
        post = max(rng.sample(seeds, min(2, len(seeds))), key=lambda number: posts[number].slot.value)
        chosen: dict[int, Unit] = {}
        visits = 0
        for _ in range(4 * size):
            others = [unit for unit in self.units_of[post] if unit.number not in chosen]
            for unit in rng.sample(others, min(len(others), AT_ONCE)):
                chosen[unit.number] = unit
                visits += len(self.held[unit.number]) + 1
            if visits >= size or len(chosen) == len(self.land.weekly):
                break
            unit = chosen[rng.choice(list(chosen))]
            mine = self.held[unit.number] if self.held[unit.number] and rng.random() < 0.5 else self.order[unit.number]
            post = rng.choice(mine)
        return self.land.with_ties(chosen.values())

    def _wants(self) -> dict[int, list[int]]:
        """For each unit the posts that its routes of the fractional optima visit."""
        wants: dict[int, set[int]] = defaultdict(set)
        for generation in self.generations:
            if generation.solved is None:
                continue
            for route in np.flatnonzero(generation.solved.shares > SOME).tolist():
                for placement in generation.master.routes[route].placements:
                    wants[self.on[placement.mediator, placement.start // DAY]].add(placement.post)
        return {number: sorted(posts) for number, posts in wants.items()}

    def _look(self) -> None:
        """Takes down what each unit of the best plan holds and loses."""
        self.measured = self.search.total
        self.held, self.holder = defaultdict(list), {}
        for given in self.search.placements:
            number = self.on[given.mediator, given.start // DAY]
            self.held[number].append(given.post)
            self.holder[given.post] = number
        losses: dict[int, float] = defaultdict(float)
        for generation in self.generations:
            for unit, loss in self._losses(generation):
                person, day = unit.person.number, unit.stretches[0].days[0]
                losses[self.on[person, day]] += loss
        self.losing = [number for number in sorted(losses) if losses[number] > 0]
        self.sums = list(accumulate(losses[number] for number in self.losing))

    def _losses(self, generation: Generation) -> Iterable[tuple[Unit, float]]:
        """What each unit's route in the best plan is worth less than its best one at the prices of the bound."""
        if generation.prices is None or generation.best is None:
            return
        land, prices = self.land, generation.prices
        days = {
            (unit.person.number, day) for unit in generation.scope.units for part in unit.stretches for day in part.days
        }
        here = [given for given in self.search.placements if (given.mediator, given.start // DAY) in days]
        worth = {
            route.unit: int(prices[land.rows.units[route.unit]]) - generation.loss(route, prices)
            for route in land.routes_of(here, generation.scope.units)
        }
        for unit, best in zip(generation.scope.units, generation.best.tolist(), strict=True):
            yield unit, float(best - worth.get(unit.number, 0))
