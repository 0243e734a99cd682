# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve(problem) -> Plan: a first plan at once, then better ones and a smaller bound until both meet or time is up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from fractions import Fraction

from solver.choice import Choice
from solver.columns import Generation
from solver.first import first_plans
from solver.greedy import greedy
from solver.improve import improve
from solver.lagrange import constant
from solver.plan import Plan
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.progress import OnBetter, Progress, Search, Stop
from solver.routes import Stretch, stretches_of
from solver.scope import everything
from solver.written import written

__all__ = ["OnBetter", "Progress", "Stop", "solve"]

GENERATION_SHARE = 0.7  # of the time left after the first plan
PROOF_SHARE = 0.15  # of the time so far, for one last pass that only proves a bound
CHOICE_SHARE = 0.3  # of the time left, for each of the two choices
CHOICE_WORK = 20.0  # deterministic seconds of CP-SAT, so that an unhurried run can be repeated exactly
MOST_COLUMNS = 12_000


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
    """Day routes, then improvement, until both meet or time is up; each hands its plans to the search."""
    if search.settled or search.out_of_time():
        return
    generation = generate(search, stretches_of(search.prepared))
    choose_routes(search, generation)
    improve(search, generation)


def generate(search: Search, stretches: list[Stretch]) -> Generation:
    """Column generation over everything, for at most a share of the time; each full pass may lower the bound."""
    prepared = search.prepared
    generation = Generation(prepared, everything(prepared, stretches))
    generation.learn(search.placements)
    until = search.elapsed() + GENERATION_SHARE * search.left()

    outside = constant(prepared, generation.master)

    def bounded(bound: Fraction) -> None:
        search.bounded(bound + outside)

    generation.run(lambda: until - search.elapsed(), bounded=bounded)
    generation.prove(lambda: (1 + PROOF_SHARE) * until - search.elapsed(), bounded)
    return generation


def choose_routes(search: Search, generation: Generation) -> None:
    """First among the columns of least reduced cost, then among all, as long as there is time."""
    few = 2 * (len(search.prepared.open) + len(generation.stretches))
    for most in (few, MOST_COLUMNS):
        if search.settled or search.out_of_time():
            return
        kept = set(generation.learn(search.placements))
        routes = list(dict.fromkeys([*kept, *generation.promising(most)]))
        choice = Choice(search.prepared, generation.scope, generation.master.weeks, routes)
        found = choice.best(
            [number for number, route in enumerate(routes) if route in kept],
            seconds=CHOICE_SHARE * search.left(),
            work=CHOICE_WORK,
            seed=search.seed,
            workers=search.workers,
        )
        if found is not None:
            search.offer(greedy(search.prepared, first=found, out_of_time=search.out_of_time))
        if len(routes) < most:
            return
