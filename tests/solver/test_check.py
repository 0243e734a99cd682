# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each hard rule in turn is broken by a hand-made plan: the checker finds exactly it, and nothing without it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from solver.check import RULES, check, day_violations
from solver.plan import Assignment
from solver.problem import Budget, PlanningProblem, Standing
from tests.solver.build import appointment, busy, mediator, plan, problem, slot, stand

Line = tuple[str, str, int]


class Broken(NamedTuple):
    """A plan that breaks one rule, in the words of the test's name."""

    name: str
    rule: str
    problem: PlanningProblem
    lines: tuple[Line, ...]


TWO = (mediator("m1"), mediator("m2"))
ONE = (("a1/1", "m1", 540),)
PAIR = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 720),))


def follow(*visits: tuple[str, int, str | None]) -> PlanningProblem:
    """Hour-long visits (id, start, place) for one mediator; no place means by phone."""
    return problem(
        tuple(
            appointment(name, start, place=place, mode="phone" if place is None else "onsite")
            for name, start, place in visits
        )
    )


BROKEN = [
    Broken("does not speak it", "language", problem((appointment("a1", 540, slot("a1/1", languages={"zh": 1})),)), ONE),
    Broken(
        "speaks one of two",
        "language",
        problem((appointment("a1", 540, slot("a1/1", languages={"ar": 2, "fr": 1})),)),
        ONE,
    ),
    Broken("another kind of work", "kind", problem((appointment(),), (mediator(kinds=("team",)),)), ONE),
    Broken("never on site", "mode", problem((appointment(),), (mediator(modes=("phone",)),)), ONE),
    Broken("lacks a skill", "skills", problem((appointment("a1", 540, slot("a1/1", skills=("health",))),)), ONE),
    Broken("a man is needed", "gender", problem((appointment("a1", 540, slot("a1/1", gender="m")),)), ONE),
    Broken("was ruled out", "excluded", problem((appointment("a1", 540, slot("a1/1", excluded=("m1",))),)), ONE),
    Broken("another was named", "only", problem((appointment("a1", 540, slot("a1/1", only=("m2",))),), TWO), ONE),
    Broken("not her ambito", "ambito", problem((appointment(),), (mediator(ambiti=("BG02",)),)), ONE),
    Broken("too far", "distance", problem((appointment(),), (mediator(max_travel=9),)), ONE),
    Broken("too early", "window", problem((appointment(windows=((555, 600),)),)), ONE),
    Broken("between two steps", "window", problem((appointment(windows=((535, 600),)),)), ONE),
    Broken("outlasts her shift", "shift", problem((appointment(),), (mediator(shifts=((480, 599),)),)), ONE),
    Broken("across two shifts", "shift", problem((appointment(),), (mediator(shifts=((480, 570), (571, 700))),)), ONE),
    Broken(
        "no time to come from home",
        "shift",
        problem((appointment(),), (mediator(shifts=((531, 700),)),), shift_covers_travel=True),
        ONE,
    ),
    Broken(
        "no time to go home",
        "shift",
        problem((appointment(),), (mediator(shifts=((480, 610),)),), shift_covers_travel=True),
        ONE,
    ),
    Broken(
        "two places at once",
        "one_place",
        follow(("a1", 540, "school"), ("a2", 570, "school")),
        (*ONE, ("a2/1", "m1", 570)),
    ),
    Broken(
        "the road is longer",
        "one_place",
        follow(("a1", 540, "school"), ("a2", 614, "ward")),
        (*ONE, ("a2/1", "m1", 614)),
    ),
    Broken(
        "no breath before the phone",
        "one_place",
        follow(("a1", 540, "school"), ("a2", 604, None)),
        (*ONE, ("a2/1", "m1", 604)),
    ),
    Broken(
        "interprets while driving",
        "one_place",
        follow(("a1", 540, "school"), ("a2", 605, None), ("a3", 670, "ward")),
        (*ONE, ("a2/1", "m1", 605), ("a3/1", "m1", 670)),
    ),
    Broken(
        "sits in a course",
        "one_place",
        problem((appointment(),), (mediator(busy=(busy(500, 536),)),)),
        ONE,
    ),
    Broken(
        "cannot reach it after a course",
        "one_place",
        problem((appointment(),), (mediator(busy=(busy(500, 525, "ward"),)),)),
        ONE,
    ),
    Broken(
        "a locked visit is in the way",
        "one_place",
        problem((appointment("a1"), appointment("a2", 600, place="ward")), locked=(stand("a2/1", "m1", 600),)),
        (*ONE, ("a2/1", "m1", 600)),
    ),
    Broken(
        "across midnight",
        "one_place",
        problem(
            (appointment("a1", 1380), appointment("a2", 1450, place="ward")),
            (mediator(shifts=((0, 2880),)),),
        ),
        (("a1/1", "m1", 1380), ("a2/1", "m1", 1450)),
    ),
    Broken(
        "too long a day",
        "max_day",
        problem((appointment("a1"), appointment("a2", 720)), (mediator(max_day=119),)),
        (*ONE, ("a2/1", "m1", 720)),
    ),
    Broken(
        "the road is work too",
        "max_day",
        problem((appointment("a1"), appointment("a2", 720, place="ward")), (mediator(max_day=134),)),
        (*ONE, ("a2/1", "m1", 720)),
    ),
    Broken(
        "and the road home",
        "max_day",
        problem((appointment(),), (mediator(max_day=80),), travel_is_work="all"),
        ONE,
    ),
    Broken(
        "facts filled the day",
        "max_day",
        problem((appointment(),), (mediator(max_day=60, busy=(busy(800, 900),)),)),
        ONE,
    ),
    Broken(
        "too long a week",
        "max_week",
        problem((appointment("a1"), appointment("a2", 1980)), (mediator(max_week=119),)),
        (*ONE, ("a2/1", "m1", 1980)),
    ),
    Broken(
        "facts filled the week",
        "max_week",
        problem((appointment(),), (mediator(max_week=100, busy=(busy(2000, 2200),)),)),
        ONE,
    ),
    Broken(
        "the project's money is spent",
        "budget",
        problem((appointment(project="p"),), budgets=(Budget("p", None, 59),)),
        ONE,
    ),
    Broken(
        "its money for that ambito is spent",
        "budget",
        problem((appointment(project="p", mode="phone"),), budgets=(Budget("p", "BG01", 59), Budget("p", None, 60))),
        ONE,
    ),
    Broken(
        "locked work spent it",
        "budget",
        problem(
            (appointment("a1", project="p"), appointment("a2", 720, project="p", duration=100)),
            budgets=(Budget("p", None, 50),),
            locked=(stand("a2/1", "m1", 720),),
        ),
        (*ONE, ("a2/1", "m1", 720)),
    ),
    Broken("two for one slot", "one_mediator", problem((appointment(),), TWO), (*ONE, ("a1/1", "m2", 540))),
    Broken("not at the same time", "together", problem((PAIR,), TWO), (*ONE, ("a1/2", "m2", 600))),
    Broken("one person twice", "together", problem((PAIR,), TWO), (*ONE, ("a1/2", "m1", 660))),
    Broken(
        "beside a locked one",
        "together",
        problem((PAIR,), TWO, locked=(stand("a1/1", "m1", 540),)),
        (*ONE, ("a1/2", "m2", 555)),
    ),
    Broken("given to another", "locked", problem((appointment(),), TWO, locked=(stand("a1/1", "m2", 540),)), ONE),
    Broken(
        "moved",
        "locked",
        problem((appointment(windows=((540, 700),)),), locked=(stand("a1/1", "m1", 600),)),
        (("a1/1", "m1", 555),),
    ),
    Broken("dropped", "locked", problem((appointment(),), locked=(stand("a1/1", "m1", 540),)), ()),
]
NAMES = [f"{case.rule}: {case.name}" for case in BROKEN]


