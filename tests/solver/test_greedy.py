# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first plan keeps every rule, starts from what it is given, and stops when time is up."""

from __future__ import annotations

import pytest

from solver.check import broken_rules
from solver.greedy import greedy
from solver.plan import Assignment
from solver.prepare import Prepared
from tests.solver.brute import hostile


@pytest.mark.parametrize("seed", range(40))
def test_a_greedy_plan_breaks_no_rule_and_scores_what_its_diary_says(seed: int) -> None:
    """On hostile problems the greedy plan passes the checker, beside all facts."""
    problem = hostile(seed)
    prepared = Prepared(problem)
    diary = greedy(prepared)
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
