# SPDX-License-Identifier: AGPL-3.0-or-later
"""OR-Tools' routing library: a vehicle for each mediator's day, values as penalties, guided local search.

Unlike the other routing tools it takes further constraints on its variables, so weekly hours and budgets are said here.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import pairwise
from math import ceil
from time import monotonic

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from bench.peers import Line, Peer
from bench.peers.rounds import Minutes, Rounds
from solver.index import week_of
from solver.person import NO_LIMIT
from solver.prepare import Prepared
from solver.problem import DAY, PlanningProblem

CANNOT = (
    "fairness, continuity, what was published",
    "slots that start together",
    "the road between two visits with a call between them",
    "a break between two shifts of a day",
)


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:  # noqa: ARG001 (no seed)
    started = monotonic()
    model = _Model(Rounds(Prepared(problem)))
    if not model.rounds.vehicles:
        return []
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromSeconds(max(1, ceil(seconds - (monotonic() - started))))
    found = model.routing.SolveWithParameters(settings)
    if found is None:
        return []
    return model.rounds.lines((vehicle, model.route(found, vehicle)) for vehicle in range(len(model.rounds.vehicles)))


class _Model:
    """Node 0 is home, whosever it is: each mediator has a cost matrix of her own; then the stops in their order."""

    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.manager = pywrapcp.RoutingIndexManager(len(rounds.stops) + 1, len(rounds.vehicles), 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._costs()
        self._times()
        self._hours()
        self._stops()
        self._budgets()

    def route(self, found: pywrapcp.Assignment, vehicle: int) -> list[int]:
        index, calls = self.routing.Start(vehicle), []
        while not self.routing.IsEnd(index):
            if node := self.manager.IndexToNode(index):
                calls.append(node - 1)
            index = found.Value(self.routing.NextVar(index))
        return calls

    @cached_property
    def _stays(self) -> Minutes:
        """Minutes spent at each node, as a column."""
        return np.array([0, *(stop.duration for stop in self.rounds.stops)], dtype=np.int64)[:, None]

    def _evaluators(self, matrices: dict[float, Minutes]) -> list[int]:
        """The registered matrix of each vehicle, by its mediator's travel factor."""
        registered = {factor: self.routing.RegisterTransitMatrix(rows.tolist()) for factor, rows in matrices.items()}
        people = self.rounds.prepared.index.mediators
        return [registered[people[vehicle.mediator].travel_factor] for vehicle in self.rounds.vehicles]

    def _one_of_each_factor(self) -> dict[float, int]:
        people = self.rounds.prepared.index.mediators
        return {people[mediator].travel_factor: mediator for mediator in self.rounds.vehicles_of}

    def _costs(self) -> None:
        for mediator, vehicles in self.rounds.vehicles_of.items():
            evaluator = self.routing.RegisterTransitMatrix(self.rounds.cost(mediator).tolist())
            for vehicle in vehicles:
                self.routing.SetArcCostEvaluatorOfVehicle(evaluator, vehicle)

    def _times(self) -> None:
        step = self.rounds.prepared.policy.start_step
        matrices = {
            factor: self.rounds.minutes(mediator, step) + self._stays
            for factor, mediator in self._one_of_each_factor().items()
        }
        latest = max(vehicle.late for vehicle in self.rounds.vehicles)
        self.routing.AddDimensionWithVehicleTransits(self._evaluators(matrices), latest, latest, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for number, vehicle in enumerate(self.rounds.vehicles):
            self.time.CumulVar(self.routing.Start(number)).SetRange(vehicle.early, vehicle.late)
            self.time.CumulVar(self.routing.End(number)).SetRange(vehicle.early, vehicle.late)

    def _hours(self) -> None:
        """Working minutes of a day as a dimension, and of a week as a sum over her days."""
        persons = self.rounds.prepared.persons
        days = [persons[vehicle.mediator].day_limit(vehicle.day) for vehicle in self.rounds.vehicles]
        most = self.rounds.prepared.problem.horizon.days * DAY
        matrices = {factor: self._work(mediator) for factor, mediator in self._one_of_each_factor().items()}
        limits = [min(limit, most) for limit in days]
        self.routing.AddDimensionWithVehicleTransitAndCapacity(self._evaluators(matrices), 0, limits, True, "work")
        work = self.routing.GetDimensionOrDie("work")
        weeks: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, vehicle in enumerate(self.rounds.vehicles):
            weeks[vehicle.mediator, week_of(vehicle.day * DAY)].append(number)
        solver = self.routing.solver()
        for (mediator, week), vehicles in weeks.items():
            limit = persons[mediator].week_limit(week)
            if limit < NO_LIMIT:
                solver.Add(solver.Sum([work.CumulVar(self.routing.End(number)) for number in vehicles]) <= limit)

    def _work(self, mediator: int) -> Minutes:
        """Working minutes [from, to]: the stay and, where the policy says so, the road that follows it."""
        rounds, person = self.rounds, self.rounds.prepared.persons[mediator]
        road = rounds.road(mediator)
        road[rounds.calls, :] = road[:, rounds.calls] = 0
        if not person.home_is_work:
            road[0, :] = road[:, 0] = 0
        if not person.between_is_work:
            road[1:, 1:] = 0
        return road + self._stays

    def _stops(self) -> None:
        for number, stop in enumerate(self.rounds.stops):
            index = self.manager.NodeToIndex(number + 1)
            self.routing.AddDisjunction([index], stop.worth)
            # SetAllowedVehiclesForIndex takes no Python list in ortools 9.15; -1 is the vehicle of who is not served.
            self.routing.VehicleVar(index).SetValues([-1, *self.rounds.allowed(stop)])
            windows = stop.windows(self.rounds.prepared.policy.start_step)
            start = self.time.CumulVar(index)
            start.SetRange(windows[0][0], windows[-1][1])
            for (_, high), (low, _) in pairwise(windows):
                start.RemoveInterval(high + 1, low - 1)

    def _budgets(self) -> None:
        prepared, solver = self.rounds.prepared, self.routing.solver()
        spent: dict[int, list[pywrapcp.IntExpr]] = defaultdict(list)
        for number, stop in enumerate(self.rounds.stops):
            for purse in prepared.purses[stop.post] if stop.post is not None else ():
                served = self.routing.ActiveVar(self.manager.NodeToIndex(number + 1))
                spent[purse].append(served * stop.duration)
        for purse, room in enumerate(prepared.room.values()):
            if spent[purse]:
                solver.Add(solver.Sum(spent[purse]) <= room)


PEER = Peer("OR-Tools routing", CANNOT, threads=False, solve=solve)
