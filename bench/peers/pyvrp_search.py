# SPDX-License-Identifier: AGPL-3.0-or-later
"""PyVRP: one vehicle type for each mediator's day, values as prizes, forbidden edges for who may not serve a stop."""

from __future__ import annotations

from time import monotonic
from typing import Any

import numpy as np
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType
from pyvrp import solve as search
from pyvrp.stop import MaxRuntime

from bench.peers import Line, Peer
from bench.peers.rounds import Minutes, Rounds, Stop
from solver.prepare import Prepared
from solver.problem import PlanningProblem

FORBIDDEN = 10_000_000  # beyond every prize; PyVRP 0.14.1 can hang on its own default of 2^44

CANNOT = (
    "fairness, continuity, what was published",
    "daily and weekly hours, budgets, slots that start together",
    "the road between two visits with a call between them",
    "a break between two shifts of a day",
)


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:  # noqa: ARG001 (one thread)
    started = monotonic()
    rounds = Rounds(Prepared(problem))
    if not rounds.vehicles:
        return []
    data, stop_of = _data(rounds)
    left = max(1.0, seconds - (monotonic() - started))
    best = search(data, MaxRuntime(left), seed=seed, collect_stats=False, display=False).best
    return rounds.lines(
        (route.vehicle_type(), [stop_of[call.idx] for call in route.schedule() if call.is_client()])
        for route in best.routes()
    )


def _data(rounds: Rounds) -> tuple[ProblemData, list[int]]:
    """The model, and for each of its clients the stop it stands for: one client for each window of a stop.

    Every profile has its own home at location 0, so one depot serves them all.
    """
    step = rounds.prepared.policy.start_step
    clients: list[Client] = []
    groups: list[ClientGroup] = []
    stop_of: list[int] = []
    for number, stop in enumerate(rounds.stops):
        windows = stop.windows(step)
        several = len(windows) > 1
        if several:
            groups.append(ClientGroup(list(range(len(clients), len(clients) + len(windows))), required=False))
        for window in windows:
            stop_of.append(number)
            clients.append(_client(number, stop, window, len(groups) - 1 if several else None))
    profile = {mediator: number for number, mediator in enumerate(rounds.vehicles_of)}
    # PyVRP's stubs name the type of a matrix in a way no array has.
    costs: list[Any] = [_only_hers(rounds, mediator, rounds.cost(mediator)) for mediator in profile]
    minutes: list[Any] = [_only_hers(rounds, mediator, rounds.minutes(mediator, step)) for mediator in profile]
    data = ProblemData(
        locations=[Location(0, 0) for _ in range(len(rounds.stops) + 1)],
        clients=clients,
        depots=[Depot(location=0)],
        vehicle_types=[
            VehicleType(tw_early=vehicle.early, tw_late=vehicle.late, profile=profile[vehicle.mediator])
            for vehicle in rounds.vehicles
        ],
        distance_matrices=costs,
        duration_matrices=minutes,
        groups=groups,
    )
    return data, stop_of


def _client(number: int, stop: Stop, window: tuple[int, int], group: int | None) -> Client:
    return Client(
        location=number + 1,
        service_duration=stop.duration,
        tw_early=window[0],
        tw_late=window[1],
        prize=stop.worth,
        required=False,
        group=group,
    )


def _only_hers(rounds: Rounds, mediator: int, matrix: Minutes) -> Minutes:
    """The matrix with every way to and from a stop that is not for this mediator forbidden."""
    others = [number for number, stop in enumerate(rounds.stops, start=1) if mediator not in stop.extra]
    matrix[others, :] = FORBIDDEN
    matrix[:, others] = FORBIDDEN
    np.fill_diagonal(matrix, 0)
    return matrix


PEER = Peer("PyVRP", CANNOT, threads=False, solve=solve)
