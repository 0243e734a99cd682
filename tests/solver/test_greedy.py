# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first plan keeps every rule, starts from what it is given, and stops when time is up."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from solver import first
from solver.check import broken_rules
from solver.diary import Diary
from solver.greedy import greedy, in_turn
from solver.plan import Assignment
from solver.prepare import Prepared
from solver.progress import Search
from tests.solver.brute import hostile


@pytest.mark.parametrize("planned", [greedy, in_turn])
@pytest.mark.parametrize("seed", range(40))
def test_a_first_plan_breaks_no_rule(seed: int, planned: Callable[[Prepared], Diary]) -> None:
    """On hostile problems the plans of both first passes pass the checker, beside all facts."""
    problem = hostile(seed)
    prepared = Prepared(problem)
    diary = planned(prepared)
    lines = [Assignment(lock.slot, lock.mediator, lock.start, lock.start) for lock in problem.locked]
    for placement in diary.placed.values():
        post = prepared.index.posts[placement.post]
        name = prepared.index.mediators[placement.mediator].id
        lines.append(Assignment(post.slot.id, name, placement.start, placement.start + post.duration))
    assert not broken_rules(problem, lines)


def test_no_time_means_nothing_is_added() -> None:
    """Once time is up the greedy adds nothing more, and what it was given first still stands."""
    prepared = Prepared(hostile(3))
    whole = greedy(prepared)
    assert whole.placed, "the control: with time there is something to add"
    assert not greedy(prepared, out_of_time=lambda: True).placed
    kept = greedy(prepared, first=whole.placed.values(), out_of_time=lambda: True)
    assert kept.placed == whole.placed


def test_one_pass_leaves_what_it_had_when_time_ended() -> None:
    """The greedy ranks everything before it places anything; a large problem needs a pass that can end anywhere."""
    prepared = Prepared(hostile(3))
    calls = itertools.count()
    assert len(in_turn(prepared, lambda: next(calls) >= len(prepared.open)).placed) >= 1
    calls = itertools.count()
    assert not greedy(prepared, out_of_time=lambda: next(calls) >= len(prepared.open)).placed


@pytest.mark.parametrize(("many", "filled"), [(0, True), (1 << 40, False)], ids=["large", "small"])
def test_a_large_problem_has_a_plan_even_when_time_ends_early(
    many: int, filled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that leaves time for one pass over the slots; the small problem is the control."""
    monkeypatch.setattr(first, "MANY_PAIRS", many)
    prepared = Prepared(hostile(3))
    ticks = itertools.count()
    search = Search(
        prepared, seconds=0, seed=1, workers=1, on_better=None, clock=lambda: float(next(ticks)), started=0.0
    )
    first.first_plans(search, None, grace=len(prepared.open))
    assert bool(search.placements) is filled
