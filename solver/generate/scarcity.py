# SPDX-License-Identifier: AGPL-3.0-or-later
"""Too few people: half the hours that are asked for, or three languages that one person each speaks."""

from __future__ import annotations

from collections import Counter
from random import Random

from msgspec.structs import replace

from solver.generate.chosen import untouched
from solver.problem import DAY, WEEK, Mediator, PlanningProblem, Slot

HALF_DAY, SHORTEST = 240, 60
SPOKEN_BY_ONE = ("ti", "so", "prs")  # Tigrinya, Somali, Dari
SHARE_OF_SCARCE = 0.05  # of all slots, for each of the three: more than one person's week where slots abound


def capacity(mediator: Mediator) -> int:
    """Minutes she can work at most: her shifts, cut to her limits of a day and of a week."""
    days: Counter[int] = Counter()
    for low, high in mediator.shifts:
        days[low // DAY] += high - low
    weeks: Counter[int] = Counter()
    for day, minutes in days.items():
        weeks[day * DAY // WEEK] += min(minutes, _limit(mediator.max_day))
    return sum(min(minutes, _limit(mediator.max_week)) for minutes in weeks.values())


def demand(problem: PlanningProblem) -> int:
    """Minutes of service that all slots ask for, without the roads between them."""
    return sum(visit.duration * len(visit.slots) for visit in problem.appointments)


def tight(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Demand twice the capacity: only so many half-days remain as make up half of the minutes asked for."""
    offered = [(number, shift) for number, person in enumerate(problem.mediators) for shift in person.shifts]
    kept = [replace(person, shifts=()) for person in problem.mediators]
    left = demand(problem) // 2
    for number, (low, high) in random.sample(offered, len(offered)):
        shift = low, min(high, low + HALF_DAY, low + max(left, SHORTEST))
        longer = replace(kept[number], shifts=tuple(sorted((*kept[number].shifts, shift))))
        added = capacity(longer) - capacity(kept[number])
        if left > 0 and added > 0:
            kept[number], left = longer, left - added
    return replace(problem, mediators=tuple(kept))


def scarce(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Three languages have one speaker each and are asked for more often than she can come."""
    speakers = _busiest(problem, random)
    people = tuple(_speaking(person, speakers.get(person.id)) for person in problem.mediators)
    slots = sum(len(visit.slots) for visit in problem.appointments)
    names = [slot.id for visit in untouched(problem) for slot in visit.slots if slot.languages and slot.only is None]
    asked = random.sample(names, min(len(names), 3 * max(1, round(SHARE_OF_SCARCE * slots))))
    wanted = {name: SPOKEN_BY_ONE[number % 3] for number, name in enumerate(asked)}
    visits = tuple(
        replace(visit, slots=tuple(_asking(slot, wanted.get(slot.id)) for slot in visit.slots))
        for visit in problem.appointments
    )
    return replace(problem, mediators=people, appointments=visits)


def _busiest(problem: PlanningProblem, random: Random) -> dict[str, str]:
    """Three people drawn from the half that works most, each with her scarce language."""
    by_hours = sorted(problem.mediators, key=capacity, reverse=True)
    drawn = random.sample(by_hours[: max(3, len(by_hours) // 2)], 3)
    return {person.id: language for person, language in zip(drawn, SPOKEN_BY_ONE, strict=True)}


def _speaking(person: Mediator, scarce_one: str | None) -> Mediator:
    spoken = {name: level for name, level in person.languages.items() if name not in SPOKEN_BY_ONE}
    if scarce_one is not None:
        spoken[scarce_one] = 3
    return replace(person, languages=spoken or {"en": 2})


def _asking(slot: Slot, language: str | None) -> Slot:
    return slot if language is None else replace(slot, languages={language: 1}, any_language=False)


def _limit(minutes: int | None) -> int:
    return WEEK if minutes is None else minutes
