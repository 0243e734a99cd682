# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule earns its place: a planner that does not know it makes plans that break it, and the checker sees that.

The planner is shown a problem in which the rule is slack, and its plan is judged by the one in which it is not. So the
rule is switched off wherever the search prunes by it, in Python or in compiled code, without reaching into either.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from solver.check import broken_rules
from solver.plan import HARD_RULES, Assignment
from solver.problem import PlanningProblem
from tests.solver.properties.sweep import answer, no_better, sweep
from tests.solver.properties.switched import COPY, SWITCHED, Pair

SEEDS, EXAMPLES = (1, 2, 3), 20
LEAST = 3  # of the problems with a rule, those that must catch the planner breaking it


@pytest.mark.parametrize(("rule", "how", "pair"), SWITCHED, ids=[f"{rule}: {how}" for rule, how, _ in SWITCHED])
def test_a_planner_that_does_not_know_a_rule_breaks_that_one_only(
    rule: str, how: str, pair: Callable[[PlanningProblem], Pair]
) -> None:
    """The harder problem has no better optimum, and what its checker finds in the other's plan is this rule alone."""
    caught: list[bool] = []

    def judge(problem: PlanningProblem) -> None:
        slack, tight = pair(problem)
        plan = answer(slack)
        if rule != "locked":  # a lock may break every other rule, so more may be possible with it
            assert no_better(answer(tight, hint=plan), plan)
        lines = [Assignment(line.slot.removesuffix(COPY), *_rest(line)) for line in plan.assignments]
        broken = {violation.rule for violation in broken_rules(tight, lines)}
        assert broken <= {rule}
        caught.append(bool(broken))

    for seed in SEEDS:
        sweep(seed, EXAMPLES, judge)
    assert sum(caught) >= LEAST, sum(caught)


def _rest(line: Assignment) -> tuple[str, int, int]:
    return line.mediator, line.start, line.end


def test_every_rule_is_switched_off_in_turn() -> None:
    """In the order of the contract."""
    assert list(dict.fromkeys(rule for rule, _, _ in SWITCHED)) == list(HARD_RULES)
