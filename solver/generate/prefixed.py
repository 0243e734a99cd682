# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same problem with a prefix before every id, so that several can stand in one file; ambiti keep their codes."""

from __future__ import annotations

from msgspec.structs import replace

from solver.problem import Appointment, Mediator, PlanningProblem, Slot, Standing


def prefixed(problem: PlanningProblem, prefix: str) -> PlanningProblem:
    """Places, mediators, appointments, slots, projects and cases renamed wherever they are named."""
    return replace(
        problem,
        places=tuple(replace(place, id=prefix + place.id) for place in problem.places),
        mediators=tuple(_mediator(person, prefix) for person in problem.mediators),
        appointments=tuple(_appointment(visit, prefix) for visit in problem.appointments),
        budgets=tuple(replace(budget, project=prefix + budget.project) for budget in problem.budgets),
        locked=tuple(_line(line, prefix) for line in problem.locked),
        published=tuple(_line(line, prefix) for line in problem.published),
    )


def _mediator(person: Mediator, prefix: str) -> Mediator:
    return replace(
        person,
        id=prefix + person.id,
        home=prefix + person.home,
        busy=tuple(replace(one, place=_or_none(one.place, prefix)) for one in person.busy),
    )


def _appointment(visit: Appointment, prefix: str) -> Appointment:
    return replace(
        visit,
        id=prefix + visit.id,
        place=_or_none(visit.place, prefix),
        project=_or_none(visit.project, prefix),
        case=_or_none(visit.case, prefix),
        slots=tuple(_slot(slot, prefix) for slot in visit.slots),
    )


def _slot(slot: Slot, prefix: str) -> Slot:
    known = {name if name == "*" else prefix + name: cost for name, cost in slot.wishes.mediators.items()}
    return replace(
        slot,
        id=prefix + slot.id,
        excluded=tuple(prefix + name for name in slot.excluded),
        only=None if slot.only is None else tuple(prefix + name for name in slot.only),
        wishes=replace(slot.wishes, mediators=known),
    )


def _line(line: Standing, prefix: str) -> Standing:
    return replace(line, slot=prefix + line.slot, mediator=prefix + line.mediator)


def _or_none(name: str | None, prefix: str) -> str | None:
    return None if name is None else prefix + name
