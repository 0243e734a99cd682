# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plan would change against what stands: new, moved, unchanged, dropped and without anybody, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from dispatch.records.planning import PlanningRun
from solver.plan import Plan
from solver.problem import PlanningProblem, Standing

Change = Literal["new", "moved", "unchanged", "locked", "dropped", "unfilled"]


@dataclass(frozen=True)
class Line:
    """One slot: who and when now, who and when before (null: nobody), and why nobody (counts by rule)."""

    slot: str
    change: Change
    mediator: str | None
    start: int | None
    before: Standing | None
    reasons: dict[str, int]


def difference(problem: PlanningProblem, plan: Plan) -> list[Line]:
    """Every slot of the problem, in the plan's order: assigned ones first, then those without anybody."""
    locked = {lock.slot: lock for lock in problem.locked}
    published = {decided.slot: decided for decided in problem.published}
    lines = [
        Line(
            given.slot,
            _change(given.mediator, given.start, locked.get(given.slot), published.get(given.slot)),
            given.mediator,
            given.start,
            locked.get(given.slot) or published.get(given.slot),
            {},
        )
        for given in plan.assignments
    ]
    without = [
        Line(
            left.slot,
            "dropped" if left.slot in published else "unfilled",
            None,
            None,
            published.get(left.slot),
            left.reasons,
        )
        for left in plan.unfilled
    ]
    return lines + without


def difference_of(run: PlanningRun) -> list[Line]:
    """The lines of a run that has a plan."""
    return difference(msgspec.convert(run.problem, PlanningProblem), msgspec.convert(run.plan, Plan))


def _change(mediator: str, start: int, lock: Standing | None, before: Standing | None) -> Change:
    if lock is not None:
        return "locked"
    if before is None:
        return "new"
    return "unchanged" if (before.mediator, before.start) == (mediator, start) else "moved"


def counts(lines: list[Line]) -> dict[Change, int]:
    found: dict[Change, int] = {"new": 0, "moved": 0, "unchanged": 0, "locked": 0, "dropped": 0, "unfilled": 0}
    for line in lines:
        found[line.change] += 1
    return found
