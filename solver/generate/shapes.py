# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments of another shape: wide windows on three days, two people at once, the same visit for eight weeks."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from solver.generate.chosen import untouched
from solver.problem import DAY, WEEK, Appointment, Busy, Mediator, PlanningProblem

WIDTH = 240
ALTERNATIVES = 3
EARLIEST, LATEST = 480, 960  # first starts of a wide window, so that its last one is at 20:00 at most
WEEKS_OF_A_SERIES = 8
CASE_COST = 120
OFFERED, COMES = 0.5, 0.85  # weekly shifts kept, and weeks in which leave or illness does not take one away


def wide(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Half of the appointments may start within four hours of any of three days."""
    days = [day for day in range(problem.horizon.days) if day % 7 < 5]
    free = untouched(problem)
    chosen = {visit.id for visit in random.sample(free, min(len(free), len(problem.appointments) // 2))}
    visits = tuple(
        _widened(visit, sorted(random.sample(days, ALTERNATIVES))) if visit.id in chosen else visit
        for visit in problem.appointments
    )
    return replace(problem, appointments=visits)


def _widened(visit: Appointment, days: list[int]) -> Appointment:
    first = min(max(visit.windows[0][0] % DAY, EARLIEST), LATEST)
    return replace(visit, windows=tuple((day * DAY + first, day * DAY + first + WIDTH) for day in days))


def pairs(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """One appointment in ten needs two people; as many slots as before, since one appointment takes another's slot."""
    single = [visit.id for visit in untouched(problem) if len(visit.slots) == 1]
    already = sum(len(visit.slots) > 1 for visit in problem.appointments)
    missing = max(0, round((len(problem.appointments) - 10 * already) / 11))
    drawn = random.sample(single, min(2 * missing, len(single) // 2 * 2))
    guest_of = dict(zip(drawn[::2], drawn[1::2], strict=True))
    known = {visit.id: visit for visit in problem.appointments}
    guests = set(guest_of.values())
    visits = tuple(
        _joined(visit, known[guest_of[visit.id]]) if visit.id in guest_of else visit
        for visit in problem.appointments
        if visit.id not in guests
    )
    return replace(problem, appointments=visits)


def _joined(host: Appointment, guest: Appointment) -> Appointment:
    return replace(host, slots=(*host.slots, replace(guest.slots[0], id=f"{host.id}/2")))


def cases(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Series of eight visits, the same weekday and hour each week, for whom a change of person costs 120.

    As many appointments as before, but spread over eight weeks; what was booked or published in the one week is gone.
    """
    series, single = divmod(len(problem.appointments), WEEKS_OF_A_SERIES)
    drawn = random.sample(problem.appointments, series + single)
    repeated = [_again(head, week, f"c-{head.id}") for head in drawn[:series] for week in range(WEEKS_OF_A_SERIES)]
    once = [_again(visit, random.randrange(WEEKS_OF_A_SERIES), None) for visit in drawn[series:]]
    return replace(
        problem,
        horizon=replace(problem.horizon, days=7 * WEEKS_OF_A_SERIES),
        mediators=tuple(_for_weeks(random, person) for person in problem.mediators),
        appointments=(*repeated, *once),
        locked=(),
        published=(),
        policy=replace(problem.policy, case_cost=CASE_COST),
    )


def _again(visit: Appointment, week: int, case: str | None) -> Appointment:
    low, high = visit.windows[0]
    name = f"{visit.id}-{week + 1}"
    return replace(
        visit,
        id=name,
        case=case,
        windows=((week * WEEK + low, week * WEEK + high),),
        slots=tuple(replace(slot, id=f"{name}/{number}") for number, slot in enumerate(visit.slots, start=1)),
    )


def _for_weeks(random: Random, person: Mediator) -> Mediator:
    """Her week eight times; what she misses makes one person for a whole case a matter of choice."""
    usual = [shift for shift in person.shifts if random.random() < OFFERED]
    weeks = [week * WEEK for week in range(WEEKS_OF_A_SERIES)]
    shifts = tuple((at + low, at + high) for at in weeks for low, high in usual if random.random() < COMES)
    busy = tuple(Busy(one.place, at + one.start, at + one.end) for at in weeks for one in person.busy)
    return replace(person, shifts=shifts, busy=busy)
