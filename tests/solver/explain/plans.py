# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans to explain, made at once: the greedy one, true in all it says about itself."""

from __future__ import annotations

from solver.greedy import greedy
from solver.plan import Plan
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from tests.solver.build import plan


def greedy_plan(problem: PlanningProblem) -> Plan:
    """The greedy plan beside what is locked; its bound is its own total."""
    prepared = Prepared(problem)
    index = prepared.index
    placed = greedy(prepared).placed.values()
    chosen = [(index.posts[line.post].slot.id, index.mediators[line.mediator].id, line.start) for line in placed]
    return plan(problem, *[(lock.slot, lock.mediator, lock.start) for lock in problem.locked], *chosen)
