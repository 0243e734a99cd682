# SPDX-License-Identifier: AGPL-3.0-or-later
"""solve(problem) -> Plan: a first plan at once, then better ones and a smaller bound until both meet or time is up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial

from solver import bound as bounds
from solver.check import all_reasons, score
from solver.choice import Choice
from solver.columns import Generation
from solver.diary import Diary
from solver.greedy import greedy
from solver.improve import improve
from solver.lagrange import constant
from solver.plan import Assignment, Plan, Unfilled
from solver.prepare import Placement, Prepared
from solver.problem import PlanningProblem
from solver.progress import OnBetter, Progress, Search, Stop
from solver.routes import Stretch, stretches_of
from solver.scope import everything

__all__ = ["OnBetter", "Progress", "Stop", "solve"]

FIRST_PLAN_GRACE = 5.0  # seconds beyond the limit that the very first plan may take: a plan is better than none
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
    """The best plan found within ``seconds`` (up to FIRST_PLAN_GRACE more for the very first plan).

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
        run(search, hint)
    return written(search)


def run(search: Search, hint: Plan | None) -> None:
    """Greedy, then day routes, then improvement; each hands its plans to the search."""
    prepared = search.prepared
    search.bounded(bounds.slot_by_slot(prepared))
    for first in _starting_points(prepared, hint):
        until = search.seconds + (FIRST_PLAN_GRACE if search.best is None else 0.0)
        search.offer(greedy(prepared, first=first, out_of_time=partial(search.past, until)))
    if search.settled or search.out_of_time():
        return
    stretches = stretches_of(prepared)
    generation = generate(search, stretches)
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


def written(search: Search) -> Plan:
    """The best plan as the file says it; score and reasons come from the checker, so both always agree."""
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
