# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiny hostile problems together with their greedy plan, for what starts from a finished plan."""

from __future__ import annotations

from solver.greedy import greedy
from solver.plan import Plan
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from tests.solver.brute import hostile
from tests.solver.build import plan


def planned(seed: int) -> tuple[PlanningProblem, Plan]:
    """A problem and a plan that keeps every rule."""
    given = hostile(seed)
    prepared = Prepared(given)
    chosen = [
        (prepared.index.posts[placed.post].slot.id, given.mediators[placed.mediator].id, placed.start)
        for placed in greedy(prepared).placed.values()
    ]
    return given, plan(given, *((lock.slot, lock.mediator, lock.start) for lock in given.locked), *chosen)
