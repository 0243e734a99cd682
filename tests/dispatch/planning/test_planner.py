# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's own process: warm, bounded in time and memory, and replaceable when it dies."""

from __future__ import annotations

import io
import os
import re
import signal
import threading
from collections.abc import Iterator

import pytest

from dispatch.planning import planner_child
from dispatch.planning.planner import Better, Enough, Order, Planner, PlannerFailed
from dispatch.planning.planner_child import Child
from solver.check import check
from solver.generate import generate
from solver.problem import PlanningProblem

pytestmark = pytest.mark.xdist_group("planner")


@pytest.fixture(scope="module")
def week() -> PlanningProblem:
    return generate(sizes=(12, 40, 5), seed=3)


@pytest.fixture
def planner() -> Iterator[Planner]:
    made = Planner(memory_mb=4096, workers=1)
    yield made
    made.close()


def child_of(planner: Planner) -> int:
    assert planner._child is not None
    return planner._child.pid


def test_the_child_plans_and_stays_warm(planner: Planner, week: PlanningProblem) -> None:
    """Two orders are answered by one process, with plans that pass the checker and candidates for each slot."""
    answer = planner.plan(week, seconds=2, seed=1, candidates=3)
    first = child_of(planner)
    assert check(week, answer.plan) == []
    ranks = [found["rank"] for found in answer.candidates]
    assert ranks.count(1) == len(answer.plan.assignments)
    assert max(ranks) <= 3
    planner.plan(week, seconds=1, seed=1, candidates=0)
    assert child_of(planner) == first


def test_a_planner_that_was_started_is_already_there(planner: Planner, week: PlanningProblem) -> None:
    """The process that came up before anybody asked is the one that answers."""
    planner.start()
    first = child_of(planner)
    planner.start()
    planner.plan(week, seconds=1, seed=1, candidates=0)
    assert child_of(planner) == first


@pytest.mark.parametrize("enough", [Enough(points=10**9), Enough(gap=1.0)], ids=["points", "gap"])
def test_a_search_ends_when_its_plan_is_good_enough(enough: Enough, planner: Planner) -> None:
    """Few points are left to gain, or a small share of the bound once the time to wait is over."""
    large = generate(sizes=(60, 400, 5), caps=True, seed=1)
    answer = planner.plan(large, seconds=120, seed=1, candidates=0, enough=enough)
    assert answer.plan.seconds < 60
    assert answer.plan.status == "feasible", "the control: a search that is not ended goes on, to the optimum if it can"
    assert check(large, answer.plan) == []


def test_a_killed_child_fails_the_order_and_is_replaced(planner: Planner, week: PlanningProblem) -> None:
    """kill -9 in the middle of an order: the caller hears of it, and the next order is answered by a new process."""

    def kill(found: Better) -> bool:
        os.kill(child_of(planner), signal.SIGKILL)
        return True

    with pytest.raises(PlannerFailed, match="ended by itself"):
        planner.plan(week, seconds=20, seed=1, candidates=3, on_better=kill)
    assert planner.plan(week, seconds=1, seed=1, candidates=0).plan.assignments


def test_too_little_memory_fails_the_order_not_the_worker(week: PlanningProblem) -> None:
    """The limit is the child's own: this process goes on."""
    small = Planner(memory_mb=64, workers=1)
    with pytest.raises(PlannerFailed, match="64 MB"):
        small.plan(week, seconds=1, seed=1, candidates=0)
    small.close()


def test_the_best_plan_comes_back_when_memory_ends_the_search(
    week: PlanningProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first plan is handed back with a word; without any plan there is none to hand back."""

    def full(*_: object) -> None:
        raise MemoryError

    order = Order(seconds=5, seed=1, workers=1, candidates=0, enough=Enough(), problem=week)
    monkeypatch.setattr(planner_child, "pursue", full)
    answer = planner_child.Child(io.BytesIO(), io.BytesIO()).carry_out(order)
    assert answer.short_of_memory
    assert answer.plan.assignments
    assert not check(week, answer.plan)
    monkeypatch.setattr(planner_child, "first_plans", full)
    with pytest.raises(MemoryError):
        planner_child.Child(io.BytesIO(), io.BytesIO()).carry_out(order)


def test_a_silent_child_is_ended(week: PlanningProblem) -> None:
    """Beyond its time and grace the order is given up; nothing of the child is left."""
    hasty = Planner(memory_mb=4096, workers=1, grace=0.0)
    with pytest.raises(PlannerFailed, match="no plan"):
        hasty.plan(week, seconds=0, seed=1, candidates=0)
    assert hasty._child is None


def test_a_child_that_does_not_come_up_is_ended(week: PlanningProblem) -> None:
    """Said as what it is: the order's own time has not begun."""
    hasty = Planner(memory_mb=4096, workers=1, start_seconds=0.0)
    with pytest.raises(PlannerFailed, match="did not come up within 0 s"):
        hasty.plan(week, seconds=5, seed=1, candidates=0)
    assert hasty._child is None


def test_trouble_names_its_kind_and_its_place() -> None:
    """The child goes on after it: what raised what is said, and nothing of the order."""
    said = io.BytesIO()
    Child(io.BytesIO(b'{"seconds": "Amina"}\n'), said).serve()
    assert re.fullmatch(
        rb'{"type":"trouble","why":"ValidationError in the planner .planner_child\.py:\d+."}\n', said.getvalue()
    )


def test_a_stop_keeps_the_best_plan_so_far(planner: Planner) -> None:
    """«Ferma e usa questo»: the search ends long before its limit, with a plan that passes the checker."""
    large = generate(sizes=(60, 400, 5), caps=True, seed=1)
    heard = threading.Event()

    def stop(found: Better) -> bool:
        heard.set()
        return False

    answer = planner.plan(large, seconds=120, seed=1, candidates=0, on_better=stop)
    assert heard.is_set()
    assert answer.plan.seconds < 60
    assert check(large, answer.plan) == []
