# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole nation in one problem: provinces side by side, each with its own towns, people, requests and budgets.

A province is made up by itself, so a nation takes a hundred times as long as a province and not ten thousand times;
what joins them is the map (neighbours are some fifty kilometres apart) and that phone and video know no distance.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt
from random import Random

from msgspec.structs import replace

from solver.generate.geography import CITY, Town, moved, towns
from solver.generate.prefixed import prefixed
from solver.problem import Mediator, PlanningProblem

APART_KM, JITTER_KM = 50.0, 4.0
LENGTH_TO_WIDTH = 2.5  # the shape of Italy, more or less
LONGEST_WAY = 120  # minutes for those who set no limit: nobody drives from one end of the country to the other

Province = Callable[[int, list[Town]], PlanningProblem]


def nation(provinces: int, ambiti: int, seed: int, province: Province) -> PlanningProblem:
    """So many provinces of ``ambiti`` ambiti, each made by ``province`` from a number and its towns."""
    random = Random(f"nation {provinces} {seed}")  # noqa: S311 (repeatable on purpose, nothing secret)
    made = []
    for number, city in enumerate(_cities(random, provinces), start=1):
        around = [_coded(town, number) for town in towns(random, ambiti, city)]
        made.append(prefixed(province(number, around), f"p{number:03}-"))
    first = made[0]
    return replace(
        first,
        places=tuple(place for part in made for place in part.places),
        mediators=tuple(_within_reach(person) for part in made for person in part.mediators),
        appointments=tuple(visit for part in made for visit in part.appointments),
        budgets=tuple(budget for part in made for budget in part.budgets),
        locked=tuple(line for part in made for line in part.locked),
        published=tuple(line for part in made for line in part.published),
    )


def _coded(town: Town, number: int) -> Town:
    """The same town with an ambito of this province: P003A07."""
    return town._replace(ambito=f"P{number:03}{town.ambito}")


def _cities(random: Random, provinces: int) -> list[tuple[float, float]]:
    """On a grid that runs south from the made-up province's usual city, each a few kilometres off its crossing."""
    width = max(1, ceil(sqrt(provinces / LENGTH_TO_WIDTH)))
    found = []
    for number in range(provinces):
        south, east = divmod(number, width)
        aside, along = random.uniform(-JITTER_KM, JITTER_KM), random.uniform(-JITTER_KM, JITTER_KM)
        found.append(moved(CITY, -APART_KM * south + along, APART_KM * east + aside))
    return found


def _within_reach(person: Mediator) -> Mediator:
    return person if person.max_travel is not None else replace(person, max_travel=LONGEST_WAY)
