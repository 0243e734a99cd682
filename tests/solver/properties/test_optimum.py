# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner against the optimum of two thousand small hostile problems, found by trying everything."""

from __future__ import annotations

from collections import Counter

import pytest

from solver.check import check
from solver.problem import PlanningProblem
from tests.solver.properties.exact import best_plan
from tests.solver.properties.sweep import answer, sweep

CHUNKS, EXAMPLES = 40, 50
# Of the fifty problems of a chunk; a worse search shows here first.
FOUND, PROVEN = 48, 40


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_plans_and_bounds_agree_with_trying_everything(chunk: int) -> None:
    """Every plan passes the checker, total <= optimum <= bound always, and "optimal" is true wherever it is said."""
    seen: Counter[str] = Counter()

    def judge(problem: PlanningProblem) -> None:
        optimum, _ = best_plan(problem)
        plan = answer(problem)
        assert not check(problem, plan)
        assert plan.score.total <= optimum <= plan.bound
        seen.update(
            cases=1, found=plan.score.total == optimum, proven=plan.status == "optimal", work=bool(plan.assignments)
        )

    sweep(1000 + chunk, EXAMPLES, judge)
    assert seen["cases"] >= EXAMPLES
    assert seen["work"] > EXAMPLES // 3, "the control: problems in which nobody does anything show nothing"
    assert seen["found"] >= FOUND, seen
    assert seen["proven"] >= PROVEN, seen
