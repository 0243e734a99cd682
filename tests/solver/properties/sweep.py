# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs a judgement over many drawn problems, the same ones in every run, and lets the planner answer without haste."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
from hypothesis import HealthCheck, Phase

from solver.plan import Plan
from solver.problem import PlanningProblem
from solver.solve import solve
from tests.solver.properties.problems import problems

PHASES = (Phase.generate, Phase.shrink)  # no database of earlier failures: every run draws the same


def sweep(seed: int, examples: int, judge: Callable[[PlanningProblem], None]) -> None:
    """Shows ``judge`` that many problems; one that it refuses is shrunk and shown."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=PHASES,
        suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no reason to fail
        report_multiple_bugs=False,
    )
    @hypothesis.given(problems())
    def each(problem: PlanningProblem) -> None:
        judge(problem)

    each()


def answer(problem: PlanningProblem, hint: Plan | None = None) -> Plan:
    """The plan of one worker whose clock stands still: no time limit is hit, so it is the same on every machine."""
    return solve(problem, seconds=60, seed=1, workers=1, hint=hint, clock=_midnight)


def _midnight() -> float:
    return 0.0


def no_better(plan: Plan, than: Plan, by: int = 0) -> bool:
    """Whether the first plan is what an optimum at most ``by`` above the other's allows, proven or not."""
    return plan.score.total <= than.bound + by


def alike(a: Plan, b: Plan) -> bool:
    """Whether both can be plans of the same optimum; where both are proven optimal their totals are equal."""
    return no_better(a, b) and no_better(b, a)
