# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve(problem) -> Plan: a first plan at once, then better ones and a smaller bound until both meet or time is up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from solver import blocks
from solver.columns import Generation
from solver.dive import Dive
from solver.finish import finish, ground, listed, promising
from solver.first import first_plans
from solver.greedy import greedy
from solver.improve import improve
from solver.kernel import MOST_LABELS
from solver.landscape import Landscape
from solver.parts import Part, bound_of, parts_of
from solver.plan import Plan
from solver.prepare import Placement, Prepared
from solver.problem import PlanningProblem
from solver.progress import OnBetter, Progress, Search, Stop
from solver.thinned import MANY_PAIRS, thinned
from solver.written import written

__all__ = ["OnBetter", "Progress", "Stop", "solve"]

GENERATION_SHARE = 0.7  # of the time left after the first plan
LARGE_SHARE = 0.5  # the same where blocks follow
WORTH_DRAWING = 1.5  # to draw a large problem takes about as long as all that came before
PROOF_SHARE = 0.6  # of the time left, for each attempt at a proof
PROVEN = 1e-6
FEW = 12_000  # routes that a proof can be made with
FEWEST = 2_000  # routes that a first try takes; each that finds nothing doubles them
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
    if huge:
        blocks.plan_in_blocks(search, share=1.0)
        return
    bound_weeks(search, parts)
    blocks.plan_in_blocks(search)
    better(search, land, parts)


def plan_whole(search: Search) -> None:
    """Routes, then improvement; each hands its plans to the search."""
    if search.settled or search.out_of_time():
        return
    land = Landscape(search.prepared, search.workers)
    parts = parts_of(land)
    generate_days(search, parts)
    for part in parts:
        dive(search, part, part.daily)
    generate_weeks(search, parts)
    better(search, land, parts)


def better(search: Search, land: Landscape, parts: Sequence[Part]) -> None:
    """Proofs and neighbourhoods in turn."""
    prove(search, parts, most=FEW_AT_FIRST)
    while not search.settled and not search.out_of_time():
        goes_on = improve(search, land, [part for part in parts if not part.is_settled(search)])
        prove(search, parts, most=FEW)
        if not goes_on:
            break


def generate_days(search: Search, parts: Sequence[Part], share: float = GENERATION_SHARE) -> None:
    """Column generation over single stretches, for at most a share of the time; each pass may lower the bound."""
    for part in parts:
        part.daily.learn(part.placements(search))
        part.daily.begin(_bounded(search, parts, part))
    for part, left in _in_turn(search, parts, share):
        bounded = _bounded(search, parts, part)
        part.daily.run(left, bounded=bounded)
        part.daily.tighten(left, bounded=bounded)
        if not part.is_large:
            part.daily.sharpen(left, bounded=bounded)


def generate_weeks(search: Search, parts: Sequence[Part]) -> None:
    """The same over the weeks that tie stretches together, from the prices found, and a plan out of each.

    Their bound is closer: what a week cannot hold as whole routes is not sold in pieces.
    """
    tied = [part for part in parts if part.is_tied and part.daily.prices is not None]
    for part, left in _in_turn(search, tied, GENERATION_SHARE):
        if search.settled:
            return
        bounded = _bounded(search, parts, part)
        weekly = part.weekly = Generation(part.land, part.weeks())
        weekly.learn(part.placements(search))
        weekly.begin_at(part.daily, bounded)
        weekly.run(left, bounded=bounded)
        weekly.tighten(left, bounded=bounded)
        weekly.sharpen(left, bounded=bounded)
        dive(search, part, weekly)


def _in_turn(search: Search, parts: Sequence[Part], share: float) -> Iterator[tuple[Part, Callable[[], float]]]:
    """Each part with the seconds it has left, out of its share of a share of the time."""
    posts = sum(len(part.posts) for part in parts)
    for part in parts:
        until = search.elapsed() + share * search.left() * len(part.posts) / max(1, posts)
        posts -= len(part.posts)
        yield part, partial(_until, search, until)


def bound_weeks(search: Search, parts: Sequence[Part]) -> None:
    """The bound of whole weeks at the prices of days, where a master of weeks would take too long."""
    for part in parts:
        if not part.is_tied or part.daily.prices is None or search.settled or search.out_of_time():
            continue
        weekly = Generation(part.land, part.weeks())
        weekly.beam = MOST_LABELS
        weekly.begin_at(part.daily, _bounded(search, parts, part))


def _until(search: Search, until: float) -> float:
    return until - search.elapsed()


def _bounded(search: Search, parts: Sequence[Part], part: Part) -> Callable[[Fraction], None]:
    """What hears of the bounds of a part: those of all parts together bound the plan."""

    def bounded(bound: Fraction) -> None:
        part.bounded(bound)
        together = bound_of(part.land, parts)
        if together is not None:
            search.bounded(together)

    return bounded


def prove(search: Search, parts: Sequence[Part], *, most: int) -> None:
    """Looks for the best choice of the routes, at ``most`` so many, that can still be part of a better plan.

    Where that is all of them, the best plan of a part is proven; else it may become better at least.
    """
    for part in parts:
        if part.is_large:
            continue  # where thousands of units may each lose a little, no list ends
        few = min(FEWEST, most)
        while not search.settled and not search.out_of_time():
            before = search.total
            if _proven(search, parts, part, few, most):
                break
            if search.total == before:
                if few == most:
                    break
                few = min(2 * few, most)


def _proven(search: Search, parts: Sequence[Part], part: Part, few: int, most: int) -> bool:
    """Whether all routes of a part that were still possible, ``most`` at most, could be chosen from, not ``few`` alone."""
    generation, daily = part.closest, part.daily.scope
    worth = Fraction(part.value(search) - 2)
    base = ground(generation, daily, worth)
    if part.is_settled(search) or base is None:
        return True
    kept = part.daily.learn(part.placements(search))
    routes = promising(generation, base)
    every = listed(generation, base, most) if len(routes) <= most else None
    routes = routes[:few] if every is None else every
    done = finish(generation, daily, routes, kept, seconds=PROOF_SHARE * search.left(), gap=PROVEN)
    if done.placements is not None:
        _offer(search, part, done.placements)
    if every is not None:
        _bounded(search, parts, part)(max(done.bound, worth + 1))
    return every is not None


def dive(search: Search, part: Part, generation: Generation) -> None:
    """A whole plan from the fractional optimum."""
    if part.is_settled(search) or search.out_of_time():
        return
    placements = Dive(generation).run(search.left)
    if placements:
        _offer(search, part, placements)


def _offer(search: Search, part: Part, placements: Sequence[Placement]) -> None:
    """Offers the best plan with another choice for one part."""
    first = [*part.others(search), *placements]
    search.offer(greedy(search.prepared, first=first, out_of_time=search.out_of_time))
