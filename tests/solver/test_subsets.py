# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts over three posts: halves of routes break them, whole plans never do, and pricing charges what routes weigh."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import numpy.typing as npt

from solver import bound as bounds
from solver import kernel
from solver.columns import Generation
from solver.cuts import Cuts
from solver.generate import generate
from solver.greedy import greedy
from solver.lagrange import constant, lagrangian
from solver.landscape import Landscape
from solver.prepare import Placement, Prepared
from solver.routes import Route
from solver.scope import everything
from solver.subsets import Subset, subsets
from solver.visits import Visit
from tests.solver.brute import best_total, effort, hostile

CROWDED = [
    seed for seed in range(700) if effort(hostile(seed)) < 2_000 and len(Prepared(hostile(seed)).open) > 2
]  # three open slots, so that there is something to cut


def test_three_halves_that_share_posts_two_by_two_are_cut_off() -> None:
    """Half of each pair of three posts is one and a half routes, of which one can be taken."""
    halves = [(frozenset(pair), 0.5) for pair in combinations((4, 7, 9), 2)]
    assert subsets(halves) == [Subset((4, 7, 9))]
    assert subsets([*halves[:2], (frozenset({7}), 0.5)]) == []
    assert subsets([(frozenset({4, 7, 9}), 1.0), (frozenset({1, 2}), 1.0)]) == []


def test_a_route_weighs_half_its_posts_of_each_stretch() -> None:
    """One post weighs nothing, two and three weigh one."""
    land, triple = _land_with_routes()
    cuts = Cuts(land.rows, land.daily)
    cuts.add(Subset(triple))
    unit = next(unit for unit in land.daily if set(triple) <= land.reach[unit.number])
    by_post = {visit.post: visit for visit in unit.stretches[0].nodes}
    for count, weight in ((1, {}), (2, {0: 1}), (3, {0: 1})):
        visits = tuple(_placed(unit.person.number, by_post[post]) for post in triple[:count])
        route = Route(unit.number, visits, 0, Fraction(0), ())
        assert cuts.weights(route) == weight


def test_any_prices_of_cuts_give_a_bound_and_are_charged_to_the_unit() -> None:
    """The worth that pricing reports is what the route brings less all it pays; no bound is below the optimum."""
    charged = 0
    for seed in CROWDED:
        problem = hostile(seed)
        prepared = Prepared(problem)
        land = Landscape(prepared, 1)
        generation = Generation(land, everything(prepared, land.daily))
        prices = _drawn(generation, random.Random(seed))
        cuts = generation.master.cuts
        charges = cuts.charges(prices)
        nothing_left_out = np.full(len(generation.numbers), -(1 << 55), dtype=np.int64)
        every = land.price(generation.numbers, prices, charges, nothing_left_out, 50, mode=kernel.EVERY)
        for route, worth in ((land.route(found), found.worth) for found in every.routes):
            assert abs(worth + generation.loss(route, prices)) <= 64
            charged += bool(cuts.weights(route))
        priced = land.price(generation.numbers, prices, charges, np.zeros_like(generation.numbers), 4)
        bound = lagrangian(prepared, land.rows, generation.scope, prices, priced.best, land.bits)
        bound += Fraction(cuts.sell(prices), 1 << land.bits) + constant(prepared, land.rows)
        assert bounds.whole(prepared, bound) >= best_total(problem)
    assert charged > 20, "the control: some routes were charged for cuts"


def _drawn(generation: Generation, rng: random.Random) -> npt.NDArray[np.int64]:
    """Cuts over some posts, and wild prices of posts and cuts."""
    land = generation.land
    triples = list(combinations(land.prepared.open, 3))
    rng.shuffle(triples)
    generation.master.cut([Subset(triple) for triple in triples[:8]])
    prices = np.zeros(land.rows.free + 1 + len(generation.master.cuts.all), dtype=np.int64)
    for row in (*land.rows.posts.values(), *range(land.rows.free + 1, len(prices))):
        prices[row] = rng.randint(0, 60) << land.bits
    return prices


def test_cuts_bring_the_bound_closer_and_stay_above_the_plan() -> None:
    """On a day that is full of halves; without the control there might be nothing to cut."""
    prepared = Prepared(generate(sizes=(15, 80, 1), seed=2))
    land = Landscape(prepared, 1)
    generation = Generation(land, everything(prepared, land.daily))
    generation.run(lambda: 60.0)
    before = generation.bound
    generation.sharpen(lambda: 60.0)
    assert generation.master.cuts.all, "the control: something was cut off"
    assert before is not None
    assert generation.bound is not None
    assert generation.bound < before
    assert generation.bound + constant(prepared, land.rows) >= greedy(prepared).tally()


def _placed(mediator: int, visit: Visit) -> Placement:
    return Placement(visit.post, mediator, visit.start)


def _land_with_routes() -> tuple[Landscape, tuple[int, int, int]]:
    """A landscape, and three posts that one unit can fill."""
    land = Landscape(Prepared(generate(sizes=(4, 30, 2), seed=3)), 1)
    a, b, c = max((sorted(posts) for posts in land.reach), key=len)[:3]
    return land, (a, b, c)
