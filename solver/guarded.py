# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan comes back in time, whatever happens: the search runs in a process of its own, which is ended if it overruns.

What did not finish is replaced by what did: the search, else the first plan alone, else only what is locked.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

import msgspec

from solver.check import all_reasons, score
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import PlanningProblem
from solver.progress import Progress

START = 2.0  # seconds a process may take to come up without taking them from its search
SEARCH_GRACE = 5.0  # seconds past its limit in which the search may still write its plan down
FIRST_PLAN_GRACE = 8.0  # seconds past the limit by which the first plan alone must be there


class Guarded(NamedTuple):
    """The plan, and a sentence saying what had to stand in for the search, or None."""

    plan: Plan
    trouble: str | None


def solve_in_time(
    problem: PlanningProblem,
    *,
    seconds: float,
    seed: int,
    workers: int,
    on_better: Callable[[Progress], None] = lambda _: None,
    target: Callable[..., None] | None = None,
) -> Guarded:
    """The plan of the search if it is there within ``seconds`` and a few, else the best stand-in.

    ``target`` replaces what the processes run, for tests: it gets the connection, the problem and the settings.
    """
    started = time.monotonic()
    for limit, until, stand_in in ((seconds, SEARCH_GRACE, None), (0.0, FIRST_PLAN_GRACE, "the first plan alone")):
        deadline = started + seconds + until
        settings = {"seconds": limit, "stop_at": time.time() + limit + START, "seed": seed, "workers": workers}
        plan = _asked(target or _search, problem, settings, deadline, on_better)
        if plan is not None:
            trouble = stand_in and f"the search ended without a plan: this is {stand_in}"
            return Guarded(plan, trouble)
    taken = time.monotonic() - started
    return Guarded(
        only_locked(problem, seed, taken), "no search ended: this plan keeps what is locked and fills nothing"
    )


def only_locked(problem: PlanningProblem, seed: int, seconds: float) -> Plan:
    """The plan that chooses nothing; its bound is the value of every slot, since no cost is negative."""
    visits = {slot.id: visit for visit in problem.appointments for slot in visit.slots}
    assignments = tuple(
        Assignment(lock.slot, lock.mediator, lock.start, lock.start + visits[lock.slot].duration)
        for lock in problem.locked
    )
    empty = sorted(visits.keys() - {line.slot for line in assignments})
    reached = score(problem, assignments)
    bound = sum(slot.value for visit in problem.appointments for slot in visit.slots)
    return Plan(
        format="ponte-plan/1",
        status="optimal" if bound == reached.total else "feasible",
        seconds=round(seconds, 3),
        seed=seed,
        assignments=assignments,
        unfilled=tuple(Unfilled(slot, why) for slot, why in all_reasons(problem, assignments, empty).items()),
        score=reached,
        bound=bound,
        gap=(bound - reached.total) / max(1, bound),
    )


def _asked(
    target: Callable[..., None],
    problem: PlanningProblem,
    settings: dict[str, float],
    deadline: float,
    on_better: Callable[[Progress], None],
) -> Plan | None:
    """What one child process answers before the deadline; None when it dies, fails or overruns."""
    if deadline <= time.monotonic():
        return None
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=target, args=(theirs, problem, settings), daemon=True)
    child.start()
    theirs.close()
    try:
        return _heard(ours, deadline, on_better)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _heard(ours: Connection, deadline: float, on_better: Callable[[Progress], None]) -> Plan | None:
    while ours.poll(max(0.0, deadline - time.monotonic())):
        try:
            said = ours.recv_bytes()
        except EOFError:
            return None
        if not said.startswith(b"["):
            return msgspec.json.decode(said, type=Plan)
        on_better(msgspec.json.decode(said, type=Progress))
    return None


def _search(theirs: Connection, problem: PlanningProblem, settings: dict[str, float]) -> None:
    """The child's work: progress as JSON lists, then the plan as a JSON object."""
    from solver.solve import solve

    def tell(progress: Progress) -> None:
        theirs.send_bytes(msgspec.json.encode(progress))

    plan = solve(
        problem,
        seconds=max(0.0, min(settings["seconds"], settings["stop_at"] - time.time())),
        seed=int(settings["seed"]),
        workers=int(settings["workers"]),
        on_better=tell,
    )
    theirs.send_bytes(msgspec.json.encode(plan))
