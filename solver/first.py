# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first plan, at once and without OR-Tools, which takes a busy machine many seconds to load."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from solver import bound as bounds
from solver.greedy import greedy, in_turn
from solver.plan import Plan
from solver.prepare import Placement, Prepared
from solver.progress import Search

FIRST_PLAN_GRACE = 5.0  # seconds beyond the limit that the very first plan may take: a plan is better than none
MANY_PAIRS = 50_000  # beyond this the greedy plan may not be there in time: it ranks every pair before it places one


def first_plans(search: Search, hint: Plan | None, *, grace: float = FIRST_PLAN_GRACE) -> None:
    """Hands the search a quick bound and the greedy plan of each starting point.

    The very first plan may take ``grace`` seconds more than the search has; then it is left as far as it has come.
    """
    prepared = search.prepared
    search.bounded(bounds.slot_by_slot(prepared))
    if len(prepared.pair) > MANY_PAIRS:
        search.offer(in_turn(prepared, partial(search.past, search.seconds + grace)))
    for first in _starting_points(prepared, hint):
        until = search.seconds + (grace if search.best is None else 0.0)
        search.offer(greedy(prepared, first=first, out_of_time=partial(search.past, until)))


def _starting_points(prepared: Prepared, hint: Plan | None) -> Iterable[list[Placement]]:
    """An empty plan, the published one and the hint, as far as there are any."""
    index = prepared.index
    yield []
    if prepared.kept:
        yield list(prepared.kept)
    if hint is not None:
        yield [
            Placement(index.post_number[line.slot], index.mediator_number[line.mediator], line.start)
            for line in hint.assignments
            if line.slot in index.post_number and line.mediator in index.mediator_number
        ]
