# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our own first plan, as the baseline: greatest regret first, each slot to the mediator who gains most."""

from __future__ import annotations

from bench.peers import Line, Peer
from solver.greedy import greedy
from solver.prepare import Prepared
from solver.problem import PlanningProblem


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:  # noqa: ARG001 (one pass)
    prepared = Prepared(problem)
    index = prepared.index
    placed = greedy(prepared).placed.values()
    return [(index.posts[one.post].slot.id, index.mediators[one.mediator].id, one.start) for one in placed]


PEER = Peer("greedy", (), threads=True, solve=solve)
