# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning problems made up from a seed: a realistic week of a profile's size, or a plain instance of any size.

The same arguments give the same problem, to the byte, on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

import msgspec

from solver.generate.benchmark import benchmark
from solver.generate.demand import Week
from solver.generate.geography import Town, settle, towns
from solver.generate.people import mediators
from solver.generate.profiles import PROFILES, Profile
from solver.generate.standing import budgets, standings
from solver.index import Index
from solver.problem import Horizon, Mediator, PlanningProblem, Policy

__all__ = ["MONDAY", "PROFILES", "Town", "benchmark", "generate", "week"]

MONDAY = dt.date(2026, 11, 30)
POLICY = Policy(case_cost=120, cost_per_euro=1, fairness_cost=((0, 0), (50, 1), (80, 2), (100, 4)))


def generate(
    profile: str = "M",
    *,
    sizes: tuple[int, int, int] | None = None,
    caps: bool = False,
    seed: int = 1,
    where: Sequence[Town] | None = None,
) -> PlanningProblem:
    """A problem of a profile (S, M, L or XL), or with ``sizes`` = (mediators, slots, days) a plain instance.

    ``caps``: weekly hours that bind. ``where``: the towns of a real territory; else one is made up.
    """
    if sizes is not None:
        return benchmark(*sizes, caps=caps, seed=seed, start=MONDAY)
    return week(PROFILES[profile], caps=caps, seed=seed, where=where)


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
