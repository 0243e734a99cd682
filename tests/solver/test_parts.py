# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parts share nothing: what ties days, people or slots together keeps them in one part."""

from __future__ import annotations

from solver.landscape import Landscape
from solver.parts import parts_of
from solver.prepare import Prepared
from solver.problem import Budget, PlanningProblem
from tests.solver.build import appointment, mediator, problem

MONDAY, TUESDAY = ((540, 540),), ((1980, 1980),)
TWO_DAYS = (appointment("a1", windows=MONDAY), appointment("a2", windows=TUESDAY))


def _sizes(given: PlanningProblem) -> list[int]:
    return [len(part.posts) for part in parts_of(Landscape(Prepared(given), 1))]


def test_days_that_nothing_ties_together_are_parts() -> None:
    """A limit of the week that both days cannot reach is no tie either."""
    assert _sizes(problem(TWO_DAYS, (mediator(),))) == [1, 1]
    assert _sizes(problem(TWO_DAYS, (mediator(max_week=600),))) == [1, 1]


def test_a_week_that_can_be_full_ties_its_days_together() -> None:
    """So does a target, since every minute towards it counts."""
    assert _sizes(problem(TWO_DAYS, (mediator(max_week=100),))) == [2]
    assert _sizes(problem(TWO_DAYS, (mediator(target_week=600),), fairness_cost=((0, 0), (50, 1)))) == [2]


def test_slots_that_compete_are_one_part() -> None:
    """By the days on which they may start, by their case, or by a budget that cannot pay for both."""
    either = (appointment("a1", windows=(*MONDAY, *TUESDAY)), appointment("a2", windows=TUESDAY))
    assert _sizes(problem(either, (mediator(),))) == [2]
    case = tuple(appointment(name, windows=at, case="c") for name, at in (("a1", MONDAY), ("a2", TUESDAY)))
    assert _sizes(problem(case, (mediator(), mediator("m2")), case_cost=120)) == [2]
    paid = tuple(appointment(name, windows=at, project="p") for name, at in (("a1", MONDAY), ("a2", TUESDAY)))
    for minutes, sizes in ((119, [2]), (120, [1, 1])):
        budget = Budget(project="p", ambito=None, minutes=minutes)
        assert _sizes(problem(paid, (mediator(),), budgets=(budget,))) == sizes
