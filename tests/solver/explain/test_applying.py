# SPDX-License-Identifier: AGPL-3.0-or-later
"""A relaxation is carried out on the problem and plan it was made for, and refused by any other."""

from __future__ import annotations

import msgspec
import pytest

from solver.check import check
from solver.explain import BrokenPlan, Explainer, Relaxation, Stale, UnknownSlot, applied, explain
from solver.plan import Plan
from solver.problem import Budget, PlanningProblem
from tests.solver.build import appointment, mediator, plan, problem
from tests.solver.explain.cases import CASES, Case, shown

SHIFT = next(case for case in CASES if case.kind == "shift")
MOVE = next(case for case in CASES if case.kind == "move")
BUDGET = next(case for case in CASES if case.kind == "budget")


def of(case: Case) -> tuple[PlanningProblem, Plan, Relaxation]:
    return case.problem, case.plan, shown(case)[case.kind]


def test_a_move_keeps_the_problem_and_its_bound() -> None:
    """Nothing is relaxed, so what was proven stays proven."""
    given, made, move = of(MOVE)
    relaxed, filled = applied(given, msgspec.structs.replace(made, bound=777), move)
    assert relaxed == given
    assert filled.bound == 777
    assert filled.status == "feasible"


def test_a_relaxed_problem_has_a_bound_of_its_own() -> None:
    """The old bound may be too small: what all slots are worth is taken."""
    given, made, shift = of(SHIFT)
    _, filled = applied(given, made, shift)
    assert (made.bound, filled.bound) == (0, 100)
    assert filled.gap == 0.21


def test_a_relaxation_of_another_problem_is_refused() -> None:
    """The mediator, the visit to be moved, the budget or the appointment is not there; or the slot is filled."""
    given, made, shift = of(SHIFT)
    relaxed, filled = applied(given, made, shift)
    with pytest.raises(Stale, match="a1/1 is assigned in this plan already"):
        applied(relaxed, filled, shift)
    other = problem((appointment(),), (mediator("m7"),))
    with pytest.raises(Stale, match="no slot a1/1 or no mediator m1"):
        applied(other, plan(other), shift)
    with pytest.raises(Stale, match="no m8"):
        applied(given, made, msgspec.structs.replace(shift, mediators=(mediator("m8"),)))
    with pytest.raises(Stale, match="no budget"):
        applied(given, made, msgspec.structs.replace(shift, budgets=(Budget("q", None, 3),)))
    given, _, move = of(MOVE)
    with pytest.raises(Stale, match="a2/1, which would be moved, is not assigned"):
        applied(given, plan(given), move)


def test_relaxing_a_problem_touches_nothing_else() -> None:
    """One mediator, one budget: all other parts are the very same."""
    given, made, budget = of(BUDGET)
    relaxed, _ = applied(given, made, budget)
    assert relaxed.budgets == (Budget("p", None, 120),)
    assert msgspec.structs.replace(relaxed, budgets=given.budgets) == given


def test_a_broken_plan_explains_nothing() -> None:
    """It is refused with the rules it breaks; an id the problem does not have is one of them."""
    given = problem((appointment(), appointment("a2", 540)))
    with pytest.raises(BrokenPlan, match="one_place: m1 cannot keep") as caught:
        Explainer(given, plan(given, ("a1/1", "m1", 540), ("a2/1", "m1", 540)))
    assert [violation.rule for violation in caught.value.violations] == ["one_place"]
    stranger = msgspec.structs.replace(
        plan(given), unfilled=(*plan(given).unfilled, plan(problem((appointment("a9"),))).unfilled[0])
    )
    with pytest.raises(BrokenPlan, match="a9/1: the problem has no such slot"):
        Explainer(given, stranger)


def test_an_unknown_slot_is_named_with_its_like() -> None:
    """So that a typing error is found."""
    given = problem((appointment("a1"), appointment("a2", 700)))
    with pytest.raises(UnknownSlot, match=r"slot a1/3: the problem has no such slot: did you mean a1/1") as caught:
        explain(given, plan(given), "a1/3")
    assert caught.value.close == ["a1/1"]
    with pytest.raises(UnknownSlot, match="take an id of appointments"):
        explain(given, plan(given), "zzzzzz")


def test_what_a_plan_says_about_itself_is_not_read() -> None:
    """A wrong score or a missing line of reasons changes no answer."""
    given, made, _ = of(SHIFT)
    careless = msgspec.structs.replace(made, unfilled=(), bound=0, gap=9.0)
    assert explain(given, careless, "a1/1") == explain(given, made, "a1/1")
    assert check(given, careless) != []
