# SPDX-License-Identifier: AGPL-3.0-or-later
"""Very large problems are planned block by block: the blocks cover the problem once, and their plans fit together."""

from __future__ import annotations

import msgspec
import pytest

from solver import blocks
from solver.check import check
from solver.diary import Diary
from solver.generate import generate
from solver.greedy import greedy
from solver.guarded import write_down
from solver.prepare import Placement, Prepared
from solver.problem import PlanningProblem
from solver.solve import solve

FAMILIES = (None, "pairs", "budgets", "mixed")


def problem_of(family: str | None, seed: int = 1) -> PlanningProblem:
    return generate(sizes=(24, 150, 5), family=family, seed=seed)


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_plans_of_all_blocks_fit_together(family: str | None, turn: int) -> None:
    """Put side by side they keep every hard rule, lose no line of any block, and are worth more than the first plan."""
    prepared = Prepared(problem_of(family))
    first = greedy(prepared)
    start = list(first.placed.values())
    parts = blocks.Parts(prepared, blocks.divided(prepared, start, turn, 40), start)
    count = len(parts.people)
    assert count > 2
    answers = [blocks.plan_block(parts.task(block, 1.0, 1)) for block in range(count)]
    for block, lines in enumerate(answers):
        parts.take(block, lines)
    merged = greedy(prepared, first=parts.placements())
    assert {placement_of(prepared, line) for lines in answers for line in lines} <= set(merged.placed.values())
    assert merged.tally() > first.tally()
    assert not check(prepared.problem, written(prepared, merged))


def placement_of(prepared: Prepared, line: blocks.Line) -> Placement:
    slot, mediator, start = line
    index = prepared.index
    return Placement(index.post_number[slot], index.mediator_number[mediator], start)


def written(prepared: Prepared, diary: Diary):  # type: ignore[no-untyped-def]  # the plan type is not the point here
    index = prepared.index
    lines = [(index.posts[post].slot.id, index.mediators[who].id, start) for post, who, start in diary.placed.values()]
    return write_down(prepared.problem, lines, 10**12, 1, 0.0)


def test_every_appointment_and_mediator_is_in_one_block() -> None:
    """Nobody is planned twice, and no slot is forgotten."""
    prepared = Prepared(problem_of("mixed"))
    start = list(greedy(prepared).placed.values())
    parts = blocks.Parts(prepared, blocks.divided(prepared, start, 0, 40), start)
    problems = [
        msgspec.json.decode(parts.task(block, 1.0, 1).problem, type=PlanningProblem)
        for block in range(len(parts.people))
    ]
    people = [person.id for part in problems for person in part.mediators]
    slots = [slot.id for part in problems for visit in part.appointments for slot in visit.slots]
    assert sorted(people) == sorted(person.id for person in prepared.problem.mediators)
    every = {slot.id for visit in prepared.problem.appointments for slot in visit.slots}
    assert sorted([*slots, *parts.away]) == sorted(every)


def test_a_large_problem_is_solved_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With blocks and borders that move, in two processes, the plan passes the check and beats the first one."""
    monkeypatch.setattr(blocks, "MANY", 100)
    problem = problem_of(None, seed=2)
    first = greedy(Prepared(problem)).tally()
    plan = solve(problem, seconds=6, seed=1, workers=2)
    assert not check(problem, plan)
    assert plan.score.total > first
