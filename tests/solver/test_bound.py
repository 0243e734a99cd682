# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounds stay above every plan: whatever the prices, however the fractions round."""

from __future__ import annotations

import random
from fractions import Fraction

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from solver import bound as bounds
from solver.cuts import Cuts
from solver.lagrange import constant, lagrangian
from solver.landscape import Landscape
from solver.prepare import Prepared
from solver.problem import Policy
from solver.scope import Scope, everything
from tests.solver.brute import best_total, effort, hostile

SMALL = [seed for seed in range(60) if effort(hostile(seed)) < 150]


@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize("seed", SMALL[:20])
def test_any_prices_give_a_bound(seed: int, weekly: bool) -> None:
    """Prices drawn at random, with days or whole weeks as units, never prove less than the optimum."""
    problem = hostile(seed)
    prepared = Prepared(problem)
    land = Landscape(prepared, 1)
    scope = everything(prepared, land.weekly if weekly else land.daily)
    optimum, rng = best_total(problem), random.Random(seed)
    assert bounds.whole(prepared, bounds.slot_by_slot(prepared)) >= optimum
    units = np.array([unit.number for unit in scope.units], dtype=np.int64)
    for _ in range(3):
        prices = _drawn(land, scope, rng)
        best = land.price(units, prices, Cuts(land.rows, ()).charges(prices), np.zeros_like(units), 4).best
        bound = lagrangian(prepared, land.rows, scope, prices, best, land.bits) + constant(prepared, land.rows)
        assert bounds.whole(prepared, bound) >= optimum


def _drawn(land: Landscape, scope: Scope, rng: random.Random) -> npt.NDArray[np.int64]:
    """Wild prices; one of a week whose last minutes have no end stays below their cost, and whole weeks have none."""
    rows, scale = land.rows, 1 << land.bits
    prices = np.zeros(rows.free + 1, dtype=np.int64)
    for row in rows.posts.values():
        prices[row] = rng.randint(0, 300) * scale
    for row in (*rows.purses, *rows.links.values(), *rows.cases.values()):
        prices[row] = rng.randint(0, scale)
    if all(unit.week is None for unit in scope.units):
        for key, segments in rows.weeks.items():
            endless = segments[-1].width is None
            prices[rows.week_rows[key]] = int(segments[-1].slope * scale) if endless else rng.randint(0, scale)
    return prices


@pytest.mark.parametrize(
    ("unrounded", "fractional_terms", "whole"),
    [
        (Fraction(7), 0, 7),
        (Fraction(15, 2), 0, 7),
        (Fraction(7), 1, 7),
        (Fraction(15, 2), 1, 7),
        (Fraction(38, 5), 1, 8),
    ],
)
def test_a_bound_is_rounded_no_further_than_the_rounding_of_the_score_allows(
    unrounded: Fraction, fractional_terms: int, whole: int
) -> None:
    """A total with one rounded term stays strictly below the unrounded total plus one half."""
    problem = hostile(1)
    policy = Policy(cost_per_euro=fractional_terms, fairness_cost=())
    prepared = Prepared(msgspec.structs.replace(problem, policy=policy))
    assert bounds.whole(prepared, unrounded) == whole
