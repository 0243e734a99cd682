# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a repair takes in a warm planner process: a province's planned week, and one thing that goes wrong in it.

Of the week's plan 60 % is booked or waits for an answer, the rest is published. Then a mediator is absent for a day,
an appointment is cancelled, or an urgent request comes in; the round trip through the planner that the service uses
is what is timed. No database is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import NamedTuple

import msgspec

from config.policy import load_policy
from dispatch.planning.jobs import WAITED_FOR
from dispatch.planning.planner import Enough, Planner
from solver.check import check
from solver.generate import generate
from solver.index import day_of
from solver.plan import Plan
from solver.problem import DAY, Appointment, Mediator, PlanningProblem, Span, Standing

LOCKED = 0.6  # share of the assignments that nobody may touch any more
WEEKS = 5  # different weeks that the repairs are spread over
PLAN_SECONDS = 10.0
REPAIR_SECONDS = 3.0  # what the service gives a repair
MEMORY_MB, WORKERS = 4096, 2
URGENT = 1600
URGENT_MINUTES = 240  # how long an urgent request can wait on its day


class Repaired(NamedTuple):
    """One repair: what had happened, seconds of the round trip, and the gap to the proven bound."""

    kind: str
    seconds: float
    gap: float


def measure_repairs(count: int, seed: int = 1, *, clock: Callable[[], float] = time.perf_counter) -> list[Repaired]:
    """``count`` repairs of M weeks, each kind in turn; seconds of wall time.

    Raises AssertionError should a plan break a rule.
    """
    policy, random = load_policy().planning, Random(f"repairs {seed}")
    planner = Planner(memory_mb=MEMORY_MB, workers=WORKERS)
    measured = []
    try:
        planned = [_planned(planner, seed + number) for number in range(min(WEEKS, count))]
        for number in range(count):
            kind, breaks = list(BREAKS.items())[number % len(BREAKS)]
            broken = breaks(random, _published(random, *planned[number // len(BREAKS) % len(planned)]))
            began = clock()
            answer = planner.plan(
                broken,
                seconds=REPAIR_SECONDS,
                seed=1,
                candidates=policy.candidates_per_slot,
                enough=Enough(policy.enough_repair, *WAITED_FOR),
            )
            measured.append(Repaired(kind, clock() - began, answer.plan.gap))
            assert check(broken, answer.plan) == [], kind
    finally:
        planner.close()
    return measured


def absence(random: Random, week: PlanningProblem) -> PlanningProblem:
    """Somebody with a visit stays at home that day: her shifts of the day go, and what was booked with her is open."""
    lost = random.choice(week.locked)
    day = day_of(lost.start)
    return msgspec.structs.replace(
        week,
        mediators=tuple(_without(day, person) if person.id == lost.mediator else person for person in week.mediators),
        locked=tuple(lock for lock in week.locked if lock.mediator != lost.mediator or day_of(lock.start) != day),
    )


def cancellation(random: Random, week: PlanningProblem) -> PlanningProblem:
    """A desk calls off an appointment that had somebody."""
    gone = random.choice([visit for visit in week.appointments if _slots(visit) & _held(week)])
    return msgspec.structs.replace(
        week,
        appointments=tuple(visit for visit in week.appointments if visit.id != gone.id),
        locked=tuple(lock for lock in week.locked if lock.slot not in _slots(gone)),
        published=tuple(line for line in week.published if line.slot not in _slots(gone)),
    )


def urgent(random: Random, week: PlanningProblem) -> PlanningProblem:
    """One more request, of great value, on one day and within a few hours of it."""
    like = random.choice(week.appointments)
    first = random.randrange(5) * DAY + 15 * random.randint(36, 52)
    slot = msgspec.structs.replace(like.slots[0], id="urgent/1", value=URGENT)
    made = msgspec.structs.replace(
        like, id="urgent", windows=((first, first + URGENT_MINUTES),), case=None, slots=(slot,)
    )
    return msgspec.structs.replace(week, appointments=(*week.appointments, made))


BREAKS = {"absence": absence, "cancellation": cancellation, "urgent request": urgent}


def _planned(planner: Planner, seed: int) -> tuple[PlanningProblem, Plan]:
    week = generate("M", seed=seed)
    return week, planner.plan(week, seconds=PLAN_SECONDS, seed=1, candidates=0).plan


def _published(random: Random, week: PlanningProblem, plan: Plan) -> PlanningProblem:
    """The week on the morning after: a share of its plan is locked, the rest published."""
    lines = [Standing(line.slot, line.mediator, line.start) for line in plan.assignments]
    facts = {lock.slot for lock in week.locked} | {line.slot for line in lines if random.random() < LOCKED}
    return msgspec.structs.replace(
        week,
        locked=tuple(line for line in lines if line.slot in facts),
        published=tuple(line for line in lines if line.slot not in facts),
    )


def _without(day: int, person: Mediator) -> Mediator:
    shifts = (part for shift in person.shifts for part in _outside(day, shift))
    return msgspec.structs.replace(person, shifts=tuple(shifts))


def _outside(day: int, shift: Span) -> list[Span]:
    """What is left of a shift before and after a day."""
    before, after = (shift[0], min(shift[1], day * DAY)), (max(shift[0], (day + 1) * DAY), shift[1])
    return [part for part in (before, after) if part[0] < part[1]]


def _slots(visit: Appointment) -> set[str]:
    return {slot.id for slot in visit.slots}


def _held(week: PlanningProblem) -> set[str]:
    return {line.slot for line in (*week.locked, *week.published)}


def described(measured: list[Repaired]) -> str:
    """Median and 95th percentile of the seconds and of the gap, over all and for each kind."""
    told = [_line("all", measured)]
    told += [_line(kind, [one for one in measured if one.kind == kind]) for kind in BREAKS]
    return "\n".join(told)


def _line(name: str, measured: list[Repaired]) -> str:
    seconds, gaps = sorted(one.seconds for one in measured), sorted(one.gap for one in measured)
    late = (95 * len(measured) - 1) // 100
    return f"{name}: {median(seconds):.2f} s (p95 {seconds[late]:.2f} s), gap {median(gaps):.3%} (p95 {gaps[late]:.3%})"


if __name__ == "__main__":
    print(described(measure_repairs(30)))
