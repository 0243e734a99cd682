# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan always comes back in time: from the search, from the first plan alone, or with only what is locked."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from solver import guarded
from solver.check import check
from solver.guarded import Settings, Target, only_locked, solve_in_time
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.progress import Progress, Search
from tests.solver import unruly
from tests.solver.build import appointment, mediator, problem, slot, stand


@pytest.fixture
def given() -> PlanningProblem:
    return problem(
        (appointment("a1"), appointment("a2", 700), appointment("a3", 700, slot("a3/1", languages={"zh": 1}))),
        (mediator("m1", target_week=100), mediator("m2")),
        locked=(stand("a1/1", "m1", 540),),
        fairness_cost=((0, 1),),
    )


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a new process may need a while to come up; these tests are not about that."""
    monkeypatch.setattr(guarded, "START", 60.0)
    monkeypatch.setattr(guarded, "GRACE", 60.0)


def test_the_search_answers_and_tells_its_progress(given: PlanningProblem, patient: None) -> None:
    """The usual case: the plan of the search, which passes the check."""
    heard: list[Progress] = []
    plan, trouble = solve_in_time(given, seconds=5, seed=1, workers=1, on_better=heard.append)
    assert trouble is None
    assert check(given, plan) == []
    assert {line.slot for line in plan.assignments} == {"a1/1", "a2/1"}
    assert heard[-1].filled == 2


def test_a_search_that_dies_leaves_the_best_it_had_told(given: PlanningProblem, patient: None) -> None:
    """The second plan it told of, with the bound it had proven, written down as it should have been."""
    plan, trouble = solve_in_time(given, seconds=1, seed=1, workers=1, target=unruly.finds_and_dies)
    assert trouble is not None
    assert [line.slot for line in plan.assignments] == ["a1/1", "a2/1"]
    assert plan.bound == 240
    assert check(given, plan) == []


LIMIT = "the memory limit of 0.5 GiB was reached: this is the best plan until then"
SYSTEM = "the system ended the search, as it does when memory runs out: this is the best plan until then"
OTHER = "the search ended without writing its plan down: this is the best plan until then"


@pytest.mark.parametrize(
    ("target", "memory", "said"),
    [
        (unruly.eats, 0.5, LIMIT),
        (unruly.eats, None, OTHER),
        (unruly.nibbles, 0.5, LIMIT),
        (unruly.fails, 0.5, OTHER),
        (unruly.aborts, 0.5, LIMIT),
        (unruly.aborts, None, OTHER),
        (unruly.is_killed, None, SYSTEM),
    ],
    ids=["reached", "no limit", "no thread", "another error", "C++", "C++ for other reasons", "killed"],
)
def test_out_of_memory_keeps_the_best_so_far(
    target: Target, memory: float | None, said: str, given: PlanningProblem, patient: None
) -> None:
    """Python, C++ and the system each end a search in their own way; the plan stands, and the word is clear."""
    plan, trouble = solve_in_time(given, seconds=1, seed=1, workers=1, memory=memory, target=target)
    assert trouble == said
    assert [line.slot for line in plan.assignments] == ["a1/1", "a2/1"]
    assert check(given, plan) == []


def test_a_limit_that_is_not_reached_changes_nothing(given: PlanningProblem, patient: None) -> None:
    """A search that answers within its memory is believed."""
    plan, trouble = solve_in_time(given, seconds=5, seed=1, workers=2, memory=0.5, target=unruly.answers)
    assert trouble is None
    assert {line.slot for line in plan.assignments} == {"a1/1"}


def test_ctrl_c_keeps_the_best_so_far(given: PlanningProblem, patient: None) -> None:
    """Somebody has seen enough after the second plan and stops the search by hand."""

    def enough(progress: Progress) -> None:
        if progress.filled == 2:
            raise KeyboardInterrupt

    plan, trouble = solve_in_time(given, seconds=30, seed=1, workers=1, on_better=enough, target=unruly.finds_and_dies)
    assert trouble is not None
    assert [line.slot for line in plan.assignments] == ["a1/1", "a2/1"]


def test_the_first_plan_is_told_before_the_heavy_part_loads(given: PlanningProblem, patient: None) -> None:
    """Loading OR-Tools took 20 s on a busy machine, and such a run used to end with nothing but its locks."""
    plan, trouble = solve_in_time(given, seconds=5, seed=1, workers=1, target=unruly.dies_loading)
    assert trouble is not None
    assert {line.slot for line in plan.assignments} == {"a1/1", "a2/1"}
    assert check(given, plan) == []


def test_the_search_does_not_load_the_program_that_started_it(
    given: PlanningProblem, patient: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For ``ponte`` that would be the whole service, which takes longer than the first plan of 1,000 slots."""
    program = ModuleType("__main__")
    program.__file__ = str(tmp_path / "program.py")
    Path(program.__file__).write_text("import os\nos._exit(9)\n")
    monkeypatch.setitem(sys.modules, "__main__", program)
    assert solve_in_time(given, seconds=5, seed=1, workers=1).trouble is None
    assert sys.modules["__main__"] is program


