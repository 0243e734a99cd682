# SPDX-License-Identifier: AGPL-3.0-or-later
"""The choice of whole routes among the columns at hand, by CP-SAT.

Set packing with weeks, budgets, cases and joint starts, exactly as in the master program but in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from ortools.sat.python import cp_model

from solver.prepare import Placement, Prepared
from solver.routes import Route
from solver.rows import Rows, Segment
from solver.scope import Scope

FINE = 10_000  # fractions of a point that the objective tells apart, where fairness or money bring fractions at all
RELATIVE_GAP = 1e-5

Literal = cp_model.IntVar


class Choice:
    """One CP-SAT model over some routes; a route left out of it is not taken."""

    def __init__(self, prepared: Prepared, rows: Rows, scope: Scope, routes: Sequence[Route]) -> None:
        self.prepared, self.rows, self.scope, self.routes = prepared, rows, scope, routes
        self.daily = {unit.number for unit in scope.units if unit.week is None}
        self.model = cp_model.CpModel()
        self.taken = [self.model.new_bool_var("") for _ in routes]
        fractional = any(route.money for route in routes) or any(
            segment.slope for segments in rows.weeks.values() for segment in segments
        )
        self.fine = FINE if fractional else 1
        self.objective: list[tuple[Literal, int]] = [
            (taken, round(route.profit * self.fine)) for taken, route in zip(self.taken, routes, strict=True)
        ]
        self._packed()
        self._weekly()
        self._budgeted()
        self._linked()
        self.model.maximize(sum(weight * literal for literal, weight in self.objective))

    def best(
        self, hint: Iterable[int], *, seconds: float, work: float, seed: int, workers: int
    ) -> list[Placement] | None:
        """Placements of the best choice found; None when none was. ``work`` limits deterministic time as well."""
        chosen = set(hint)
        for number, taken in enumerate(self.taken):
            self.model.add_hint(taken, number in chosen)
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.max_time_in_seconds = max(0.01, seconds)
        parameters.max_deterministic_time = work
        parameters.random_seed = seed
        parameters.num_workers = workers
        parameters.linearization_level = 2
        parameters.relative_gap_limit = RELATIVE_GAP
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None  # after UNKNOWN the values would be nonsense
        return [
            placement
            for taken, route in zip(self.taken, self.routes, strict=True)
            if solver.boolean_value(taken)
            for placement in route.placements
        ]

    def _packed(self) -> None:
        """A unit has one route, a post one person; posts of one appointment start together."""
        of_unit: dict[int, list[Literal]] = defaultdict(list)
        of_post: dict[int, list[Literal]] = defaultdict(list)
        of_start: dict[tuple[int, int], dict[int, list[Literal]]] = defaultdict(lambda: defaultdict(list))
        for taken, route in zip(self.taken, self.routes, strict=True):
            of_unit[route.unit].append(taken)
            for post, _, start in route.placements:
                of_post[post].append(taken)
                if self.prepared.joint[post]:
                    of_start[self.prepared.index.posts[post].appointment_number, start][post].append(taken)
        for group in (*of_unit.values(), *of_post.values()):
            self.model.add_at_most_one(group)
        starts: dict[int, list[Literal]] = defaultdict(list)
        for (appointment, _), posts in of_start.items():
            here = self.model.new_bool_var("")
            starts[appointment].append(here)
            for literals in posts.values():
                self.model.add(sum(literals) <= here)
        for literals in starts.values():
            self.model.add_at_most_one(literals)

    def _weekly(self) -> None:
        """Weekly minutes stay within the limit; past each corner of the fairness cost they cost more."""
        worked: dict[tuple[int, int], list[tuple[Literal, int]]] = defaultdict(list)
        for taken, route in zip(self.taken, self.routes, strict=True):
            for week, minutes in route.work if route.unit in self.daily else ():
                worked[route.placements[0].mediator, week].append((taken, minutes))
        for key, parts in worked.items():
            segments = self.rows.weeks.get(key)
            if not segments:
                continue
            further = sum(minutes * taken for taken, minutes in parts)
            person = self.prepared.persons[key[0]]
            self.model.add(further <= person.week_limit(key[1]) - person.base_week.get(key[1], 0))
            if any(segment.slope for segment in segments):
                self._unfair(further, segments)

    def _unfair(self, further: cp_model.LinearExprT, segments: Sequence[Segment]) -> None:
        """The convex cost as the greatest of its tangents."""
        cost = self.model.new_int_var(0, 1 << 40, "")
        start, paid = Fraction(0), Fraction(0)
        for width, slope in segments:
            self.model.add(cost >= round(slope * self.fine) * further + round((paid - slope * start) * self.fine))
            if width is not None:
                start, paid = start + width, paid + slope * width
        self.objective.append((cost, -1))

    def _budgeted(self) -> None:
        spent: dict[int, list[tuple[Literal, int]]] = defaultdict(list)
        for taken, route in zip(self.taken, self.routes, strict=True):
            for post, _, _ in route.placements:
                for purse in self.prepared.purses[post]:
                    spent[purse].append((taken, self.prepared.index.posts[post].duration))
        room = self.scope.room
        for purse, parts in spent.items():
            self.model.add(sum(minutes * taken for taken, minutes in parts) <= room[purse])

    def _linked(self) -> None:
        """Each person on a case beyond the first costs; locked people are there already."""
        visits: dict[tuple[str, int], list[Literal]] = defaultdict(list)
        for taken, route in zip(self.taken, self.routes, strict=True):
            for case in {case for post, _, _ in route.placements if (case := self.rows.case_of[post]) is not None}:
                visits[case, route.placements[0].mediator].append(taken)
        people: dict[str, list[Literal]] = defaultdict(list)
        for (case, mediator), literals in visits.items():
            if mediator in self.scope.people.get(case, ()):
                continue
            linked = self.model.new_bool_var("")
            people[case].append(linked)
            for literal in literals:
                self.model.add_implication(literal, linked)
        for case, linked_people in people.items():
            settled = len(self.scope.people.get(case, ()))
            extra = self.model.new_int_var(0, len(linked_people) + settled, "")
            self.model.add(extra >= sum(linked_people) + settled - 1)
            self.objective.append((extra, -self.prepared.policy.case_cost * self.fine))
