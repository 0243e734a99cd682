# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which appointments of a made-up problem a family may reshape: those without a booked or published slot."""

from __future__ import annotations

from solver.problem import Appointment, PlanningProblem


def untouched(problem: PlanningProblem) -> list[Appointment]:
    """Appointments that nothing stands on yet, in the problem's order."""
    standing = {line.slot for line in (*problem.locked, *problem.published)}
    return [visit for visit in problem.appointments if standing.isdisjoint(slot.id for slot in visit.slots)]
