# SPDX-License-Identifier: AGPL-3.0-or-later
"""ranked() names everybody who could take a planned slot, and what the plan would lose by it, to the point."""

from __future__ import annotations

import msgspec
import pytest

from solver.candidates import Candidate, ranked
from solver.check import broken_rules, score
from solver.plan import Plan
from solver.problem import PlanningProblem
from tests.solver.build import appointment, mediator, plan, problem
from tests.solver.planned import planned


def by_trying(given: PlanningProblem, standing: Plan, slot: str) -> dict[str, int]:
    """The loss with each mediator in this slot at its start whom the checker lets in."""
    losses = {}
    for person in given.mediators:
        lines = [
            msgspec.structs.replace(line, mediator=person.id) if line.slot == slot else line
            for line in standing.assignments
        ]
        if not broken_rules(given, lines):
            losses[person.id] = standing.score.total - score(given, lines).total
    return losses


@pytest.mark.parametrize("chunk", range(0, 200, 50))
def test_losses_are_what_the_checker_scores(chunk: int) -> None:
    """For every chosen line of small hostile plans: the same people, the same losses, best first."""
    for seed in range(chunk, chunk + 50):
        given, standing = planned(seed)
        of_slot: dict[str, list[Candidate]] = {}
        for one in ranked(given, standing, most=99):
            of_slot.setdefault(one.slot, []).append(one)
        locked = {lock.slot for lock in given.locked}
        assert of_slot.keys() == {line.slot for line in standing.assignments} - locked
        for slot, found in of_slot.items():
            assert {one.mediator: one.loss for one in found} == by_trying(given, standing, slot), (seed, slot)
            assert [one.rank for one in found] == list(range(1, len(found) + 1))
            losses = [one.loss for one in found[1:]]
            assert losses == sorted(losses)


def test_the_figures_are_hers() -> None:
    """Minutes from home, level, minutes of visits in the week with this one, and her limit where she has one."""
    given = problem((appointment("a1"), appointment("a2", 700)), (mediator(max_week=600), mediator("m2")))
    own, other = ranked(given, plan(given, ("a1/1", "m1", 540), ("a2/1", "m1", 700)), most=2)[:2]
    assert (own.mediator, own.loss) == ("m1", 0)
    assert own.reasons == {"week": 120, "level": 2, "travel": 10, "limit": 600}
    assert other.reasons == {"week": 60, "level": 2, "travel": 10}


def test_as_many_as_asked_for() -> None:
    """The plan's own choice comes first; with none asked for there is none."""
    given = problem((appointment("a1"),), (mediator(), mediator("m2"), mediator("m3")))
    standing = plan(given, ("a1/1", "m2", 540))
    assert [one.mediator for one in ranked(given, standing, most=2)] == ["m2", "m1"]
    assert ranked(given, standing, most=0) == []
