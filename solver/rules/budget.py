# SPDX-License-Identifier: AGPL-3.0-or-later
"""A project spends no more minutes than it has, in each ambito and in all.

Prunes the joint choice. Locked minutes are spent; where they alone exceed a budget nothing more may be added to it.
"""

from __future__ import annotations

from solver.index import Index, Post

Purse = tuple[str, str | None]


def purses(index: Index, post: Post) -> tuple[Purse, ...]:
    """What a filled slot is charged to: (project, ambito of its place) and (project, None)."""
    project, place = post.appointment.project, post.appointment.place
    if project is None:
        return ()
    whole: Purse = (project, None)
    return (whole,) if place is None else ((project, index.places[place].ambito), whole)


def room(index: Index) -> dict[Purse, int]:
    """Minutes the plan may still choose to spend from each budget, after what is locked; never negative."""
    left: dict[Purse, int] = {(budget.project, budget.ambito): budget.minutes for budget in index.problem.budgets}
    for standing in index.problem.locked:
        post = index.post(standing.slot)
        for purse in purses(index, post):
            if purse in left:
                left[purse] -= post.duration
    return {purse: max(0, minutes) for purse, minutes in left.items()}
