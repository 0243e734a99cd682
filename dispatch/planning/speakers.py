# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leaves of a week's problem what one slot's answer depends on: a page has a moment, and most people do not speak its language.

Who speaks a word of what is needed stays, with all that stands for her; so does whatever the slot's own projects spend.
Everybody else only counts as somebody who does not speak it.
"""

from __future__ import annotations

from msgspec.structs import replace

from solver.problem import Appointment, Budget, Mediator, PlanningProblem, Slot


def who_speaks(problem: PlanningProblem, slot: Slot) -> PlanningProblem:
    """The problem without the people who speak none of the slot's languages, and without what only concerns them."""
    if not slot.languages:
        return problem
    own = next(one for one in problem.appointments if any(two.id == slot.id for two in one.slots))
    beside = {other.id for other in own.slots}
    partners = {one.mediator for one in problem.locked if one.slot in beside}
    people = tuple(one for one in problem.mediators if one.id in partners or _speaks(one, slot))
    codes = {one.id for one in people}
    locked = tuple(one for one in problem.locked if one.mediator in codes)
    held = {one.slot for one in locked}
    kept = tuple(_left(one, held) for one in problem.appointments if one.id != own.id)
    appointments = (*(one for one in kept if one.slots), own)
    return replace(
        problem,
        mediators=people,
        appointments=appointments,
        locked=locked,
        budgets=tuple(
            _less(problem, budget, {one.slot for one in problem.locked} - held) for budget in problem.budgets
        ),
    )


def _speaks(mediator: Mediator, slot: Slot) -> bool:
    return any(code in mediator.languages for code in slot.languages)


def _left(appointment: Appointment, held: set[str]) -> Appointment:
    return replace(appointment, slots=tuple(slot for slot in appointment.slots if slot.id in held))


def _less(problem: PlanningProblem, budget: Budget, gone: set[str]) -> Budget:
    """What the people left out have spent of it is spent all the same."""
    ambito = {place.id: place.ambito for place in problem.places}
    spent = sum(
        one.duration
        for one in problem.appointments
        for slot in one.slots
        if slot.id in gone
        and one.project == budget.project
        and (budget.ambito is None or (one.place is not None and ambito[one.place] == budget.ambito))
    )
    return replace(budget, minutes=max(0, budget.minutes - spent)) if spent else budget
