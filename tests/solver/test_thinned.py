# SPDX-License-Identifier: AGPL-3.0-or-later
"""With fewer pairs a bound still holds for all of them, because somebody stands in for those who were left out."""

from __future__ import annotations

from functools import cache

import pytest

from solver.columns import Generation
from solver.generate import generate
from solver.greedy import greedy
from solver.lagrange import constant
from solver.landscape import Landscape
from solver.prepare import Prepared
from solver.scope import everything
from solver.solve import solve
from solver.thinned import thinned

FAMILIES = (None, "pairs", "budgets", "mixed")
FEW = 2


@cache
def best_total(family: str | None) -> tuple[Prepared, int]:
    problem = generate(sizes=(16, 60, 5), family=family, seed=1)
    bound_of(Prepared(problem))  # what it compiles would take the time of the search
    return Prepared(problem), solve(problem, seconds=5, seed=1, workers=1).score.total


def bound_of(prepared: Prepared) -> float:
    land = Landscape(prepared, 1)
    generation = Generation(land, everything(prepared, land.daily))
    generation.learn(greedy(prepared).placed.values())
    generation.run(lambda: 20.0)
    assert generation.bound is not None
    return float(generation.bound + constant(prepared, land.rows))


@pytest.mark.parametrize("family", FAMILIES)
def test_its_bound_holds_for_the_whole(family: str | None) -> None:
    """No plan of the whole problem is worth more than what two pairs a post and their stand-ins can reach."""
    prepared, total = best_total(family)
    thin = thinned(prepared, (), FEW)
    assert thin.pairs.count < prepared.pairs.count
    assert bound_of(thin) >= total


def test_without_stand_ins_it_would_not() -> None:
    """The same pairs alone cannot reach what all can: the bound would be wrong."""
    prepared, total = best_total(None)
    thin = thinned(prepared, (), FEW)
    thin.stand_in = {}
    assert bound_of(thin) < total


def test_with_more_pairs_it_is_closer() -> None:
    """The fewer are left out, the less the stand-ins give away; with all pairs there are none."""
    prepared, _ = best_total(None)
    two, six, all_of_them = (bound_of(thinned(prepared, (), most)) for most in (2, 6, 1_000))
    assert two > six >= all_of_them - 1e-6
    assert not thinned(prepared, (), 1_000).stand_in


def test_a_known_plan_keeps_its_pairs() -> None:
    """So that its routes can be learned."""
    prepared, _ = best_total(None)
    placed = greedy(prepared).placed
    thin = thinned(prepared, placed.values(), 1)
    assert all((given.post, given.mediator) in thin.pair for given in placed.values())
    assert len(prepared.pair) == prepared.pairs.count > thin.pairs.count
