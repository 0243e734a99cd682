# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning problems made up from a seed: a realistic week, a plain instance of any size, a family, a whole nation.

The same arguments give the same problem, to the byte, on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

import msgspec

from solver.generate.benchmark import benchmark
from solver.generate.demand import Week
from solver.generate.families import FAMILIES, INSTANCES, PLAIN, Misfit, Sizes, reshaped
from solver.generate.geography import Town, settle, towns
from solver.generate.nation import nation
from solver.generate.people import mediators
from solver.generate.profiles import PROFILES, Profile
from solver.generate.standing import budgets, standings
from solver.index import Index
from solver.problem import Horizon, Mediator, PlanningProblem, Policy

__all__ = [
    "FAMILIES",
    "INSTANCES",
    "MONDAY",
    "PROFILES",
    "Misfit",
    "Town",
    "benchmark",
    "country",
    "generate",
    "instance",
    "week",
]

MONDAY = dt.date(2026, 11, 30)
PROVINCES = 100
POLICY = Policy(case_cost=120, cost_per_euro=1, fairness_cost=((0, 0), (50, 1), (80, 2), (100, 4)))


def generate(
    profile: str | None = None,
    *,
    sizes: Sizes | None = None,
    family: str | None = None,
    provinces: int | None = None,
    caps: bool = False,
    seed: int = 1,
    where: Sequence[Town] | None = None,
) -> PlanningProblem:
    """A problem of a profile (S, M, L or XL; unset: M), or with ``sizes`` = (mediators, slots, days) a plain instance.

    ``family``: reshape that as one of FAMILIES does (with neither profile nor sizes: a plain instance of 60, 600, 5),
    or "nation": ``provinces`` of the profile side by side. ``caps``: weekly hours that bind. ``where``: the towns of a
    real territory; else one is made up. Raises Misfit where a family cannot be shown in such sizes.
    """
    if family == "nation":
        return country(profile or "M", PROVINCES if provinces is None else provinces, caps=caps, seed=seed)
    if family is not None and profile is None and sizes is None:
        sizes = PLAIN
    if sizes is None:
        base = week(PROFILES[profile or "M"], caps=caps, seed=seed, where=where)
    else:
        spread = FAMILIES[family].weeks if family else 1
        base = benchmark(*sizes, caps=caps, seed=seed, start=MONDAY, spread=spread)
    return base if family is None else reshaped(family, base, seed)


def instance(name: str, seed: int = 1) -> PlanningProblem:
    """One of the named INSTANCES."""
    said = INSTANCES[name]
    return generate(
        said.profile, sizes=said.sizes, family=said.family, provinces=said.provinces, caps=said.caps, seed=seed
    )


def country(profile: str, provinces: int, *, caps: bool, seed: int) -> PlanningProblem:
    """So many provinces of this profile on one map, every one of them different."""
    size = PROFILES[profile]

    def province(number: int, around: list[Town]) -> PlanningProblem:
        return week(size, caps=caps, seed=1_000 * seed + number, where=around)

    return nation(provinces, size.ambiti, seed, province)


def week(profile: Profile, *, caps: bool, seed: int, where: Sequence[Town] | None = None) -> PlanningProblem:
    """One week of a territory of this size in which every rule refuses somebody and every goal has its price."""
    random = Random(f"week {profile} {seed}")  # noqa: S311 (repeatable on purpose, nothing secret)
    around = list(where) if where else towns(random, profile.ambiti)
    desks = settle(random, around, "desk", profile.desks)
    homes = settle(random, around, "home", profile.mediators)
    people = mediators(random, profile, homes, desks)
    bare = PlanningProblem(
        format="ponte-problem/1",
        horizon=Horizon(MONDAY, profile.days, "Europe/Rome"),
        places=(*desks, *homes),
        mediators=tuple(_capped(person) for person in people) if caps else people,
        appointments=Week(random, profile, desks, people).appointments(),
        budgets=(),
        locked=(),
        published=(),
        policy=POLICY,
    )
    requests = len(bare.appointments)
    booked, decided = standings(random, bare, locked=requests // 20, published=requests // 10)
    return msgspec.structs.replace(bare, budgets=budgets(Index(bare)), locked=booked, published=decided)


def _capped(person: Mediator) -> Mediator:
    """A third of her usual week: hours become what is scarce."""
    return msgspec.structs.replace(
        person, max_week=(person.max_week or 0) // 3, target_week=(person.max_week or 0) // 4
    )
