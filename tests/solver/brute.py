# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiny random problems with every feature thrown in, and their best plan by trying everything.

The search asks only ``solver.check`` what is allowed and what it is worth, so it shares no code with the planner.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import msgspec

from solver.check import broken_rules, score
from solver.plan import Assignment
from solver.problem import (
    DAY,
    Appointment,
    Budget,
    Busy,
    GenderWish,
    Horizon,
    Mediator,
    Mode,
    Place,
    PlanningProblem,
    Policy,
    Slot,
    Span,
    Standing,
    Travel,
    Wishes,
)


def best_total(problem: PlanningProblem) -> int:
    """The optimum, by depth-first search over (slot: nobody, or a mediator at a start)."""
    owners = {slot.id: appointment for appointment in problem.appointments for slot in appointment.slots}
    locked = {standing.slot for standing in problem.locked}
    lines = [
        Assignment(lock.slot, lock.mediator, lock.start, lock.start + owners[lock.slot].duration)
        for lock in problem.locked
    ]
    return _best(problem, [slot for slot in owners if slot not in locked], lines, owners)


def _best(problem: PlanningProblem, left: list[str], lines: list[Assignment], owners: dict[str, Appointment]) -> int:
    """Depth first; every rule but one is monotone, so a broken partial plan is judged only when it is whole."""
    if not left:
        return -(1 << 40) if broken_rules(problem, lines) else score(problem, lines).total
    slot, *rest = left
    best = _best(problem, rest, lines, owners)
    for line in _lines(problem, slot, owners[slot]):
        best = max(best, _best(problem, rest, [*lines, line], owners))
    return best


def _lines(problem: PlanningProblem, slot: str, appointment: Appointment) -> Iterator[Assignment]:
    """Every (mediator, start) that breaks no rule when the slot stands beside the facts alone, or with help."""
    step = problem.policy.start_step
    starts = sorted({start for low, high in appointment.windows for start in range(low, high + 1, step)})
    alone = {"language", "kind", "mode", "skills", "gender", "excluded", "only", "ambito", "distance", "window"}
    locks = [
        Assignment(lock.slot, lock.mediator, lock.start, lock.start + _duration(problem, lock.slot))
        for lock in problem.locked
    ]
    for mediator in problem.mediators:
        for start in starts:
            line = Assignment(slot, mediator.id, start, start + appointment.duration)
            if not alone & {violation.rule for violation in broken_rules(problem, [*locks, line])}:
                yield line


def _duration(problem: PlanningProblem, slot: str) -> int:
    return next(
        appointment.duration
        for appointment in problem.appointments
        if any(candidate.id == slot for candidate in appointment.slots)
    )


def effort(problem: PlanningProblem) -> int:
    """How many plans ``best_total`` has to judge."""
    locked = {standing.slot for standing in problem.locked}
    plans = 1
    for appointment in problem.appointments:
        for slot in appointment.slots:
            if slot.id not in locked:
                plans *= 1 + sum(1 for _ in _lines(problem, slot.id, appointment))
    return plans


def hostile(seed: int) -> PlanningProblem:
    """A tiny problem; which features it has is drawn as well."""
    rng = random.Random(seed)
    places = tuple(
        Place(f"p{number}", 45.6 + rng.random() * 0.2, 9.6 + rng.random() * 0.2, rng.choice(["A", "B"]))
        for number in range(rng.randint(2, 4))
    )
    mediators = tuple(_mediator(rng, number, places) for number in range(rng.randint(1, 3)))
    appointments: list[Appointment] = []
    left = rng.randint(1, 5)
    while left > 0:
        size = min(left, rng.choice([1, 1, 1, 2, 3]))
        appointments.append(_appointment(rng, len(appointments), size, places, mediators))
        left -= size
    problem = PlanningProblem(
        format="ponte-problem/1",
        horizon=Horizon(dt.date(2026, 11, 30), 14, "Europe/Rome"),
        places=places,
        mediators=mediators,
        appointments=tuple(appointments),
        budgets=_budgets(rng),
        locked=(),
        published=(),
        policy=_policy(rng),
        travel=_travel(rng, len(places)),
    )
    return _with_standings(rng, problem)


def _mediator(rng: random.Random, number: int, places: tuple[Place, ...]) -> Mediator:
    day = rng.choice([0, 0, 6])
    start = day * DAY + 480
    shifts: tuple[Span, ...] = rng.choice(
        [
            ((start, start + 240),),
            ((start, start + 150), (start + 200, start + 420)),
            ((start, start + 200), (start + DAY, start + DAY + 200)),
            ((6 * DAY + 1320, 7 * DAY + 200),),
            ((0, 14 * DAY),),
        ]
    )
    low = shifts[0][0]
    busy = tuple(
        Busy(rng.choice([None, *(place.id for place in places)]), at, at + rng.choice([10, 30, 60]))
        for at in rng.sample(range(low, low + 300, 10), rng.choice([0, 0, 0, 1, 2]))
    )
    return Mediator(
        id=f"m{number}",
        home=rng.choice(places).id,
        gender=rng.choice(["f", "m"]),
        languages={code: rng.randint(1, 3) for code in ("ar", "fr") if rng.random() < 0.9},
        kinds=("interpreting", "mediation"),
        skills=("health",) if rng.random() < 0.6 else (),
        ambiti=None if rng.random() < 0.8 else ("A",),
        modes=("onsite", "phone", "video"),
        travel_factor=rng.choice([1.0, 1.0, 1.8]),
        max_travel=None if rng.random() < 0.8 else rng.randint(5, 40),
        shifts=shifts,
        max_day=None if rng.random() < 0.6 else rng.randint(30, 200),
        max_week=None if rng.random() < 0.6 else rng.randint(30, 300),
        target_week=None if rng.random() < 0.4 else rng.randint(30, 500),
        hourly_cost=rng.randint(2000, 4000),
        busy=busy,
    )


