# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fast way of trying everything is right: it agrees with the slow one, and the checker takes the plan it names."""

from __future__ import annotations

import msgspec

from solver.acceptance import refuse_impossible
from solver.check import broken_rules, score
from solver.problem import PlanningProblem
from tests.solver.brute import best_total, effort
from tests.solver.build import appointment, problem, stand
from tests.solver.properties.exact import best_plan
from tests.solver.properties.sweep import sweep

EXAMPLES = 100
MOST_PLANS = 300  # that the slow way is asked to judge


def test_both_ways_of_trying_everything_agree() -> None:
    """On every problem small enough for the slow way; enough of them have something to choose."""
    busy_ones: list[int] = []

    def judge(given: PlanningProblem) -> None:
        refuse_impossible(given)
        total, lines = best_plan(given)
        assert not broken_rules(given, lines)
        assert score(given, lines).total == total
        if effort(given) <= MOST_PLANS:
            assert best_total(given) == total
            busy_ones.append(len(lines) - len(given.locked))

    sweep(1, EXAMPLES, judge)
    assert sum(count > 1 for count in busy_ones) > EXAMPLES // 20


def test_locks_that_coincide_may_be_written_in_any_order() -> None:
    """Two places at once is a fact; what the roads of that day cost must not depend on which line came first."""
    locks = (stand("a1/1", "m1", 540), stand("a2/1", "m1", 540))
    visits = (appointment("a1", 540), appointment("a2", 540, place="office"), appointment("a3", 700, place="ward"))
    given = problem(visits, locked=locks, travel_is_work="all")
    other = msgspec.structs.replace(given, locked=locks[::-1])
    totals = {best_plan(given)[0], best_plan(other)[0], best_total(given), best_total(other)}
    assert len(totals) == 1, totals
