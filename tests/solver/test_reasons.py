# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slot stays empty: the first rule that leaves a mediator no start, against the finished plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import msgspec
import pytest

from solver.check import all_reasons, reasons
from solver.check.book import Book
from solver.check.reasons import Explanation
from solver.diary import Diary
from solver.generate import generate
from solver.greedy import greedy
from solver.plan import HARD_RULES, Assignment
from solver.prepare import Prepared
from solver.problem import Budget, PlanningProblem
from tests.solver.brute import hostile
from tests.solver.build import appointment, busy, mediator, problem, slot, stand


class Case(NamedTuple):
    """An empty slot a1/1, what else is assigned, and why m1 does not take it."""

    name: str
    reason: str
    problem: PlanningProblem
    lines: tuple[tuple[str, str, int, int], ...] = ()


def wide(**given: Any) -> Any:
    """An hour at the school, any time from 9:00 to 11:00."""
    return appointment("a1", 540, windows=((540, 660),), **given)


OTHER = ("a2/1", "m1", 600, 660)
PAIR = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 660),))
CASES = [
    Case("nothing stops her", "outbid", problem((appointment(),))),
    Case("no language", "language", problem((appointment("a1", 540, slot("a1/1", languages={"zh": 1})),))),
    Case("too far", "distance", problem((appointment(),), (mediator(max_travel=3),))),
    Case("no start left", "window", problem((appointment(windows=()),))),
    Case("never on duty then", "shift", problem((wide(),), (mediator(shifts=((0, 570), (700, 900))),))),
    Case(
        "the way home does not fit",
        "shift",
        problem((appointment(),), (mediator(shifts=((530, 610),)),), shift_covers_travel=True),
    ),
    Case("at a course", "one_place", problem((wide(),), (mediator(busy=(busy(560, 700),)),))),
    Case("on another visit", "one_place", problem((appointment(), appointment("a2", 600, place="ward"))), (OTHER,)),
    Case(
        "would call while she drives",
        "one_place",
        problem(
            (
                appointment("a1", 605, mode="phone", duration=5),
                appointment("a2", 500, duration=100),
                appointment("a3", 616, place="ward"),
            )
        ),
        (("a2/1", "m1", 500, 600), ("a3/1", "m1", 616, 676)),
    ),
    Case(
        "the free start comes after her shift",
        "one_place",
        problem((wide(), appointment("a2", 590)), (mediator(shifts=((0, 700),)),)),
        (("a2/1", "m1", 590, 650),),
    ),
    Case(
        "her day is full",
        "max_day",
        problem((wide(), appointment("a2", 900)), (mediator(max_day=110),)),
        (("a2/1", "m1", 900, 960),),
    ),
    Case(
        "her week is full",
        "max_week",
        problem((wide(), appointment("a2", 1980)), (mediator(max_week=110),)),
        (("a2/1", "m1", 1980, 2040),),
    ),
    Case(
        "the money is spent",
        "budget",
        problem((wide(project="p"), appointment("a2", 900, project="p")), budgets=(Budget("p", None, 110),)),
        (("a2/1", "m1", 900, 960),),
    ),
    Case(
        "her colleague comes at another time",
        "together",
        problem((PAIR,), (mediator(shifts=((0, 610),)), mediator("m2"))),
        (("a1/2", "m2", 600, 660),),
    ),
    Case("she is the colleague", "together", problem((PAIR,)), (("a1/2", "m1", 540, 600),)),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.reason}: {case.name}" for case in CASES])
def test_the_reason_is_the_first_rule_that_leaves_no_start(case: Case) -> None:
    """One mediator, one empty slot; a second mediator, where there is one, is on the other slot."""
    found = reasons(case.problem, [Assignment(*line) for line in case.lines], "a1/1")
    assert found.get(case.reason), found
    assert sum(found.values()) == len(case.problem.mediators)


def test_rules_are_taken_in_order() -> None:
    """A course takes every start but one, and that one is outside the limit of the day: max_day, since it comes last."""
    she = mediator(busy=(busy(560, 700),), max_day=150)
    given = problem((appointment("a1", 540, windows=((480, 660),)),), (she,))
    assert reasons(given, (), "a1/1") == {"max_day": 1}


