# SPDX-License-Identifier: AGPL-3.0-or-later
"""What cannot be is refused before anything is planned: by key, with the value found and what to write instead.

Types and ranges are told by the structures themselves; here stand the rules that need to look at two places at once.
A lock on a mediator who is not eligible, or on two visits that overlap, is a fact and no error: see ``warnings``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import UNSET

from solver.problem import Appointment, Mediator, Place, PlanningProblem, Span, Standing


class BadFile(Exception):
    """A file, or one key of it, that cannot be used: ``key`` like mediators[3].shifts[1], value found, remedy.

    The value is UNSET where there is none.
    """

    def __init__(self, key: str, value: object, remedy: str) -> None:
        self.key = key
        self.value = value
        self.remedy = remedy
        super().__init__(f"{key}: {remedy}" if value is UNSET else f"{key}: {_short(value)}: {remedy}")


def refuse_impossible(problem: PlanningProblem) -> None:
    """Check everything a type cannot say; the types and ranges must have been checked already. Raises BadFile."""
    _horizon(problem)
    _ids_once(problem)
    _matrices(problem)
    places = {place.id for place in problem.places}
    for number, mediator in enumerate(problem.mediators):
        _mediator(f"mediators[{number}]", mediator, places)
    for number, appointment in enumerate(problem.appointments):
        _appointment(f"appointments[{number}]", appointment, places)
    _budgets(problem)
    _standings(problem)
    _fairness(problem.policy.fairness_cost)


def _horizon(problem: PlanningProblem) -> None:
    start = problem.horizon.start
    if start.weekday() != 0:
        raise BadFile("horizon.start", start.isoformat(), "must be a Monday: begin with the Monday before it")


def _ids_once(problem: PlanningProblem) -> None:
    _once("places", problem.places)
    _once("mediators", problem.mediators)
    _once("appointments", problem.appointments)
    seen: dict[str, str] = {}
    for number, appointment in enumerate(problem.appointments):
        for position, slot in enumerate(appointment.slots):
            _first_time(seen, slot.id, f"appointments[{number}].slots[{position}].id")


def _once(family: str, parts: Iterable[Place | Mediator | Appointment]) -> None:
    seen: dict[str, str] = {}
    for number, part in enumerate(parts):
        _first_time(seen, part.id, f"{family}[{number}].id")


def _first_time(seen: dict[str, str], name: str, key: str) -> None:
    if name in seen:
        raise BadFile(key, name, f"is already used by {seen[name]}: give each its own id")
    seen[name] = key


def _matrices(problem: PlanningProblem) -> None:
    size = len(problem.places)
    if problem.travel is None:
        return
    for name, matrix in (("minutes", problem.travel.minutes), ("metres", problem.travel.metres)):
        if matrix is None:
            continue
        square = f"must be square, {size} rows of {size}, as there are places"
        if len(matrix) != size:
            raise BadFile(f"travel.{name}", f"{len(matrix)} rows", square)
        for number, row in enumerate(matrix):
            if len(row) != size:
                raise BadFile(f"travel.{name}[{number}]", f"a row of {len(row)}", square)


def _known(key: str, place: str | None, places: set[str]) -> None:
    if place is not None and place not in places:
        raise BadFile(key, place, "no place has this id: add it to places or correct it")


def _mediator(key: str, mediator: Mediator, places: set[str]) -> None:
    _known(f"{key}.home", mediator.home, places)
    for number, busy in enumerate(mediator.busy):
        _known(f"{key}.busy[{number}].place", busy.place, places)
        _forward(f"{key}.busy[{number}]", (busy.start, busy.end))
    for number, shift in enumerate(mediator.shifts):
        _forward(f"{key}.shifts[{number}]", shift)
    for number, (before, after) in enumerate(pairwise(mediator.shifts), start=1):
        _apart(f"{key}.shifts[{number}]", before, after)


def _forward(key: str, span: Span) -> None:
    if span[0] >= span[1]:
        raise BadFile(key, list(span), "must end after it starts: write [start, end]")


def _apart(key: str, before: Span, after: Span) -> None:
    if after[0] < before[0]:
        raise BadFile(key, list(after), f"comes before {list(before)}: sort the shifts by their start")
    if after[0] < before[1]:
        raise BadFile(key, list(after), f"overlaps {list(before)}: join them")
    if after[0] == before[1]:
        raise BadFile(key, list(after), f"touches {list(before)}: join them")


def _appointment(key: str, appointment: Appointment, places: set[str]) -> None:
    _known(f"{key}.place", appointment.place, places)
    if appointment.mode == "onsite" and appointment.place is None:
        raise BadFile(f"{key}.place", None, "an on-site appointment needs a place: name one, or change its mode")
    for number, window in enumerate(appointment.windows):
        if window[0] > window[1]:
            raise BadFile(f"{key}.windows[{number}]", list(window), "first start is after the last one: swap them")


def _budgets(problem: PlanningProblem) -> None:
    seen: dict[tuple[str, str | None], int] = {}
    for number, budget in enumerate(problem.budgets):
        purse = (budget.project, budget.ambito)
        if purse in seen:
            remedy = f"budgets[{seen[purse]}] is already for this project and ambito: write one sum for both"
            raise BadFile(f"budgets[{number}]", list(purse), remedy)
        seen[purse] = number


def _standings(problem: PlanningProblem) -> None:
    slots = {slot.id for appointment in problem.appointments for slot in appointment.slots}
    mediators = {mediator.id for mediator in problem.mediators}
    for family, standings in (("locked", problem.locked), ("published", problem.published)):
        seen: dict[str, tuple[str, Standing]] = {}
        for number, standing in enumerate(standings):
            key = f"{family}[{number}]"
            if standing.slot not in slots:
                raise BadFile(
                    f"{key}.slot", standing.slot, "no slot has this id: add it to an appointment or drop the line"
                )
            if family == "locked" and standing.mediator not in mediators:
                raise BadFile(f"{key}.mediator", standing.mediator, "no mediator has this id: add her or drop the line")
            if standing.slot in seen:
                raise _twice(key, standing, *seen[standing.slot])
            seen[standing.slot] = key, standing


def _twice(key: str, standing: Standing, other_key: str, other: Standing) -> BadFile:
    both = (
        f"{other_key} gives it to {other.mediator} at {other.start}, {key} to {standing.mediator} at {standing.start}"
    )
    return BadFile(f"{key}.slot", standing.slot, f"{both}: a slot has one mediator, keep one line")


def _fairness(corners: Sequence[Span]) -> None:
    for number, (before, after) in enumerate(pairwise(corners), start=1):
        key = f"policy.fairness_cost[{number}]"
        if after[0] <= before[0]:
            raise BadFile(
                key, list(after), f"starts at {after[0]} % and not after {before[0]} %: percents must increase"
            )
        if after[1] < before[1]:
            raise BadFile(key, list(after), f"costs less than {before[1]} before it: costs must not fall (convex)")


def warnings(problem: PlanningProblem) -> list[str]:
    """What is possible but worth a look before planning; every line names the keys and ids concerned."""
    checks: tuple[Callable[[PlanningProblem], Iterator[str]], ...] = (_overlapping_locks, _strangers, _past_the_end)
    return [line for look in checks for line in look(problem)]


def _overlapping_locks(problem: PlanningProblem) -> Iterator[str]:
    durations = {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}
    by_mediator: dict[str, list[tuple[int, Standing]]] = {}
    for number, standing in enumerate(problem.locked):
        by_mediator.setdefault(standing.mediator, []).append((number, standing))
    for name, locks in by_mediator.items():
        locks.sort(key=lambda lock: lock[1].start)
        for position, (i, a) in enumerate(locks):
            for j, b in locks[position + 1 :]:
                if a.start + durations[a.slot] > b.start:
                    yield f"locked[{i}] ({a.slot}) and locked[{j}] ({b.slot}) overlap for {name}; both are kept"


def _strangers(problem: PlanningProblem) -> Iterator[str]:
    mediators = {mediator.id for mediator in problem.mediators}
    for number, standing in enumerate(problem.published):
        if standing.mediator not in mediators:
            yield f"published[{number}] names {standing.mediator}, who is not among the mediators; it counts as changed"


def _past_the_end(problem: PlanningProblem) -> Iterator[str]:
    end = problem.horizon.days * 1440
    for number, appointment in enumerate(problem.appointments):
        for position, (_, last) in enumerate(appointment.windows):
            if last >= end:
                yield f"appointments[{number}].windows[{position}] allows a start at {last}, after the horizon's {end}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."
