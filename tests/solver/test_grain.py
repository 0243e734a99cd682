# SPDX-License-Identifier: AGPL-3.0-or-later
"""What keeps the bound close: the last digits of the linear program, and slots that no budget can pay."""

from __future__ import annotations

from fractions import Fraction

from solver import bound
from solver.prepare import Prepared
from solver.problem import Budget
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


def test_a_slot_no_budget_can_pay_does_not_loosen_the_bound() -> None:
    """59 minutes are left for a visit of an hour: nobody is asked, and the plan is proven optimal as it is."""
    visit = appointment("a1", 540, slot("a1/1", value=500), project="fami")
    given = problem((visit,), (mediator("m1"),), budgets=(Budget("fami", "BG01", 59),))
    assert Prepared(given).open == []
    plan = solve(given, seconds=5, seed=1, workers=1)
    assert (plan.status, plan.bound, plan.unfilled[0].reasons) == ("optimal", 0, {"budget": 1})
