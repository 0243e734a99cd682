# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bound a hair above a possible total is lowered to it, so that an optimal plan can say that it is."""

from __future__ import annotations

from fractions import Fraction

from solver import bound
from solver.prepare import Prepared
from solver.solve import solve
from tests.solver.build import appointment, mediator, problem, slot


def test_half_a_euro_does_not_hide_an_optimum() -> None:
    """One visit of an hour at 27.50: floor(27.5 + 1/2) = 28 is charged, and the plan is proven optimal."""
    visit = appointment("a1", 540, slot("a1/1", value=500))
    given = problem((visit,), (mediator("m1", hourly_cost=2750),), cost_per_euro=1)
    prepared = Prepared(given)
    assert prepared.grain == 2
    hair = Fraction(1, 10**9)
    assert bound.whole(prepared, Fraction(903, 2) + hair) == 451
    assert bound.whole(prepared, Fraction(904, 2) - hair) == 451
    plan = solve(given, seconds=5, seed=1, workers=1)
    assert plan.status == "optimal"
    assert (plan.score.cost, plan.score.total) == (28, 451)
