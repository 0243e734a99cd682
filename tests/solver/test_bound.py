# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounds stay above every plan: whatever the prices, however the fractions round, however little was priced."""

from __future__ import annotations

import random
from fractions import Fraction

import msgspec
import pytest

from solver import bound as bounds
from solver.columns import BEAMS, Generation
from solver.lagrange import constant, lagrangian
from solver.prepare import Prepared
from solver.prices import SCALE, Prices
from solver.problem import Policy
from solver.routes import stretches_of
from solver.scope import everything
from tests.solver.brute import best_total, effort, hostile

SMALL = [seed for seed in range(60) if effort(hostile(seed)) < 150]


@pytest.mark.parametrize("seed", SMALL[:20])
def test_any_prices_at_any_beam_give_a_bound(seed: int) -> None:
    """Prices drawn at random, priced exactly or with a beam of one label, never prove less than the optimum."""
    problem = hostile(seed)
    prepared = Prepared(problem)
    generation = Generation(prepared, everything(prepared, stretches_of(prepared)))
    optimum, rng = best_total(problem), random.Random(seed)
    assert bounds.whole(prepared, bounds.slot_by_slot(prepared)) >= optimum
    for beam in (1, BEAMS[-1]):
        prices = _drawn(generation, rng)
        prices.stretch = {
            number: generation.price(stretch, prices, beam).best for number, stretch in generation.stretches.items()
        }
        bound = lagrangian(prepared, generation.master, prices) + constant(prepared, generation.master)
        assert bounds.whole(prepared, bound) >= optimum


def _drawn(generation: Generation, rng: random.Random) -> Prices:
    """Wild prices; free weeks have none, and one whose last minutes have no end stays below their cost."""
    prices = Prices()
    prices.post = {row: rng.randint(0, 300) * SCALE for row in generation.master.post_rows}
    for key, segments in generation.master.weeks.items():
        if segments:
            endless = segments[-1].width is None
            prices.work[key] = int(segments[-1].slope * SCALE) if endless else rng.randint(0, SCALE)
    prices.purse = {number: rng.randint(0, SCALE) for number in range(len(generation.scope.room))}
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
