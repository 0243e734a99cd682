# SPDX-License-Identifier: AGPL-3.0-or-later
"""The families of instances, each named for what makes it hard, and the list of instances that planners are judged on.

A family reshapes a base: a plain instance or a profile's week. Nothing of a base without a family changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from solver.generate.means import budgets
from solver.generate.mixed import mixed
from solver.generate.scarcity import scarce, tight
from solver.generate.shapes import ALTERNATIVES, WEEKS_OF_A_SERIES, cases, pairs, wide
from solver.problem import PlanningProblem

Sizes = tuple[int, int, int]

PLAIN: Sizes = (60, 600, 5)  # mediators, slots and days of a family's base where nothing else is said
FEWEST_PEOPLE, FEWEST_SLOTS = 5, 20


class Misfit(ValueError):
    """A family that this base cannot show; ``argument`` is what to change, the message says how."""

    def __init__(self, argument: str, remedy: str) -> None:
        self.argument = argument
        super().__init__(remedy)


@dataclass(frozen=True, slots=True)
class Family:
    """``reshape`` turns a base into an instance of the family; a base needs so many days, and at most so many."""

    says: str
    reshape: Callable[[PlanningProblem, Random], PlanningProblem]
    least_days: int = 1
    most_days: int = 28
    weeks: int = 1  # over which it spreads one week's demand


FAMILIES = {
    "tight": Family("demand twice the capacity", tight),
    "scarce": Family("three languages with one speaker each", scarce),
    "wide": Family("half of the appointments may start within 4 h on three days", wide, least_days=ALTERNATIVES),
    "pairs": Family("one appointment in ten needs two people", pairs),
    "budgets": Family("four projects pay 60 % of what would be filled", budgets),
    "cases": Family("8-week series, a change of person costs 120", cases, most_days=7, weeks=WEEKS_OF_A_SERIES),
    "mixed": Family("pairs, phone, booked, published, budgets, targets and wishes at once", mixed),
}


def reshaped(name: str, base: PlanningProblem, seed: int) -> PlanningProblem:
    """The instance of a family that this base and seed give; raises Misfit where the base is too small or too long."""
    family, days = FAMILIES[name], base.horizon.days
    slots = sum(len(visit.slots) for visit in base.appointments)
    if len(base.mediators) < FEWEST_PEOPLE:
        raise Misfit("mediators", f"{len(base.mediators)} is too few for {name}: give {FEWEST_PEOPLE} or more")
    if slots < FEWEST_SLOTS:
        raise Misfit("slots", f"{slots} is too few for {name}: give {FEWEST_SLOTS} or more")
    if days < family.least_days:
        raise Misfit("days", f"{days} is too few for {name}: give {family.least_days} or more")
    if days > family.most_days:
        raise Misfit("days", f"{days} is too many for {name}, which repeats one week: give {family.most_days} or less")
    return family.reshape(base, Random(f"{name} {seed}"))  # noqa: S311 (repeatable on purpose, nothing secret)


@dataclass(frozen=True, slots=True)
class Instance:
    """The arguments of ``solver.generate.generate`` for one named instance, all but the seed."""

    says: str
    profile: str | None = None
    sizes: Sizes | None = None
    family: str | None = None
    provinces: int | None = None
    caps: bool = False

    @property
    def options(self) -> str:
        """The same as options of ``ponte generate problem``."""
        said = [f"--{name} {value}" for name in ("family", "profile", "provinces") if (value := getattr(self, name))]
        if self.sizes is not None:
            said.append("--mediators {} --slots {} --days {}".format(*self.sizes))
        return " ".join([*said, "--caps"] if self.caps else said)


INSTANCES = {
    "S": Instance("a cooperative's week", profile="S"),
    "M": Instance("a province's week", profile="M"),
    "L": Instance("a region's week", profile="L"),
    "XL": Instance("a stress test", profile="XL"),
    "600": Instance("600 slots, 60 mediators, 5 days", sizes=PLAIN),
    "600-caps": Instance("the same, weekly hours bind", sizes=PLAIN, caps=True),
    "1000": Instance("1,000 slots, 100 mediators, 5 days", sizes=(100, 1000, 5)),
    "1000-caps": Instance("the same, weekly hours bind", sizes=(100, 1000, 5), caps=True),
    **{name: Instance(family.says, family=name) for name, family in FAMILIES.items()},
    "nation": Instance("100 provinces M in one problem", family="nation", provinces=100),
}