@pytest.mark.parametrize("case", BROKEN, ids=NAMES)
def test_the_checker_finds_exactly_the_rule_that_is_broken(case: Broken) -> None:
    """One rule is broken and no other, and the rest of what the plan says is true."""
    assert {found.rule for found in check(case.problem, plan(case.problem, *case.lines))} == {case.rule}


@pytest.mark.parametrize("case", BROKEN, ids=NAMES)
def test_without_that_rule_nobody_would_notice(case: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with the rule's function taken out the same plan passes."""
    without = {name: rule for name, rule in RULES.items() if name != case.rule}
    monkeypatch.setattr("solver.check.RULES", without)
    assert check(case.problem, plan(case.problem, *case.lines)) == []


def test_every_rule_is_broken_once_above() -> None:
    """No rule without a plan that breaks it."""
    assert {case.rule for case in BROKEN} == set(RULES)


FINE = [
    Broken("just in time", "", follow(("a1", 540, "school"), ("a2", 615, "ward")), (*ONE, ("a2/1", "m1", 615))),
    Broken("phone after a gap", "", follow(("a1", 540, "school"), ("a2", 605, None)), (*ONE, ("a2/1", "m1", 605))),
    Broken(
        "drives after the phone call",
        "",
        follow(("a1", 540, "school"), ("a2", 605, None), ("a3", 675, "ward")),
        (*ONE, ("a2/1", "m1", 605), ("a3/1", "m1", 675)),
    ),
    Broken(
        "by phone from a place there is no road",
        "",
        problem((appointment("a1"), appointment("a2", 605, place="office", mode="phone"))),
        (*ONE, ("a2/1", "m1", 605)),
    ),
    Broken(
        "two facts overlap",
        "",
        problem(
            (appointment("a1"), appointment("a2", 570)),
            (mediator(busy=(busy(530, 560),)),),
            locked=(stand("a1/1", "m1", 540), stand("a2/1", "m1", 570)),
        ),
        (*ONE, ("a2/1", "m1", 570)),
    ),
    Broken(
        "what is locked is not judged",
        "",
        problem(
            (
                appointment(
                    "a1", 540, slot("a1/1", languages={"zh": 3}, gender="m", excluded=("m1",)), windows=((0, 0),)
                ),
            ),
            (mediator(shifts=(), max_day=10, max_week=10, ambiti=(), max_travel=0, modes=(), kinds=()),),
            locked=(stand("a1/1", "m1", 540),),
        ),
        ONE,
    ),
    Broken(
        "two locked slots of one appointment apart",
        "",
        problem((PAIR,), TWO, locked=(stand("a1/1", "m1", 540), stand("a1/2", "m1", 800))),
        (*ONE, ("a1/2", "m1", 800)),
    ),
    Broken(
        "the day is just full",
        "",
        problem((appointment("a1"), appointment("a2", 720, place="ward")), (mediator(max_day=135),)),
        (*ONE, ("a2/1", "m1", 720)),
    ),
    Broken("filled in part", "", problem((PAIR,), TWO), ONE),
    Broken(
        "the way from home fits",
        "",
        problem((appointment(),), (mediator(shifts=((530, 611),)),), shift_covers_travel=True),
        ONE,
    ),
    Broken(
        "a course comes first, so no way from home",
        "",
        problem(
            (appointment(),),
            (mediator(shifts=((535, 611),), busy=(busy(500, 520, "school"),)),),
            shift_covers_travel=True,
        ),
        ONE,
    ),
    Broken(
        "no way from home to a telephone",
        "",
        problem((appointment(mode="phone"),), (mediator(shifts=((540, 600),)),), shift_covers_travel=True),
        ONE,
    ),
]


@pytest.mark.parametrize("case", FINE, ids=[case.name for case in FINE])
def test_what_is_allowed_passes(case: Broken) -> None:
    """The same rules at the edge where they still allow it, and facts, which no plan answers for."""
    assert check(case.problem, plan(case.problem, *case.lines)) == []


def test_a_service_can_audit_one_mediators_day() -> None:
    """What stands is locked; the new visit is judged among it, other people's lines are set aside."""
    given = problem(
        (appointment("a1"), appointment("a2", 610, place="ward"), appointment("a3", 700)),
        TWO,
        locked=(stand("a1/1", "m1", 540), stand("a3/1", "m2", 700)),
    )
    new = [Assignment("a2/1", "m1", 610, 670), Assignment("a2/1", "m2", 610, 670)]
    assert [found.rule for found in day_violations(given, "m1", new)] == ["one_place"]
    assert day_violations(given, "m2", new) == []


def test_a_lock_is_a_fact_only_where_it_is_kept() -> None:
    """Moving a locked visit makes it a choice, which is judged like any other."""
    lock = Standing("a1/1", "m1", 540)
    given = problem((appointment(windows=((0, 0),)),), locked=(lock,))
    assert {found.rule for found in check(given, plan(given, ("a1/1", "m1", 540)))} == set()
    assert {found.rule for found in check(given, plan(given, ("a1/1", "m1", 541)))} == {"window", "locked"}
