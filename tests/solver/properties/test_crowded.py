# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several hostile problems in one: too many people and slots to try everything, enough for every step of the search."""

from __future__ import annotations

import pytest

from solver.check import check
from solver.problem import PlanningProblem
from tests.solver.properties.changed import joined
from tests.solver.properties.sweep import alike, answer, sweep

EXAMPLES, TOGETHER = 32, 4


@pytest.mark.parametrize("seed", [60, 61, 62, 63])
def test_a_crowd_of_problems_has_a_plan_that_passes_and_one_optimum(seed: int) -> None:
    """The neighbourhoods of the improvement, too, keep every rule; told its own plan, the search says nothing else."""
    drawn: list[PlanningProblem] = []

    def judge(problem: PlanningProblem) -> None:
        drawn.append(problem)
        if len(drawn) % TOGETHER == 0:
            crowd = joined(drawn[-TOGETHER:])
            plan = answer(crowd)
            assert not check(crowd, plan)
            again = answer(crowd, hint=plan)
            assert not check(crowd, again)
            assert alike(plan, again)
            assert again.score.total >= plan.score.total

    sweep(seed, EXAMPLES, judge)
    assert len(drawn) >= EXAMPLES
