# SPDX-License-Identifier: AGPL-3.0-or-later
"""The best plan of a search as the file says it."""

from __future__ import annotations

from solver.check import all_reasons, score
from solver.diary import Diary
from solver.plan import Assignment, Plan, Unfilled
from solver.prepare import Placement, Prepared
from solver.progress import Search


def written(search: Search) -> Plan:
    """Score and reasons come from the checker, so both always agree."""
    problem, index = search.prepared.problem, search.prepared.index
    best = search.best if search.best is not None else Diary(search.prepared)
    filled = {index.posts[post].slot.id: placement for post, placement in best.placed.items()}
    assignments = tuple(
        Assignment(post.slot.id, mediator, start, start + post.duration)
        for post in index.posts
        if (given := _given(search.prepared, filled.get(post.slot.id), post.slot.id)) is not None
        for mediator, start in [given]
    )
    taken = {line.slot for line in assignments}
    empty = [post.slot.id for post in index.posts if post.slot.id not in taken]
    why = all_reasons(problem, assignments, empty)
    points = score(problem, assignments)
    bound = max(search.bound, points.total)
    return Plan(
        format="ponte-plan/1",
        status="optimal" if points.total == bound else "feasible",
        seconds=round(search.elapsed(), 3),
        seed=search.seed,
        assignments=assignments,
        unfilled=tuple(Unfilled(slot, why[slot]) for slot in empty),
        score=points,
        bound=bound,
        gap=(bound - points.total) / max(1, bound),
    )


def _given(prepared: Prepared, placement: Placement | None, slot: str) -> tuple[str, int] | None:
    if placement is not None:
        return prepared.index.mediators[placement.mediator].id, placement.start
    standing = prepared.index.locked.get(slot)
    return None if standing is None else (standing.mediator, standing.start)
