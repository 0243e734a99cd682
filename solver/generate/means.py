# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets that bind: several projects that can pay six tenths of what would be filled without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

from msgspec.structs import replace

from solver.generate.quick import quick_plan
from solver.index import Index
from solver.prepare import Prepared
from solver.problem import Budget, PlanningProblem
from solver.rules.budget import Purse, purses

PROJECTS = ("fami-2463", "pnrr-m5", "comune", "ats")
SHARE_OF_A_PROJECT = 0.6
SHARES_OF_AMBITI = (0.45, 0.9)  # in turn: one that is poorer than its project, one that leaves the choice to it


def budgets(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Every appointment has one of four projects; each pays 60 % of its minutes in all, and has a limit by ambito."""
    visits = tuple(replace(visit, project=random.choice(PROJECTS)) for visit in problem.appointments)
    free = replace(problem, appointments=visits, budgets=())
    prepared = Prepared(free)
    booked = [prepared.index.post_number[line.slot] for line in problem.locked]
    filled = spent(prepared.index, [*booked, *(placement.post for placement in quick_plan(prepared, random))])
    return replace(free, budgets=tuple(_budget(purse, minutes, filled) for purse, minutes in _in_order(filled)))


def spent(index: Index, posts: Iterable[int]) -> Counter[Purse]:
    """Minutes that these posts, once filled, are charged to each purse."""
    minutes: Counter[Purse] = Counter()
    for number in posts:
        for purse in purses(index, index.posts[number]):
            minutes[purse] += index.posts[number].duration
    return minutes


def _budget(purse: Purse, minutes: int, filled: Counter[Purse]) -> Budget:
    project, ambito = purse
    if ambito is None:
        return Budget(project, None, round(SHARE_OF_A_PROJECT * minutes))
    ambiti = sorted(other for name, other in filled if name == project and other is not None)
    return Budget(project, ambito, round(SHARES_OF_AMBITI[ambiti.index(ambito) % 2] * minutes))


def _in_order(filled: Counter[Purse]) -> list[tuple[Purse, int]]:
    return sorted(filled.items(), key=lambda entry: (entry[0][0], entry[0][1] or ""))
