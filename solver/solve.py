# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve(problem) -> Plan: a first plan at once, then better ones and a smaller bound until both meet or time is up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from solver import blocks
from solver.first import first_plans
from solver.improve import improve
from solver.lagrange import constant
from solver.landscape import Landscape
from solver.parts import Part, parts_of
from solver.phases import bound_weeks, dive, dive_again, generate_days, generate_weeks, prove
from solver.plan import Plan
from solver.pool import pool_of
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.progress import OnBetter, Progress, Search, Stop
from solver.thinned import MANY_PAIRS, thinned
from solver.written import written

__all__ = ["OnBetter", "Progress", "Stop", "solve"]

LARGE_SHARE = 0.5  # of the time left, for routes of days where blocks follow
WORTH_DRAWING = 1.5  # to draw a large problem takes about as long as all that came before
FEW = 12_000  # routes that a proof can be made with
FEW_AT_FIRST = 4_000  # routes with which a proof is quick: with more of them, better plans are looked for first


def solve(
    problem: PlanningProblem,
    *,
    seconds: float,
    seed: int,
    workers: int,
    hint: Plan | None = None,
    on_better: OnBetter | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """The best plan found within ``seconds`` (up to ``first.FIRST_PLAN_GRACE`` more for the very first plan).

    ``hint`` is an earlier plan to start from; what of it no longer fits is left out. ``on_better`` hears of each
    better plan and each smaller bound; it stops the search by returning False or raising ``Stop``, and the best plan
    so far is returned. The same seed with one worker gives the same plan whenever no time limit was hit.
    """
    started = clock()
    search = Search(
        Prepared(problem),
        seconds=seconds,
        seed=seed,
        workers=workers,
        on_better=on_better,
        clock=clock,
        started=started,
    )
    with contextlib.suppress(Stop):
        first_plans(search, hint)
        pursue(search)
    return written(search)


def pursue(search: Search) -> None:
    """Better plans and smaller bounds until both meet or time is up."""
    if search.settled or search.out_of_time():
        return
    if len(search.prepared.open) > blocks.MANY:
        plan_large(search)
    else:
        plan_whole(search)


def plan_large(search: Search) -> None:
    """The fractional optimum of the whole, a plan out of it, and blocks that better it.

    Weeks and neighbourhoods of a whole nation would take too long: there the blocks have all the time that is left.
    """
    prepared, huge = search.prepared, search.prepared.pairs.count > MANY_PAIRS
    if search.left() < WORTH_DRAWING * search.elapsed():
        blocks.plan_in_blocks(search, share=1.0)
        return
    land = Landscape(thinned(prepared, search.placements) if huge else prepared, search.workers)
    # To look for parts that share nothing takes longer here than it saves.
    parts = [Part(land, land.daily, frozenset(prepared.open))]
    generate_days(search, parts, LARGE_SHARE)
    for part in parts:
        dive(search, part, part.daily)
    bound_weeks(search, parts)
    if huge:
        blocks.plan_in_blocks(search, share=1.0)
        return
    blocks.plan_in_blocks(search)
    better(search, land, parts)


def plan_whole(search: Search) -> None:
    """Routes, then improvement; each hands its plans to the search."""
    if search.settled or search.out_of_time():
        return
    land = Landscape(search.prepared, search.workers)
    parts = parts_of(land)
    if not parts:  # nobody can fill what is open, so the facts are all there is
        search.bounded(constant(search.prepared, land.rows))
        return
    generate_days(search, parts)
    for part in parts:
        dive(search, part, part.daily)
    generate_weeks(search, parts)
    better(search, land, parts)


def better(search: Search, land: Landscape, parts: Sequence[Part]) -> None:
    """Proofs and neighbourhoods in turn."""
    pool = pool_of(parts)
    prove(search, parts, most=FEW_AT_FIRST)
    dive_again(search, parts)
    while not search.settled and not search.out_of_time():
        goes_on = improve(search, land, [part for part in parts if not part.is_settled(search)], pool)
        prove(search, parts, most=FEW)
        if not goes_on:
            break
