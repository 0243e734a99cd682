# SPDX-License-Identifier: AGPL-3.0-or-later
"""One CP-SAT model of the whole problem: a circuit for each mediator's day, starts as variables, sums as they are said.

It can say nearly everything and finds good plans of a day; a week of 600 slots is beyond it (planning.md §4), which is
why the planner builds day routes instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

from ortools.sat.python import cp_model

from bench.peers import Line, Peer
from bench.peers.rounds import Rounds, Stop
from solver.index import day_of, week_of
from solver.person import NO_LIMIT
from solver.prepare import Prepared
from solver.problem import DAY, PlanningProblem

CANNOT = (
    "fairness, continuity, what was published",
    "the road between two visits with a call between them",
)


class Arc(NamedTuple):
    """A way of one vehicle between two stops (-1: home), open or not, and the working minutes it adds."""

    here: int
    there: int
    taken: cp_model.IntVar
    work: int


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:
    started = monotonic()
    model = _Model(Rounds(Prepared(problem)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(1.0, seconds - (monotonic() - started))
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return model.rounds.lines(model.routes(solver))


class _Model:
    """Appointments share one start variable, so slots that start together do."""

    def __init__(self, rounds: Rounds) -> None:
        self.rounds, self.model = rounds, cp_model.CpModel()
        self.worth: list[cp_model.LinearExprT] = []
        self.starts = self._start_variables()
        self.known: dict[int, tuple[list[list[int]], ...]] = {}
        served: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        self.arcs: list[list[Arc]] = [[] for _ in rounds.vehicles]
        stops_of = defaultdict(list)
        for number, stop in enumerate(rounds.stops):
            for vehicle in rounds.allowed(stop):
                stops_of[vehicle].append(number)
        for vehicle, stops in sorted(stops_of.items()):
            for number, taken in self._circuit(vehicle, stops):
                served[number].append(taken)
        for number, choices in served.items():
            self.model.add_at_most_one(choices)
            self.worth += [rounds.stops[number].worth * taken for taken in choices]
        self._weeks()
        self._budgets(served)
        self.model.maximize(sum(self.worth))

    def routes(self, solver: cp_model.CpSolver) -> Iterator[tuple[int, list[int]]]:
        for vehicle, arcs in enumerate(self.arcs):
            after = {arc.here: arc.there for arc in arcs if solver.boolean_value(arc.taken)}
            calls, number = [], after.get(-1, -1)
            while number != -1:
                calls.append(number)
                number = after[number]
            yield vehicle, calls

    def _start_variables(self) -> list[cp_model.IntVar]:
        known: dict[int, cp_model.IntVar] = {}
        starts = []
        for number, stop in enumerate(self.rounds.stops):
            post = None if stop.post is None else self.rounds.prepared.index.posts[stop.post]
            key = -1 - number if post is None else post.appointment_number
            if key not in known:
                known[key] = self.model.new_int_var_from_domain(cp_model.Domain.from_values(self._allowed(stop)), "")
            starts.append(known[key])
        return starts

    def _allowed(self, stop: Stop) -> list[int]:
        """Every start of its appointment, which another slot of it may need."""
        if stop.post is None:
            return list(stop.starts)
        prepared = self.rounds.prepared
        return sorted(
            {start for post in prepared.group[stop.post] for pair in prepared.pairs[post] for start in pair.starts}
        )

    def _circuit(self, vehicle: int, stops: list[int]) -> Iterator[tuple[int, cp_model.IntVar]]:
        """Home, any of these stops, home; yields for each stop whether it is served."""
        home = self.model.new_bool_var("")
        loops: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, home)]
        place = {number: position for position, number in enumerate(stops, start=1)}
        for number in stops:
            taken = self.model.new_bool_var("")
            loops.append((place[number], place[number], ~taken))
            self.model.add_linear_expression_in_domain(
                self.starts[number], cp_model.Domain.from_values(self._hers(vehicle, number))
            ).only_enforce_if(taken)
            yield number, taken
        self.arcs[vehicle] = list(self._ways(vehicle, stops))
        ways = [(place.get(arc.here, 0), place.get(arc.there, 0), arc.taken) for arc in self.arcs[vehicle]]
        self.model.add_circuit([*loops, *ways])
        car = self.rounds.vehicles[vehicle]
        limit = self.rounds.prepared.persons[car.mediator].day_limit(car.day)
        if limit < NO_LIMIT:
            self.model.add(sum(arc.work * arc.taken for arc in self.arcs[vehicle]) <= limit)

    def _hers(self, vehicle: int, number: int) -> list[int]:
        """The starts of a stop that this mediator can keep on this day."""
        car, stop = self.rounds.vehicles[vehicle], self.rounds.stops[number]
        pair = None if stop.post is None else self.rounds.prepared.pair[stop.post, car.mediator]
        starts = stop.starts if pair is None else pair.starts
        return [start for start in starts if day_of(start) == car.day]

    def _ways(self, vehicle: int, stops: list[int]) -> Iterator[Arc]:
        """Every way that time allows; the working minutes of a stay count on the way that leaves it."""
        mediator = self.rounds.vehicles[vehicle].mediator
        minutes, cost, work = self._tables(mediator)
        first = {number: min(self._hers(vehicle, number), default=1 << 30) for number in stops}
        last = {number: max(self._hers(vehicle, number), default=-1) for number in stops}
        for here in [-1, *stops]:
            stay = 0 if here < 0 else self.rounds.stops[here].duration
            for there in [-1, *stops]:
                if here == there:
                    continue
                need = stay + minutes[here + 1][there + 1]
                between = here >= 0 and there >= 0
                if between and first[here] + need > last[there]:
                    continue
                taken = self.model.new_bool_var("")
                if between:
                    self.model.add(self.starts[here] + need <= self.starts[there]).only_enforce_if(taken)
                self.worth.append(-cost[here + 1][there + 1] * taken)
                yield Arc(here, there, taken, work[here + 1][there + 1])

    def _tables(self, mediator: int) -> tuple[list[list[int]], ...]:
        """Minutes, cost and working minutes of hers as plain lists, made once for all her days."""
        if mediator not in self.known:
            rounds = self.rounds
            tables = rounds.minutes(mediator), rounds.cost(mediator), rounds.work(mediator)
            self.known = {mediator: tuple(table.tolist() for table in tables)}
        return self.known[mediator]

    def _weeks(self) -> None:
        weeks: dict[tuple[int, int], list[Arc]] = defaultdict(list)
        for vehicle, arcs in zip(self.rounds.vehicles, self.arcs, strict=True):
            weeks[vehicle.mediator, week_of(vehicle.day * DAY)] += arcs
        for (mediator, week), arcs in weeks.items():
            limit = self.rounds.prepared.persons[mediator].week_limit(week)
            if limit < NO_LIMIT:
                self.model.add(sum(arc.work * arc.taken for arc in arcs) <= limit)

    def _budgets(self, served: dict[int, list[cp_model.IntVar]]) -> None:
        prepared = self.rounds.prepared
        spent: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
        for number, choices in served.items():
            stop = self.rounds.stops[number]
            for purse in prepared.purses[stop.post] if stop.post is not None else ():
                spent[purse] += [stop.duration * taken for taken in choices]
        for purse, room in enumerate(prepared.room.values()):
            if spent[purse]:
                self.model.add(sum(spent[purse]) <= room)


PEER = Peer("CP-SAT", CANNOT, threads=True, solve=solve)
