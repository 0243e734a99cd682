# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long ``suggest`` takes for one new appointment over ten days of a province: cold, and from a warm Suggester."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import NamedTuple

import msgspec

from solver.generate import generate
from solver.greedy import greedy
from solver.guarded import write_down
from solver.plan import Plan
from solver.prepare import Prepared
from solver.problem import WEEK, Appointment, Budget, Busy, Horizon, Mediator, PlanningProblem, Slot, Span
from solver.suggest import Suggester
from solver.windows import windows_over

TEN_DAYS = range(2, 12)
WORKING_WEEK = range(6)


class SuggestTimes(NamedTuple):
    """Seconds of one new appointment: preparing and asking, asking a warm Suggester, and how many starts came back."""

    cold: float
    warm: float
    starts: int


def measure_suggest(count: int, seed: int = 1, *, clock: Callable[[], float] = time.process_time) -> list[SuggestTimes]:
    """``count`` new appointments against one planned fortnight of M; seconds of the given clock (CPU time)."""
    problem = fortnight(generate("M", seed=seed))
    plan = greedily(problem)
    warm = Suggester(problem, plan)
    measured = []
    for visit in newcomers(problem, count, seed):
        began = clock()
        found = Suggester(problem, plan).suggest(visit)
        between = clock()
        warm.suggest(visit)
        measured.append(SuggestTimes(between - began, clock() - between, len(found)))
    return measured


def fortnight(week: PlanningProblem) -> PlanningProblem:
    """The same week twice: people, commitments and requests come again, what is booked or decided does not."""
    return msgspec.structs.replace(
        week,
        horizon=Horizon(week.horizon.start, 14, week.horizon.zone),
        mediators=tuple(_again(person) for person in week.mediators),
        appointments=(*week.appointments, *(_next_week(visit) for visit in week.appointments)),
        budgets=tuple(Budget(budget.project, budget.ambito, 2 * budget.minutes) for budget in week.budgets),
    )


def greedily(problem: PlanningProblem) -> Plan:
    """The greedy plan, which fills nearly all: how good it is does not change how long a suggestion takes."""
    prepared = Prepared(problem)
    index = prepared.index
    lines = [
        (index.posts[placed.post].slot.id, index.mediators[placed.mediator].id, placed.start)
        for placed in greedy(prepared).placed.values()
    ]
    return write_down(problem, lines, sum(post.slot.value for post in index.posts), seed=1, seconds=0.0)


def newcomers(problem: PlanningProblem, count: int, seed: int) -> list[Appointment]:
    """Requests like those of another week, at desks of this one, on any of ten days between 8:00 and 20:00."""
    random = Random(f"newcomers {seed}")
    like = generate("M", seed=seed + 1000).appointments
    desks = sorted({visit.place for visit in problem.appointments if visit.place is not None})
    made = []
    for number in range(count):
        visit = random.choice(like)
        windows = windows_over(TEN_DAYS, [(480, 1200)], duration=visit.duration, weekdays=WORKING_WEEK)
        slots = tuple(_renamed(slot, f"new-{number}/{place}") for place, slot in enumerate(visit.slots, start=1))
        place = random.choice(desks) if visit.place is not None else None
        made.append(
            msgspec.structs.replace(visit, id=f"new-{number}", place=place, windows=windows, case=None, slots=slots)
        )
    return made


def described(measured: list[SuggestTimes]) -> str:
    """Median and 95th percentile, in milliseconds of CPU time."""
    ordered = {"cold": sorted(one.cold for one in measured), "warm": sorted(one.warm for one in measured)}
    told = [
        f"{name} {1000 * median(times):.0f} ms (p95 {1000 * times[(95 * len(times) - 1) // 100]:.0f} ms)"
        for name, times in ordered.items()
    ]
    return f"suggest over ten days of M, {len(measured)} appointments: {', '.join(told)}"


def _again(person: Mediator) -> Mediator:
    return msgspec.structs.replace(
        person,
        shifts=(*person.shifts, *(_later(span) for span in person.shifts)),
        busy=(*person.busy, *(Busy(busy.place, *_later((busy.start, busy.end))) for busy in person.busy)),
    )


def _next_week(visit: Appointment) -> Appointment:
    return msgspec.structs.replace(
        visit,
        id=f"{visit.id}-b",
        windows=tuple(_later(window) for window in visit.windows),
        slots=tuple(_renamed(slot, f"{slot.id}-b") for slot in visit.slots),
    )


def _later(span: Span) -> Span:
    return span[0] + WEEK, span[1] + WEEK


def _renamed(slot: Slot, name: str) -> Slot:
    return msgspec.structs.replace(slot, id=name)


if __name__ == "__main__":
    print(described(measure_suggest(200)))
