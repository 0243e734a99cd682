# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the planner's answer with the checker's eyes before a row is written: a wrong one is no answer."""

from __future__ import annotations

from dispatch.planning.planner import Answer, PlannerFailed
from solver.check import check
from solver.problem import PlanningProblem


def audited(problem: PlanningProblem, answer: Answer) -> Answer:
    """The same answer; raises PlannerFailed with the first thing that is wrong with it."""
    broken = check(problem, answer.plan)
    if broken:
        raise PlannerFailed(f"the planner's plan breaks {broken[0].rule}: {broken[0].message}"[:400])
    slots = {slot.id for appointment in problem.appointments for slot in appointment.slots}
    people = {mediator.id for mediator in problem.mediators}
    for candidate in answer.candidates:
        if candidate.get("slot") not in slots or candidate.get("mediator") not in people:
            raise PlannerFailed("the planner ranked somebody, or for something, that was not asked of it")
    return answer
