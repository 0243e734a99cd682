# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must not change the optimum does not, and what changes it does so in the right direction and no further.

Totals and bounds of the two answers are compared, so that each test says something about every problem: totals of one
may not pass the bound of the other, and where both are proven optimal that makes them equal.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from solver.check import check
from solver.plan import Plan
from solver.problem import Budget, PlanningProblem, Standing, Travel
from tests.solver.build import busy, mediator
from tests.solver.properties.changed import computed, doubled, each_slot, policy, renamed, replace, shuffled
from tests.solver.properties.sweep import alike, answer, no_better, sweep

EXAMPLES = 40
SAID_OTHERWISE: dict[str, Callable[[PlanningProblem], PlanningProblem]] = {
    "renamed": lambda problem: renamed(problem, "x"),
    "shuffled": lambda problem: shuffled(problem, 5),
    "renamed and shuffled": lambda problem: shuffled(renamed(problem, "y"), 6),
    "roads written down": lambda problem: replace(problem, travel=Travel(minutes=computed(problem))),
    "places nobody goes to": lambda problem: replace(
        problem, travel=None, places=(*problem.places, replace(problem.places[0], id="moon", lat=-40.0))
    ),
}


@pytest.mark.parametrize("how", SAID_OTHERWISE)
def test_the_same_problem_in_other_words_has_the_same_optimum(how: str) -> None:
    """Ids, orders, a matrix instead of coordinates, a place that nobody visits."""

    def judge(problem: PlanningProblem) -> None:
        if how == "places nobody goes to":
            problem = replace(problem, travel=None)
        other = SAID_OTHERWISE[how](problem)
        plan = answer(other)
        assert not check(other, plan)
        assert alike(answer(problem), plan)

    sweep(20, EXAMPLES, judge)


def test_one_more_mediator_never_lowers_the_optimum() -> None:
    """She may stay at home; her course costs nothing where she has no target."""
    she = mediator("new", home="p0", languages={"ar": 3, "fr": 3}, shifts=((0, 20160),), busy=(busy(600, 700),))

    def judge(problem: PlanningProblem) -> None:
        assert no_better(answer(problem), answer(replace(problem, mediators=(*problem.mediators, she))))

    sweep(21, EXAMPLES, judge)


@pytest.mark.parametrize("more", [1, 50])
def test_a_slot_worth_more_raises_the_optimum_by_that_at_most(more: int) -> None:
    """Never below what it was."""

    def judge(problem: PlanningProblem) -> None:
        name = problem.appointments[0].slots[0].id
        dearer = each_slot(problem, lambda slot: replace(slot, value=slot.value + more * (slot.id == name)))
        before, after = answer(problem), answer(dearer)
        assert no_better(before, after)
        assert no_better(after, before, by=more)

    sweep(22, EXAMPLES, judge)


def test_a_problem_beside_a_copy_of_itself_has_twice_the_optimum() -> None:
    """To the unit where nothing is rounded; each rounding of the sum may move it by one point."""

    def judge(problem: PlanningProblem) -> None:
        given = problem.policy
        roundings = (given.cost_per_euro > 0) + bool(given.fairness_cost)
        alone, both = answer(problem), answer(doubled(problem))
        assert 2 * alone.score.total <= both.bound + roundings
        assert both.score.total <= 2 * alone.bound + roundings

    sweep(23, EXAMPLES, judge)


def test_what_was_chosen_can_be_locked() -> None:
    """All lines of a plan locked: it stays possible, and nothing of it moves."""

    def judge(problem: PlanningProblem) -> None:
        plan = answer(problem)
        locked = replace(problem, locked=_standings(plan))
        again = answer(locked)
        assert not check(locked, again)
        assert set(plan.assignments) <= set(again.assignments)
        assert again.score.total >= plan.score.total

    sweep(24, EXAMPLES, judge)


def test_one_locked_line_of_a_plan_keeps_the_optimum() -> None:
    """It can be no lower; nor higher, where the lock alone is a fact and frees nobody from the way home."""

    def judge(problem: PlanningProblem) -> None:
        people = tuple(replace(mediator, busy=()) for mediator in problem.mediators)
        alone = policy(replace(problem, mediators=people, locked=(), travel=None), shift_covers_travel=False)
        plan = answer(alone)
        for standing in _standings(plan)[:1]:
            again = answer(replace(alone, locked=(standing,)))
            assert alike(plan, again)

    sweep(25, EXAMPLES, judge)


def test_a_published_plan_stays_when_it_was_the_best() -> None:
    """Keeping it costs nothing, and no plan with changes is worth more than it was before they cost anything."""

    def judge(problem: PlanningProblem) -> None:
        fresh = policy(replace(problem, published=()), change_cost=80)
        plan = answer(fresh)
        again = answer(replace(fresh, published=_standings(plan)))
        assert again.score.total >= plan.score.total
        assert no_better(again, plan)

    sweep(26, EXAMPLES, judge)


def test_a_hint_is_kept_or_beaten() -> None:
    """Even the best plan as hint comes back, and bounds stay above it."""

    def judge(problem: PlanningProblem) -> None:
        plan = answer(problem)
        again = answer(problem, hint=plan)
        assert plan.score.total <= again.score.total <= plan.bound
        assert again.bound >= plan.score.total

    sweep(27, EXAMPLES, judge)


def test_an_empty_purse_is_worse_than_none() -> None:
    """A budget that nobody reaches changes nothing; one without money changes nothing for the better."""

    def judge(problem: PlanningProblem) -> None:
        free, purses = replace(problem, budgets=()), (("p", None), ("q", None))
        plan = answer(free)
        assert alike(plan, answer(replace(free, budgets=tuple(Budget(*purse, 10_000) for purse in purses))))
        assert no_better(answer(replace(free, budgets=tuple(Budget(*purse, 0) for purse in purses))), plan)

    sweep(28, EXAMPLES, judge)


def _standings(plan: Plan) -> tuple[Standing, ...]:
    return tuple(Standing(line.slot, line.mediator, line.start) for line in plan.assignments)
