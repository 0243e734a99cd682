# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve(problem) -> Plan: a first plan at once, then better ones and a smaller bound until both meet or time is up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from fractions import Fraction

from solver import blocks
from solver.columns import Generation
from solver.dive import Dive
from solver.finish import FEW, finish, listed
from solver.first import first_plans
from solver.greedy import greedy
from solver.improve import improve
from solver.lagrange import constant
from solver.landscape import Landscape
from solver.mixing import mixed
from solver.plan import Plan
from solver.pool import Pool
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.progress import OnBetter, Progress, Search, Stop
from solver.routes import Route
from solver.scope import everything
from solver.written import written

__all__ = ["OnBetter", "Progress", "Stop", "solve"]

GENERATION_SHARE = 0.7  # of the time left after the first plan
WEEKLY_SHARE = 0.5  # of the time left for weeks: the plan comes of the dive and the improvement after them
WEEKLY_BEAM = 64  # from good prices on, routes worth having are not cut off, and the first bound is a true one
PROOF_SHARE = 0.6  # of the time left, for each attempt at a proof
PROVEN = 1e-6
FEW_AT_FIRST = 4_000  # routes with which a proof is quick: with more of them, better plans are looked for first
MOST_AS_A_WHOLE = 5_000  # open slots that one master can hold


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
    """Better plans and smaller bounds until both meet or time is up; what is too large is planned in blocks first."""
    if search.settled or search.out_of_time():
        return
    if len(search.prepared.open) > blocks.MANY:
        blocks.plan_in_blocks(search)
    if len(search.prepared.open) <= MOST_AS_A_WHOLE:
        plan_whole(search)


def plan_whole(search: Search) -> None:
    """Routes, then improvement; each hands its plans to the search."""
    if search.settled or search.out_of_time():
        return
    land = Landscape(search.prepared, search.workers)
    daily = generate_days(search, land)
    dive(search, daily)
    weekly = generate_weeks(search, daily)
    pool = Pool(search.prepared, weekly.prices)
    pool.add(weekly.master.routes)
    if weekly is not daily:
        pool.add(dive(search, weekly))
    prove(search, daily, most=FEW_AT_FIRST)
    while not search.settled and not search.out_of_time():
        goes_on = improve(search, land, pool)
        prove(search, daily, most=FEW)
        if not goes_on:
            break


def generate_days(search: Search, land: Landscape) -> Generation:
    """Column generation over single stretches, for at most a share of the time; each pass may lower the bound."""
    daily = Generation(land, everything(search.prepared, land.daily))
    daily.learn(search.placements)
    _run(search, daily, GENERATION_SHARE)
    return daily


def generate_weeks(search: Search, daily: Generation) -> Generation:
    """The same over the weeks that tie stretches together, from the prices found.

    Their bound is closer: what a week cannot hold as whole routes is not sold in pieces.
    """
    land = daily.land
    if len(land.daily) == len(land.units) or daily.prices is None or search.settled:
        return daily
    weekly = Generation(land, everything(search.prepared, land.weekly))
    weekly.learn(search.placements)
    weekly.master.add(mixed(land, weekly.scope, daily.master.routes, daily.prices))
    weekly.beam = WEEKLY_BEAM
    weekly.begin_at(daily, _bounded(search, land))
    _run(search, weekly, WEEKLY_SHARE)
    return weekly


def _run(search: Search, generation: Generation, share: float) -> None:
    until = search.elapsed() + share * search.left()
    bounded = _bounded(search, generation.land)
    generation.run(lambda: until - search.elapsed(), bounded=bounded)
    generation.tighten(lambda: until - search.elapsed(), bounded=bounded)


def _bounded(search: Search, land: Landscape) -> Callable[[Fraction], None]:
    outside = constant(search.prepared, land.rows)
    return lambda bound: search.bounded(bound + outside)


def prove(search: Search, daily: Generation, *, most: int) -> None:
    """Proves the best plan where few routes, at ``most`` so many, can still be part of a better one."""
    if search.settled or search.out_of_time():
        return
    outside = constant(search.prepared, daily.land.rows)
    kept = daily.learn(search.placements)
    worth = search.total - 1 - outside
    routes = listed(daily, worth, most)
    if routes is None:
        return
    done = finish(daily, routes, kept, seconds=PROOF_SHARE * search.left(), gap=PROVEN)
    if done.placements is not None:
        search.offer(greedy(search.prepared, first=done.placements, out_of_time=search.out_of_time))
    search.bounded(max(done.bound, worth + 1) + outside)


def dive(search: Search, generation: Generation) -> list[Route]:
    """A whole plan from the fractional optimum; returns the routes that were generated for it."""
    if search.settled or search.out_of_time():
        return []
    diving = Dive(generation)
    placements = diving.run(search.left)
    if placements:
        search.offer(greedy(search.prepared, first=placements, out_of_time=search.out_of_time))
    return diving.found
