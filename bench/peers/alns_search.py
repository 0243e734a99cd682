# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adaptive large neighbourhood search (package alns) over our own exact gains, so it knows every rule and every goal.

Operators after Ropke and Pisinger, "An Adaptive Large Neighborhood Search Heuristic for the Pickup and Delivery
Problem with Time Windows", Transportation Science 40, 2006: random, worst and related removal and the removal of whole
days; greedy and regret-2 insertion; simulated annealing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic

import numpy as np
from alns import ALNS
from alns.select import RouletteWheel
from alns.stop import MaxRuntime

from bench.peers import Line, Peer
from bench.peers.neighbourhoods import State, Table, days, insert, random_posts, related, worst
from solver.greedy import greedy
from solver.prepare import Prepared
from solver.problem import PlanningProblem

HOT, COLD = 60.0, 1.0  # about the way to a nearby visit and a minute of it, in points of the score
SCORES = [25, 5, 1, 0]  # for a new best, a better, an accepted and a refused plan
DECAY = 0.8


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:  # noqa: ARG001 (one thread)
    started = monotonic()
    prepared = Prepared(problem)
    table = Table(prepared, greedy(prepared, out_of_time=lambda: monotonic() - started > seconds))
    search = ALNS(np.random.default_rng(seed))
    removals = {"random": random_posts, "worst": worst, "related": related, "days": days}
    for name, choose in removals.items():
        search.add_destroy_operator(_named(name, partial(table.remove, choose)))
    for name, regret in (("greedy", False), ("regret", True)):
        search.add_repair_operator(_named(name, partial(insert, table, regret=regret)))
    left = max(0.1, seconds - (monotonic() - started))
    best = search.iterate(
        table.state(),
        RouletteWheel(SCORES, DECAY, len(removals), 2),
        Cooling(left),
        MaxRuntime(left),
    ).best_state
    index = prepared.index
    return [
        (index.posts[one.post].slot.id, index.mediators[one.mediator].id, one.start) for one in best.placed.values()
    ]


class Cooling:
    """Simulated annealing whose temperature falls with the time that has passed, since rounds differ in length."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.started = seconds, monotonic()

    def __call__(self, rng: np.random.Generator, best: State, current: State, candidate: State) -> bool:  # noqa: ARG002
        heat = HOT * (COLD / HOT) ** min(1.0, (monotonic() - self.started) / self.seconds)
        worse = candidate.objective() - current.objective()
        return worse <= 0 or bool(rng.random() < np.exp(-worse / heat))


Operator = Callable[[State, np.random.Generator], State]


def _named(name: str, operator: Operator) -> Operator:
    """alns asks every operator for a name of its own."""

    def named(state: State, rng: np.random.Generator) -> State:
        return operator(state, rng)

    named.__name__ = name
    return named


PEER = Peer("ALNS", (), threads=False, solve=solve)
