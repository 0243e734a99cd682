# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a made-up week begins with: some slots booked, some decided but not yet offered, and the projects' budgets."""

from __future__ import annotations

from collections import Counter
from random import Random

from solver.eligibility import Eligibility
from solver.index import Index, Post
from solver.problem import Budget, PlanningProblem, Standing
from solver.rules.budget import Purse, purses


def budgets(index: Index) -> tuple[Budget, ...]:
    """Each project has somewhat less than everybody asks for as a whole, ample means in most ambiti, little in one."""
    asked: Counter[Purse] = Counter()
    for post in index.posts:
        for purse in purses(index, post):
            asked[purse] += post.duration
    where = sorted({ambito for _, ambito in asked if ambito is not None})
    share = {ambito: 0.5 if number == 0 else 1.2 for number, ambito in enumerate(where)}
    return tuple(
        Budget(project, ambito, round(minutes * (0.9 if ambito is None else share[ambito])))
        for (project, ambito), minutes in sorted(asked.items(), key=str)
    )


def standings(
    random: Random, problem: PlanningProblem, locked: int, published: int
) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """So many booked and so many published slots; every fourth published one has since been moved by its desk."""
    index = Index(problem)
    eligible = Eligibility.of(index)
    posts = [post for post in index.posts if len(eligible.candidates[post.number])]
    chosen = random.sample(posts, min(len(posts), locked + published))
    booked: list[Standing] = []
    for post in chosen[:locked]:
        standing = _standing(random, eligible, post)
        if all(standing.mediator != other.mediator for other in booked):
            booked.append(standing)
    decided = [_standing(random, eligible, post) for post in chosen[locked:]]
    decided = [_moved(standing) if number % 4 == 0 else standing for number, standing in enumerate(decided)]
    return tuple(booked), tuple(decided)


def _standing(random: Random, eligible: Eligibility, post: Post) -> Standing:
    number = int(random.choice(eligible.candidates[post.number].tolist()))
    start = random.choice(eligible.starts(post.number, number))
    return Standing(post.slot.id, eligible.index.mediators[number].id, start)


def _moved(standing: Standing) -> Standing:
    """Five minutes off the grid of starts: what was decided can no longer be kept."""
    return Standing(standing.slot, standing.mediator, standing.start - 5)