def _appointment(
    rng: random.Random, number: int, size: int, places: tuple[Place, ...], mediators: tuple[Mediator, ...]
) -> Appointment:
    modes: list[Mode] = ["onsite", "onsite", "onsite", "phone", "video"]
    mode = rng.choice(modes)
    place = rng.choice(places).id if mode == "onsite" or rng.random() < 0.5 else None
    anchors = [shift[0] for mediator in mediators for shift in mediator.shifts if shift[0] > 0] or [480]
    windows = []
    for _ in range(rng.choice([1, 1, 2])):
        low = rng.choice(anchors) + 5 * rng.randint(0, 40)
        windows.append((low, low + rng.choice([0, 0, 30, 60])))
    return Appointment(
        id=f"a{number}",
        kind=rng.choice(["interpreting", "mediation"]),
        mode=mode,
        place=place,
        duration=rng.choice([20, 30, 45, 60, 90]),
        windows=tuple(windows),
        project=rng.choice([None, "p", "q"]),
        case=rng.choice([None, "c", "d"]),
        slots=tuple(_slot(rng, f"a{number}/{count}", mediators) for count in range(size)),
    )


def _slot(rng: random.Random, name: str, mediators: tuple[Mediator, ...]) -> Slot:
    languages = {code: rng.randint(1, 2) for code in ("ar", "fr") if rng.random() < 0.4}
    return Slot(
        id=name,
        languages=languages,
        any_language=rng.random() < 0.3,
        skills=("health",) if rng.random() < 0.1 else (),
        gender=rng.choice(["f", "m"]) if rng.random() < 0.1 else None,
        value=rng.choice([30, 100, 300]) + rng.randint(0, 20),
        excluded=(rng.choice(mediators).id,) if rng.random() < 0.1 else (),
        only=(rng.choice(mediators).id,) if rng.random() < 0.05 else None,
        wishes=Wishes(
            gender=GenderWish("f", rng.randint(1, 40)) if rng.random() < 0.3 else None,
            skills={"health": rng.randint(1, 40)} if rng.random() < 0.3 else {},
            mediators={mediators[0].id: 0, "*": rng.randint(1, 60)} if rng.random() < 0.3 else {},
            level={"1": rng.randint(1, 40), "2": 5} if rng.random() < 0.3 else {},
        ),
    )


def _budgets(rng: random.Random) -> tuple[Budget, ...]:
    wanted = [("p", None), ("p", "A"), ("q", "B")]
    return tuple(Budget(project, where, rng.randint(0, 150)) for project, where in wanted if rng.random() < 0.2)


def _policy(rng: random.Random) -> Policy:
    return Policy(
        start_step=rng.choice([15, 30]),
        remote_gap=rng.choice([0, 5, 15]),
        shift_covers_travel=rng.random() < 0.3,
        travel_is_work=rng.choice(["none", "between", "all"]),
        travel_cost=rng.choice([0, 1, 1, 2]),
        change_cost=rng.choice([0, 80]),
        case_cost=rng.choice([0, 0, 60]),
        cost_per_euro=rng.choice([0, 0, 1]),
        fairness_cost=rng.choice([(), ((0, 0), (50, 1), (80, 2), (100, 4)), ((20, 1), (90, 3))]),
    )


def _travel(rng: random.Random, size: int) -> Travel | None:
    """Mostly computed; else a drawn matrix, which need be neither symmetric nor keep the triangle inequality."""
    if rng.random() < 0.6:
        return None
    high = rng.choice([20, 60, 200])
    rows = [tuple(0 if a == b else rng.randint(0, high) for b in range(size)) for a in range(size)]
    return Travel(minutes=tuple(rows))


def _with_standings(rng: random.Random, problem: PlanningProblem) -> PlanningProblem:
    """Locks and published lines at random people and starts: a fact need not make sense."""
    locked, published = [], []
    for appointment in problem.appointments:
        for slot in appointment.slots:
            start = rng.choice(appointment.windows)[0] + rng.choice([0, 0, 0, 15])
            standing = Standing(slot.id, rng.choice(problem.mediators).id, start)
            if rng.random() < 0.2:
                locked.append(standing)
            if rng.random() < 0.3:
                published.append(standing)
    return msgspec.structs.replace(problem, locked=tuple(locked), published=tuple(published))
