# SPDX-License-Identifier: AGPL-3.0-or-later
"""OR-Tools' routing library: a vehicle for each mediator's day, values as penalties, guided local search.

It would take weekly hours as sums over a mediator's vehicles, but then its insertion finds far less (350 of 600 slots
where caps bind, against 522 before and 430 after mending), so they are left out and mended like everybody's.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from time import monotonic

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from bench.peers import Line, Peer
from bench.peers.rounds import Minutes, Rounds
from solver.prepare import Prepared
from solver.problem import DAY, PlanningProblem

CANNOT = (
    "fairness, continuity, what was published",
    "weekly hours and budgets (as sums over vehicles they blind its insertion), slots that start together",
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

    def route(self, found: pywrapcp.Assignment, vehicle: int) -> list[int]:
        index, calls = self.routing.Start(vehicle), []
        while not self.routing.IsEnd(index):
            if node := self.manager.IndexToNode(index):
                calls.append(node - 1)
            index = found.Value(self.routing.NextVar(index))
        return calls

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
            factor: self.rounds.minutes(mediator, step) + self.rounds.stays
            for factor, mediator in self._one_of_each_factor().items()
        }
        latest = max(vehicle.late for vehicle in self.rounds.vehicles)
        self.routing.AddDimensionWithVehicleTransits(self._evaluators(matrices), latest, latest, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for number, vehicle in enumerate(self.rounds.vehicles):
            self.time.CumulVar(self.routing.Start(number)).SetRange(vehicle.early, vehicle.late)
            self.time.CumulVar(self.routing.End(number)).SetRange(vehicle.early, vehicle.late)

    def _hours(self) -> None:
        """Working minutes of a day as a dimension."""
        persons = self.rounds.prepared.persons
        days = [persons[vehicle.mediator].day_limit(vehicle.day) for vehicle in self.rounds.vehicles]
        most = self.rounds.prepared.problem.horizon.days * DAY
        matrices = {factor: self.rounds.work(mediator) for factor, mediator in self._one_of_each_factor().items()}
        limits = [min(limit, most) for limit in days]
        self.routing.AddDimensionWithVehicleTransitAndCapacity(self._evaluators(matrices), 0, limits, True, "work")

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


PEER = Peer("OR-Tools routing", CANNOT, threads=False, solve=solve)