def test_counts_sum_to_the_number_of_mediators_everywhere() -> None:
    """A made-up week that nobody plans: every slot has its reasons, in known words."""
    given = generate("S", seed=4)
    slots = [entry.id for visit in given.appointments for entry in visit.slots]
    durations = {entry.id: visit.duration for visit in given.appointments for entry in visit.slots}
    kept = [
        Assignment(lock.slot, lock.mediator, lock.start, lock.start + durations[lock.slot]) for lock in given.locked
    ]
    empty = [name for name in slots if name not in {line.slot for line in kept}]
    for name, why in all_reasons(given, kept, empty).items():
        assert sum(why.values()) == len(given.mediators), name
        assert set(why) <= {*HARD_RULES, "outbid"}
    assert len(empty) > 50


def test_one_slot_alone_gets_the_same_reasons() -> None:
    """Asking for one or for all is the same."""
    given = problem(
        (appointment("a1"), appointment("a2", 700), appointment("a3")),
        (mediator("m1"), mediator("m2", languages={"zh": 1})),
        locked=(stand("a1/1", "m1", 540),),
    )
    lines = [Assignment("a1/1", "m1", 540, 600)]
    assert all_reasons(given, lines, ["a2/1", "a3/1"]) == {
        "a2/1": reasons(given, lines, "a2/1"),
        "a3/1": reasons(given, lines, "a3/1"),
    }
    assert reasons(given, lines, "a3/1") == {"language": 1, "one_place": 1}


WEEKS: dict[str, Callable[[], PlanningProblem]] = {f"hostile {seed}": partial(hostile, seed) for seed in range(80)}
WEEKS |= {f"{size} {seed}": partial(generate, size, seed=seed) for size, seed in (("S", 1), ("M", 2))}
WEEKS["no window left"] = lambda: problem((appointment(windows=()),), (mediator("m1"), mediator("m2", languages={})))
WEEKS["ways within shifts"] = lambda: changed(generate("S", seed=3), shift_covers_travel=True)
WEEKS["all ways are work"] = lambda: changed(generate("S", seed=3), travel_is_work="all")


@pytest.mark.parametrize("name", WEEKS)
def test_all_at_once_is_one_by_one(name: str) -> None:
    """Columns over everybody against the sentences asked of each, beside nobody's plan and beside the first plan."""
    given = WEEKS[name]()
    for diary in (Diary(Prepared(given)), greedy(Prepared(given))):
        book = Book(given, lines_of(diary))
        explanation, filled = Explanation(book), {line.slot.id for line in book.lines}
        for slot_id in book.slots.keys() - filled:
            alone = Counter(explanation.of_mediator(slot_id, she) for she in given.mediators)
            assert explanation.of_slot(slot_id) == alone, slot_id


def test_the_weeks_above_know_every_reason() -> None:
    """Control: a rule that stops nobody would not be compared."""
    found: Counter[str] = Counter()
    for make in WEEKS.values():
        given = make()
        lines = lines_of(greedy(Prepared(given)))
        filled = {line.slot for line in lines}
        empty = [entry.id for visit in given.appointments for entry in visit.slots if entry.id not in filled]
        for why in all_reasons(given, lines, empty).values():
            found.update(why)
    assert set(found) == {*HARD_RULES, "outbid"} - {"one_mediator", "locked"}


def changed(given: PlanningProblem, **policy: Any) -> PlanningProblem:
    return msgspec.structs.replace(given, policy=msgspec.structs.replace(given.policy, **policy))


def lines_of(diary: Diary) -> list[Assignment]:
    """A diary's placements and all locks as a plan writes them."""
    index = diary.prepared.index
    chosen = [(index.posts[at.post], index.mediators[at.mediator].id, at.start) for at in diary.placed.values()]
    kept = [(index.post(lock.slot), lock.mediator, lock.start) for lock in index.problem.locked]
    return [Assignment(post.slot.id, who, start, start + post.duration) for post, who, start in (*chosen, *kept)]
