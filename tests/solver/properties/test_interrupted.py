# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wherever time runs out or somebody says stop: a plan that passes the checker, and a bound that holds."""

from __future__ import annotations

from itertools import count

import pytest

from solver.check import check
from solver.plan import Plan
from solver.problem import PlanningProblem
from solver.solve import Progress, solve
from tests.solver.properties.exact import best_plan
from tests.solver.properties.sweep import answer, sweep

EXAMPLES = 25
LOOKS = (0, 1, 2, 3, 4, 6, 9, 13, 20, 30)  # at the clock, before it says that time is up


def _holds(problem: PlanningProblem, plan: Plan) -> None:
    optimum, _ = best_plan(problem)
    assert not check(problem, plan)
    assert plan.score.total <= optimum <= plan.bound


@pytest.mark.parametrize("looks", LOOKS)
def test_time_may_run_out_at_any_look_at_the_clock(looks: int) -> None:
    """Each look costs a second, so the search is cut short somewhere else for every number of seconds it has."""
    cut: list[bool] = []

    def judge(problem: PlanningProblem) -> None:
        ticks = count()
        plan = solve(problem, seconds=looks, seed=1, workers=1, clock=lambda: float(next(ticks)))
        cut.append(plan.seconds > looks)
        _holds(problem, plan)

    sweep(30 + looks, EXAMPLES, judge)
    assert any(cut), "the control: some search is cut short"


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_search_may_be_stopped_at_any_report(step: int) -> None:
    """The plan that was reported last comes back."""

    def judge(problem: PlanningProblem) -> None:
        steps: list[Progress] = []

        def enough(progress: Progress) -> bool:
            steps.append(progress)
            return len(steps) < step

        plan = solve(problem, seconds=60, seed=1, workers=1, on_better=enough, clock=lambda: 0.0)
        assert (plan.score.total, len(plan.assignments)) == (steps[-1].total, steps[-1].filled)
        _holds(problem, plan)

    sweep(40 + step, EXAMPLES, judge)


def test_a_hint_for_another_problem_does_no_harm() -> None:
    """Lines on unknown slots, of people who are gone, at starts nobody allows: what does not fit is left out."""
    hints: list[Plan] = []

    def judge(problem: PlanningProblem) -> None:
        plan = answer(problem, hint=hints[-1] if hints else None)
        hints.append(plan)
        _holds(problem, plan)

    sweep(50, 2 * EXAMPLES, judge)
