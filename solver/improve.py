# SPDX-License-Identifier: AGPL-3.0-or-later
"""Improvement until time is up: the weeks of a few related mediators are freed, routed and chosen anew.

A large neighbourhood search whose neighbourhoods are solved by the same column generation and choice as the whole:
the columns of the whole program are those of a fractional optimum, and where days are long or weekly hours bind the
good whole plan is not among them.
"""

from __future__ import annotations

import random
from collections import defaultdict

from solver.choice import Choice
from solver.columns import Generation
from solver.diary import Diary
from solver.greedy import fill
from solver.prepare import Prepared
from solver.progress import Search
from solver.routes import Route
from solver.scope import Scope, weeks_of

SECONDS_A_TRY = 1.5
WORK_A_TRY = 1.0  # deterministic seconds of CP-SAT
ROUNDS_A_TRY = 12
SMALLEST, LARGEST = 4, 16  # mediators freed at once
PATIENCE = 60  # tries without a better plan before the search rests; fewer where little is open


def patience(search: Search) -> int:
    """Failures in a row that are borne: a repair of a few slots has few neighbourhoods, and somebody waits for it."""
    return min(PATIENCE, 3 + len(search.prepared.open) // 8)


def improve(search: Search, whole: Generation) -> None:
    """Tries neighbourhoods until the plan is proven best, time is up, or many in a row brought nothing."""
    rng = random.Random(search.seed)  # noqa: S311 - reproducible choices, no secret
    neighbours = Neighbours(search.prepared, rng)
    failures, size = 0, 8
    while failures < patience(search) and not search.settled and not search.out_of_time():
        free = neighbours.pick(search, min(size, len(search.prepared.persons)))
        if not free:
            return
        if retry(search, whole, free):
            failures = 0
        else:
            failures += 1
            size = SMALLEST + (size - SMALLEST + 1) % (LARGEST - SMALLEST + 1)


def retry(search: Search, whole: Generation, free: frozenset[int]) -> bool:
    """Plans the weeks of these mediators anew; True when the whole plan got better."""
    assert search.best is not None
    prepared = search.prepared
    scope = weeks_of(prepared, whole.scope.stretches, search.best, free)
    inside = [placement for placement in search.placements if placement.mediator in free]
    generation = Generation(prepared, scope)
    kept = set(generation.learn(inside))
    generation.master.add(usable(prepared, scope, whole))
    until = search.elapsed() + min(SECONDS_A_TRY, search.left())
    generation.run(lambda: until - search.elapsed(), most_rounds=ROUNDS_A_TRY)
    if generation.solved is None:
        return False
    routes = list(dict.fromkeys([*kept, *generation.promising(3 * (len(scope.posts) + len(scope.stretches)))]))
    choice = Choice(prepared, scope, generation.master.weeks, routes)
    found = choice.best(
        [number for number, route in enumerate(routes) if route in kept],
        seconds=min(SECONDS_A_TRY, search.left()),
        work=WORK_A_TRY,
        seed=search.seed,
        workers=search.workers,
    )
    if found is None:
        return False
    outside = [placement for placement in search.placements if placement.mediator not in free]
    diary = Diary(prepared, [*outside, *found])
    fill(diary, [post for post in prepared.open if post not in diary.placed], search.out_of_time)
    return search.offer(diary)


def usable(prepared: Prepared, scope: Scope, whole: Generation) -> list[Route]:
    """Routes of the whole program that fit into a scope."""
    inside = {stretch.number for stretch in scope.stretches}
    return [
        route
        for route in whole.master.routes
        if route.stretch in inside and all(scope.allows(prepared, placement) for placement in route.placements)
    ]


class Neighbours:
    """Picks mediators who could take over visits from one another."""

    def __init__(self, prepared: Prepared, rng: random.Random) -> None:
        self.prepared, self.rng = prepared, rng
        self.posts_of: dict[int, list[int]] = defaultdict(list)
        for post in prepared.open:
            for pair in prepared.pairs[post]:
                self.posts_of[pair.mediator].append(post)

    def pick(self, search: Search, size: int) -> frozenset[int]:
        """Those eligible for a valuable unfilled post (or any post), then people who share posts with them."""
        assert search.best is not None
        prepared, rng = self.prepared, self.rng
        empty = [post for post in prepared.open if post not in search.best.placed]
        seeds = empty if empty and rng.random() < 0.6 else prepared.open
        if not seeds:
            return frozenset()
        post = max(rng.sample(seeds, min(2, len(seeds))), key=lambda number: prepared.index.posts[number].slot.value)
        chosen: list[int] = []
        for _ in range(4 * size):
            people = [pair.mediator for pair in prepared.pairs[post] if pair.mediator not in chosen]
            chosen.extend(rng.sample(people, min(len(people), max(1, size // 3), size - len(chosen))))
            if len(chosen) >= size:
                break
            post = rng.choice(self.posts_of[rng.choice(chosen)])
        return frozenset(chosen)
