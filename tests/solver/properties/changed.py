# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same problem said in other words, in another order, or twice: what must not change its optimum, or double it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import msgspec

from solver.check.book import Book
from solver.problem import (
    Appointment,
    Mediator,
    PlanningProblem,
    Slot,
    Standing,
    Travel,
    Wishes,
)

replace = msgspec.structs.replace


def each_mediator(problem: PlanningProblem, **given: Any) -> PlanningProblem:
    return replace(problem, mediators=tuple(replace(mediator, **given) for mediator in problem.mediators))


def each_slot(problem: PlanningProblem, change: Callable[[Slot], Slot]) -> PlanningProblem:
    visits = (replace(visit, slots=tuple(map(change, visit.slots))) for visit in problem.appointments)
    return replace(problem, appointments=tuple(visits))


def policy(problem: PlanningProblem, **given: Any) -> PlanningProblem:
    return replace(problem, policy=replace(problem.policy, **given))


def computed(problem: PlanningProblem) -> tuple[tuple[int, ...], ...]:
    """Minutes of every road by car, as the checker computes them."""
    book = Book(problem, ())
    driver = replace(problem.mediators[0], travel_factor=1.0)
    names = [place.id for place in problem.places]
    return tuple(tuple(book.travel(driver, a, b) for b in names) for a in names)


def renamed(problem: PlanningProblem, mark: str) -> PlanningProblem:
    """Every id of a place, mediator, visit, slot, project, case and ambito with a mark before it."""

    def name(known: str | None) -> str | None:
        return None if known is None else mark + known

    def names(known: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if known is None else tuple(mark + each for each in known)

    def mediator(given: Mediator) -> Mediator:
        busy = tuple(replace(entry, place=name(entry.place)) for entry in given.busy)
        return replace(given, id=mark + given.id, home=mark + given.home, ambiti=names(given.ambiti), busy=busy)

    def slot(given: Slot) -> Slot:
        wanted = {who if who == "*" else mark + who: cost for who, cost in given.wishes.mediators.items()}
        wishes: Wishes = replace(given.wishes, mediators=wanted)
        return replace(given, id=mark + given.id, excluded=names(given.excluded), only=names(given.only), wishes=wishes)

    def visit(given: Appointment) -> Appointment:
        return replace(
            given,
            id=mark + given.id,
            place=name(given.place),
            project=name(given.project),
            case=name(given.case),
            slots=tuple(map(slot, given.slots)),
        )

    def standing(given: Standing) -> Standing:
        return replace(given, slot=mark + given.slot, mediator=mark + given.mediator)

    return replace(
        problem,
        places=tuple(replace(place, id=mark + place.id, ambito=mark + place.ambito) for place in problem.places),
        mediators=tuple(map(mediator, problem.mediators)),
        appointments=tuple(map(visit, problem.appointments)),
        budgets=tuple(
            replace(budget, project=mark + budget.project, ambito=name(budget.ambito)) for budget in problem.budgets
        ),
        locked=tuple(map(standing, problem.locked)),
        published=tuple(map(standing, problem.published)),
    )


def shuffled(problem: PlanningProblem, seed: int) -> PlanningProblem:
    """Every list whose order means nothing, in another order; the matrix follows the places."""
    rng = Random(seed)

    def mixed(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(rng.sample(entries, len(entries)))

    order = mixed(tuple(range(len(problem.places))))
    travel = problem.travel
    if travel is not None and travel.minutes is not None:
        travel = Travel(minutes=tuple(tuple(travel.minutes[a][b] for b in order) for a in order))
    return replace(
        problem,
        places=tuple(problem.places[number] for number in order),
        mediators=mixed(tuple(replace(mediator, busy=mixed(mediator.busy)) for mediator in problem.mediators)),
        appointments=mixed(
            tuple(
                replace(visit, windows=mixed(visit.windows), slots=mixed(visit.slots)) for visit in problem.appointments
            )
        ),
        budgets=mixed(problem.budgets),
        locked=mixed(problem.locked),
        published=mixed(problem.published),
        travel=travel,
    )


def doubled(problem: PlanningProblem) -> PlanningProblem:
    """The problem and a copy of it that has nothing to do with it: nobody of one may fill a slot of the other."""
    closed = each_slot(problem, lambda slot: replace(slot, only=slot.only or tuple(m.id for m in problem.mediators)))
    minutes = computed(problem)
    size = range(2 * len(minutes))
    far = tuple(
        tuple(
            minutes[a % len(minutes)][b % len(minutes)] if a // len(minutes) == b // len(minutes) else 500 for b in size
        )
        for a in size
    )
    copy = renamed(closed, "z")
    return replace(
        closed,
        places=closed.places + copy.places,
        mediators=closed.mediators + copy.mediators,
        appointments=closed.appointments + copy.appointments,
        budgets=closed.budgets + copy.budgets,
        locked=closed.locked + copy.locked,
        published=closed.published + copy.published,
        travel=Travel(minutes=far),
    )


def joined(problems: Sequence[PlanningProblem]) -> PlanningProblem:
    """Several problems in one: their people may fill each other's slots, under the policy and the roads of the map."""
    parts = [renamed(problem, chr(ord("a") + number)) for number, problem in enumerate(problems)]
    return replace(
        parts[0],
        places=tuple(place for part in parts for place in part.places),
        mediators=tuple(mediator for part in parts for mediator in part.mediators),
        appointments=tuple(visit for part in parts for visit in part.appointments),
        budgets=tuple(budget for part in parts for budget in part.budgets),
        locked=tuple(standing for part in parts for standing in part.locked),
        published=tuple(standing for part in parts for standing in part.published),
        travel=None,
    )
