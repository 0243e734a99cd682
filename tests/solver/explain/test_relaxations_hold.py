# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every relaxation that is shown works: applied, it fills the slot, moves nothing it does not name, and passes the check."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from solver.check import check
from solver.explain import Explainer, Relaxation, Unfilled, applied
from solver.explain.answer import RelaxationKind
from solver.files import accept
from solver.generate import generate
from solver.plan import Plan
from solver.problem import PlanningProblem
from tests.solver.explain.plans import greedy_plan
from tests.solver.properties.sweep import sweep

SMALL = (10, 80, 5)
# Each with the least number of unfilled slots it must have; with the hostile ones that makes more than 500.
WEEKS: dict[str, tuple[int, dict[str, Any]]] = {
    "M week": (40, {"profile": "M", "seed": 1}),
    "S week": (20, {"profile": "S", "seed": 5}),
    "S week with caps": (15, {"profile": "S", "seed": 6, "caps": True}),
    "plain with caps": (40, {"sizes": (12, 100, 5), "caps": True, "seed": 5}),
    "scarce": (30, {"sizes": SMALL, "family": "scarce"}),
    "tight": (60, {"sizes": SMALL, "family": "tight"}),
    "pairs": (30, {"sizes": SMALL, "family": "pairs", "caps": True}),
    "budgets": (45, {"sizes": SMALL, "family": "budgets"}),
    "mixed": (30, {"sizes": SMALL, "family": "mixed"}),
    "wide": (25, {"sizes": SMALL, "family": "wide", "caps": True}),
    "cases": (20, {"sizes": (10, 40, 5), "family": "cases"}),
}
ORDER = get_args(RelaxationKind)


def hold(problem: PlanningProblem, plan: Plan) -> int:
    """How many slots were explained, each relaxation of each of them applied and audited."""
    explainer = Explainer(problem, plan)
    for slot in explainer.unfilled:
        answer = explainer.of(slot)
        assert isinstance(answer, Unfilled)
        assert (answer.hopeless is None) == bool(answer.relaxations)
        kinds = [ORDER.index(relaxation.kind) for relaxation in answer.relaxations]
        assert kinds == sorted(kinds)
        for relaxation in answer.relaxations:
            _works(problem, plan, relaxation)
    return len(explainer.unfilled)


def _works(problem: PlanningProblem, plan: Plan, relaxation: Relaxation) -> None:
    relaxed, filled = applied(problem, plan, relaxation)
    assert check(accept(relaxed), filled) == []
    assert relaxation.slot in {line.slot for line in filled.assignments}
    named = {line.slot for line in relaxation.assignments}
    assert len(named) == (2 if relaxation.kind == "move" else 1)
    assert {line for line in plan.assignments if line.slot not in named} <= set(filled.assignments)
    assert len(filled.assignments) == len(plan.assignments) + 1
    assert filled.score == relaxation.score
    assert relaxation.gain == filled.score.total - plan.score.total


@pytest.mark.parametrize("name", WEEKS)
def test_every_relaxation_of_a_week_works(name: str) -> None:
    """Weeks of every family, each with its greedy plan."""
    least, asked = WEEKS[name]
    given = generate(**asked)
    assert hold(given, greedy_plan(given)) >= least


def test_every_relaxation_of_a_hostile_problem_works() -> None:
    """Tiny problems with every feature thrown in, facts that make no sense among them."""
    explained = 0

    def judge(given: PlanningProblem) -> None:
        nonlocal explained
        explained += hold(given, greedy_plan(given))

    sweep(3, 120, judge)
    assert explained > 200