@pytest.mark.parametrize(("late", "grace"), [(0, 5.0), (2, 3.0), (6, 0.0), (9, -3.0)])
def test_the_first_plan_is_told_in_time_however_late_the_process_came_up(
    late: float, grace: float, given: PlanningProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One second to search and at most five more, all before the sixth since the parent began to count."""
    clock = iter([0.0] * 9)
    monkeypatch.setattr(guarded, "time", SimpleNamespace(time=lambda: 100.0 + late))
    seconds = max(0.0, min(1.0, 103.0 - 100.0 - late))
    looking = Search(
        Prepared(given), seconds=seconds, seed=1, workers=1, on_better=None, clock=lambda: next(clock), started=0.0
    )
    assert guarded._patience(looking, Settings(1.0, 103.0, 1, 1)) == pytest.approx(grace)


@pytest.mark.parametrize(("granted", "answered"), [(300.0, True), (0.0, False)], ids=["granted", "not granted"])
def test_compiling_does_not_count_as_overrunning(
    granted: float, answered: bool, given: PlanningProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes five seconds, half a second longer than the search may take to answer."""
    monkeypatch.setattr(guarded, "GRACE", 4.0)
    monkeypatch.setattr(guarded, "COMPILING", granted)
    trouble = solve_in_time(given, seconds=0.5, seed=3, workers=1, target=unruly.compiles).trouble
    assert (trouble is None) == answered


@pytest.mark.parametrize(
    "target", [unruly.dies, unruly.sleeps, unruly.pretends], ids=["dies", "sleeps", "pretends to compile"]
)
def test_when_nothing_was_found_what_is_locked_is_kept(
    target: Target, given: PlanningProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even then there is a plan that passes the check, and in time."""
    monkeypatch.setattr(guarded, "GRACE", 1.0)
    before = time.monotonic()
    plan, trouble = solve_in_time(given, seconds=0.5, seed=3, workers=1, target=target)
    assert time.monotonic() - before < 10
    assert trouble is not None
    assert [line.slot for line in plan.assignments] == ["a1/1"]
    assert check(given, plan) == []


def test_the_plan_that_chooses_nothing_claims_no_more_than_it_can_prove(given: PlanningProblem) -> None:
    """Its bound is the value of all three slots."""
    plan = only_locked(given, seed=1, seconds=0.5)
    assert plan.bound == 300
    assert check(given, plan) == []


def test_a_problem_without_slots_is_solved_by_choosing_nothing() -> None:
    """Nothing to fill: total and bound are both 0, so the plan is optimal."""
    empty = problem(())
    plan = only_locked(empty, seed=1, seconds=0)
    assert (plan.status, plan.bound, plan.gap) == ("optimal", 0, 0.0)
    assert check(empty, plan) == []
