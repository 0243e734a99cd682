# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why her: each eligible alternative at her best start, with the exact difference and the terms it comes from."""

from __future__ import annotations

import pytest

from solver.check import broken_rules, score
from solver.explain import Alternative, Assigned, Explainer
from solver.plan import Assignment
from solver.problem import PlanningProblem, Travel, Wishes
from tests.solver import brute
from tests.solver.build import appointment, mediator, plan, problem, slot, stand
from tests.solver.explain.plans import greedy_plan


def asked(given: PlanningProblem, *lines: tuple[str, str, int]) -> Assigned:
    answer = Explainer(given, plan(given, *lines)).of("a1/1")
    assert isinstance(answer, Assigned)
    return answer


def test_terms_add_up_to_the_difference() -> None:
    """A wish, money and a road twice as slow: who comes instead, and what each term says."""
    entry = slot("a1/1", wishes=Wishes(mediators={"*": 15, "m1": 0}))
    people = (mediator(), mediator("m2", travel_factor=2.0, hourly_cost=3000))
    answer = asked(problem((appointment("a1", 540, entry),), people, cost_per_euro=1), ("a1/1", "m1", 540))
    assert answer.alternatives == (
        Alternative("m2", 540, -(21 + 15 + 6), {"travel": 21, "wishes": 15, "cost": 6}, None, {}),
    )


def test_the_best_allowed_start_is_taken() -> None:
    """She is at the school until ten: at ten no road is added, at half past ten neither, so the earlier one."""
    given = problem(
        (appointment("a1", 540, windows=((540, 630),)), appointment("a2", 540)), (mediator(), mediator("m2"))
    )
    answer = asked(given, ("a1/1", "m1", 540), ("a2/1", "m2", 540))
    assert answer.alternatives == (Alternative("m2", 600, 21, {"travel": -21}, None, {}),)


def test_the_rule_that_forbids_an_alternative_is_named() -> None:
    """She would be the colleague; another is on a visit; the rest are counted by the rule that bars them."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"))
    people = (
        mediator("m1"),
        mediator("m2"),
        mediator("m3"),
        mediator("m4", gender="m", languages={"zh": 3}),
        mediator("m5", max_travel=9),
    )
    answer = asked(
        problem((pair, appointment("a2", 540)), people), ("a1/1", "m1", 540), ("a1/2", "m2", 540), ("a2/1", "m3", 540)
    )
    assert [(other.mediator, other.rule) for other in answer.alternatives] == [("m2", "one_place"), ("m3", "one_place")]
    assert answer.alternatives[1].figures == {"visit": "a2/1", "start": 540, "end": 600, "visits": 1}
    assert answer.barred == {"language": 1, "distance": 1}


def test_the_best_alternative_comes_first() -> None:
    """By what each would change, those who cannot come last; whoever two rules bar is counted at the first."""
    people = (
        mediator("m1"),
        mediator("m2", max_day=30),
        mediator("m3", travel_factor=3.0),
        mediator("m4", travel_factor=2.0),
        mediator("m5", languages={"zh": 1}, kinds=("team",), max_travel=1),
    )
    answer = asked(problem((appointment(),), people), ("a1/1", "m1", 540))
    assert [other.mediator for other in answer.alternatives] == ["m4", "m3", "m2"]
    assert answer.barred == {"language": 1}


def test_a_locked_slot_is_a_fact() -> None:
    """Nothing is tried in its place."""
    given = problem((appointment(),), (mediator(), mediator("m2")), locked=(stand("a1/1", "m1", 540),))
    answer = asked(given, ("a1/1", "m1", 540))
    assert answer.locked
    assert answer.alternatives == ()
    assert (answer.mediator, answer.start) == ("m1", 540)


def test_a_visit_her_day_needs_stays_hers() -> None:
    """Without it her next visit would come first, before she can be there: nobody else can have it."""
    given = problem(
        (appointment("a1", 540), appointment("a2", 600, place="ward")),
        (mediator(shifts=((530, 800),)), mediator("m2", max_travel=10)),
        travel=Travel(minutes=((0, 10, 99, 0), (9, 0, 0, 0), (9, 0, 0, 0), (0, 0, 0, 0))),
        shift_covers_travel=True,
    )
    answer = asked(given, ("a1/1", "m1", 540), ("a2/1", "m1", 600))
    assert answer.alternatives == (Alternative("m2", None, None, {}, "shift", {}),)


@pytest.mark.parametrize("seeds", [range(first, first + 25) for first in range(3000, 3100, 25)], ids=str)
def test_every_alternative_is_the_best_the_checker_knows(seeds: range) -> None:
    """Hostile problems: each gain is the best lawful total at any start less the plan's; no start means none is lawful."""
    for seed in seeds:
        given = brute.hostile(seed)
        made = greedy_plan(given)
        explainer = Explainer(given, made)
        for line in made.assignments:
            answer = explainer.of(line.slot)
            assert isinstance(answer, Assigned)
            for other in answer.alternatives:
                best = _best(given, list(made.assignments), line, other.mediator)
                assert other.gain == (None if best is None else best - made.score.total), (seed, line, other)
                assert other.gain is None or other.gain == _signed(other.terms)
                assert (other.gain is None) == (other.rule is not None)


def _signed(terms: dict[str, int]) -> int:
    return sum(amount if term == "value" else -amount for term, amount in terms.items())


def _best(given: PlanningProblem, lines: list[Assignment], line: Assignment, mediator: str) -> int | None:
    visit = next(visit for visit in given.appointments if line.slot in {entry.id for entry in visit.slots})
    rest = [other for other in lines if other.slot != line.slot]
    step = given.policy.start_step
    starts = {at for low, high in visit.windows for at in range(low, high + 1, step)}
    tried = [[*rest, Assignment(line.slot, mediator, at, at + visit.duration)] for at in starts]
    return max((score(given, new).total for new in tried if not broken_rules(given, new)), default=None)
