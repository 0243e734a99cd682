# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve() finds the best plan of small problems, can be repeated, can be stopped, and answers in time."""

from __future__ import annotations

import itertools
import time

import msgspec
import pytest

from solver.check import check
from solver.generate import generate
from solver.plan import Plan
from solver.problem import Standing
from solver.solve import Progress, Stop, solve
from tests.solver.brute import best_total, effort, hostile

SEEDS = range(200)  # 177 of them are small enough for brute force
MOST_PLANS = 500
KNOWN_MISSES = 0  # of these seeds; a worse search shows here first


def quickly(seed: int, **given: object) -> Plan:
    return solve(hostile(seed), seconds=5, seed=1, workers=1, **given)  # type: ignore[arg-type] # keywords of solve


@pytest.mark.parametrize("chunk", range(0, len(SEEDS), 10))
def test_plans_agree_with_brute_force(chunk: int) -> None:
    """Every plan passes the checker, no bound lies below the optimum, and the optimum is found."""
    misses = 0
    for seed in SEEDS[chunk : chunk + 10]:
        problem = hostile(seed)
        if effort(problem) > MOST_PLANS:
            continue
        plan, optimum = quickly(seed), best_total(problem)
        assert not check(problem, plan), seed
        assert plan.score.total <= optimum <= plan.bound, seed
        misses += plan.score.total < optimum
    assert misses <= KNOWN_MISSES


@pytest.mark.parametrize("seed", [3, 17, 39, 54])
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    """One worker and no time limit hit: two runs agree to the last line, apart from the seconds they took."""
    first, second = (msgspec.structs.replace(quickly(seed), seconds=0.0) for _ in range(2))
    assert first == second


def test_each_step_reported_is_a_step_forward() -> None:
    """Totals never fall, bounds never rise, and the last report is the plan that comes back."""
    steps: list[Progress] = []
    plan = solve(generate("S", seed=1), seconds=3, seed=1, workers=1, on_better=steps.append)
    assert len(steps) > 2, "the control: a week is not solved in one step"
    for before, after in itertools.pairwise(steps):
        assert after.total >= before.total
        assert after.bound <= before.bound
        assert after.seconds >= before.seconds
        assert (after.total, after.bound) != (before.total, before.bound)
    assert (steps[-1].total, steps[-1].filled) == (plan.score.total, len(plan.assignments))


def test_a_caller_can_stop_with_the_first_plan() -> None:
    """False, or Stop raised, ends the search at once and keeps what was reported."""
    problem = generate("S", seed=1)
    seen: list[Progress] = []

    def enough(step: Progress) -> bool:
        seen.append(step)
        return False

    def raising(step: Progress) -> None:
        raise Stop

    plan = solve(problem, seconds=30, seed=1, workers=1, on_better=enough)
    assert len(seen) == 1
    assert (
        plan.score.total
        == seen[0].total
        == solve(problem, seconds=30, seed=1, workers=1, on_better=raising).score.total
    )
    assert not check(problem, plan)


def test_a_large_week_answers_when_time_is_up() -> None:
    """600 slots in one second: a checked plan with a valid bound, not long after."""
    problem = generate(sizes=(60, 600, 5), seed=1)
    started = time.monotonic()
    plan = solve(problem, seconds=1, seed=1, workers=1)
    assert time.monotonic() - started < 15, "one second, a grace for the first plan, and a busy machine"
    assert not check(problem, plan)
    assert plan.assignments
    assert plan.bound >= plan.score.total


def test_thousands_of_slots_for_nobody_are_answered_at_once() -> None:
    """Where nobody is eligible the bound is zero straight away."""
    problem = generate(sizes=(20, 3000, 5), seed=1)
    mute = tuple(msgspec.structs.replace(mediator, languages={"xx": 1}) for mediator in problem.mediators)
    problem = msgspec.structs.replace(problem, mediators=mute)
    plan = solve(problem, seconds=60, seed=1, workers=1)
    assert (plan.status, plan.score.total, plan.bound) == ("optimal", 0, 0)
    assert plan.seconds < 20


def test_a_repair_keeps_what_is_locked_and_is_quick() -> None:
    """With all but three visits locked the rest is replanned within a few seconds, locks untouched."""
    problem = generate("S", seed=2)
    plan = solve(problem, seconds=2, seed=1, workers=1)
    lines = [line for line in plan.assignments if line.slot not in {lock.slot for lock in problem.locked}]
    locks = tuple(Standing(line.slot, line.mediator, line.start) for line in lines[3:])
    again = msgspec.structs.replace(problem, locked=(*problem.locked, *locks), published=())
    repaired = solve(again, seconds=5, seed=1, workers=1)
    assert not check(again, repaired)
    assert {(lock.slot, lock.mediator, lock.start) for lock in locks} <= {
        (line.slot, line.mediator, line.start) for line in repaired.assignments
    }
    assert repaired.score.total >= plan.score.total - problem.policy.change_cost * len(problem.published)


def test_a_hint_is_never_lost() -> None:
    """An earlier plan given as hint is the least that comes back, even with no time at all."""
    problem = generate("S", seed=3)
    good = solve(problem, seconds=5, seed=1, workers=1)
    hinted = solve(problem, seconds=0, seed=1, workers=1, hint=good)
    bare = solve(problem, seconds=0, seed=1, workers=1)
    assert hinted.score.total >= good.score.total
    assert bare.score.total < good.score.total, "the control: without the hint it is not found at once"
