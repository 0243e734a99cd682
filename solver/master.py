# SPDX-License-Identifier: AGPL-3.0-or-later
"""The master linear program over routes (Dantzig-Wolfe): which routes, in fractions, and the price of every row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.covers import Cover
from solver.kernel import CLOSED
from solver.prepare import Prepared
from solver.program import ENDLESS, Column, Program
from solver.routes import Route
from solver.rows import Rows
from solver.scope import Scope

Ints = npt.NDArray[np.int64]


class Solved(NamedTuple):
    """The optimum over the routes at hand, the prices that prove it in price units, and how much of each route."""

    objective: float
    prices: Ints
    shares: npt.NDArray[np.float64]


class Master:
    """The linear program of a scope, grown by columns; keeps every route it was given."""

    def __init__(self, prepared: Prepared, rows: Rows, scope: Scope, bits: int) -> None:
        self.prepared, self.rows, self.scope, self.bits = prepared, rows, scope, bits
        self.routes: list[Route] = []
        self.known: set[tuple[object, ...]] = set()
        self.local: dict[int, int] = {}
        self._uppers: list[float] = []
        self._columns: list[Column] = []
        self._rows()
        self.program = Program(self._uppers)
        self.program.add(self._columns)
        self.others = len(self._columns)
        self.covers: list[Cover] = []
        self._cover_rows: list[int] = []
        self._covered: dict[int, list[tuple[int, int]]] = {}
        self.global_rows = np.array(list(self.local), dtype=np.int64)

    def _row(self, row: int, upper: float) -> int:
        """Opens a row of the problem in this program."""
        self.local[row] = len(self._uppers)
        self._uppers.append(upper)
        return self.local[row]

    def _rows(self) -> None:
        rows, scope = self.rows, self.scope
        for unit in scope.units:
            self._row(rows.units[unit.number], 1)
        self._posts()
        for key in self._weeks():
            self._week(key)
        for purse, row in enumerate(rows.purses):
            self._row(row, scope.room[purse])
        self._cases()

    def _weeks(self) -> Iterable[tuple[int, int]]:
        people = {unit.person.number for unit in self.scope.units if unit.week is None}
        return [key for key in self.rows.weeks if key[0] in people]

    def _posts(self) -> None:
        """One row a post; where starts are a joint decision one row a (post, start), open only at the start chosen."""
        chosen: dict[tuple[int, int], dict[int, float]] = {}
        groups: dict[int, int] = {}
        for post in sorted(self.scope.posts):
            if not self.prepared.joint[post]:
                self._row(self.rows.posts[post, None], 1)
                continue
            appointment = self.prepared.index.posts[post].appointment_number
            settled = self.scope.starts.get(appointment)
            starts = {start for pair in self.prepared.pairs[post] for start in pair.starts}
            for start in sorted(starts if settled is None else starts & {settled}):
                if appointment not in groups:
                    groups[appointment] = len(self._uppers)
                    self._uppers.append(1)
                takes = chosen.setdefault((appointment, start), {groups[appointment]: 1.0})
                takes[self._row(self.rows.posts[post, start], 0)] = -1.0
        self._columns.extend(Column(0.0, ENDLESS, takes) for takes in chosen.values())

    def _week(self, key: tuple[int, int]) -> None:
        segments = self.rows.weeks[key]
        row = self._row(self.rows.week_rows[key], 0)
        for width, slope in segments:
            most = ENDLESS if width is None else float(width)
            self._columns.append(Column(-float(slope), most, {row: -1.0}))

    def _cases(self) -> None:
        """A case pays for each person linked to it beyond the first; locked people are linked already."""
        prepared, scope = self.prepared, self.scope
        mediators = {unit.person.number for unit in scope.units}
        links: dict[tuple[str, int], dict[int, float]] = {}
        cases: dict[str, int] = {}
        for post in sorted(scope.posts):
            case = self.rows.case_of[post]
            if case is None:
                continue
            people = scope.people.get(case, frozenset())
            if case not in cases:
                cases[case] = self._row(self.rows.cases[case], 1 - len(people))
                self._columns.append(Column(-float(prepared.policy.case_cost), ENDLESS, {cases[case]: -1.0}))
            for pair in prepared.pairs[post]:
                row = self.rows.link(pair.mediator, post)
                if pair.mediator in people or pair.mediator not in mediators or row in self.local:
                    continue
                takes = links.setdefault((case, pair.mediator), {cases[case]: 1.0})
                takes[self._row(row, 0)] = -1.0
        self._columns.extend(Column(0.0, 1.0, takes) for takes in links.values())

    def add(self, routes: Iterable[Route]) -> int:
        """Adds routes that are new; returns how many were."""
        columns = []
        for route in routes:
            key = (route.unit, route.placements)
            if key not in self.known:
                self.known.add(key)
                self.routes.append(route)
                columns.append(self._column(route))
        self.program.add(columns)
        return len(columns)

    def _column(self, route: Route) -> Column:
        takes = {self.local[self.rows.units[route.unit]]: 1.0}
        for row, amount in self.rows.coefficients(route).items():
            if row in self.local:
                takes[self.local[row]] = float(amount)
        for cover, weight in self.weights(route).items():
            takes[self._cover_rows[cover]] = float(weight)
        return Column(float(route.profit), ENDLESS, takes)

    def cut(self, cover: Cover) -> None:
        """Adds a row that every whole plan keeps (``solver.covers``)."""
        number = len(self.covers)
        self.covers.append(cover)
        for post, weight in cover.weights:
            self._covered.setdefault(post, []).append((number, weight))
        weights = (self.weights(route).get(number, 0) for route in self.routes)
        takes = {self.others + at: float(weight) for at, weight in enumerate(weights) if weight}
        self._cover_rows.append(len(self._uppers))
        self._uppers.append(cover.most)
        self.program.cut(cover.most, takes)

    def weights(self, route: Route) -> dict[int, int]:
        """What a route weighs in each cut."""
        weights: dict[int, int] = {}
        for post, _, _ in route.placements if self._covered else ():
            for cover, weight in self._covered.get(post, ()):
                weights[cover] = weights.get(cover, 0) + weight
        return weights

    def filled(self, solved: Solved) -> dict[int, float]:
        """The share of each post in a fractional plan."""
        shares: dict[int, float] = {}
        for number in np.flatnonzero(solved.shares > 0).tolist():
            for post, _, _ in self.routes[number].placements:
                shares[post] = shares.get(post, 0.0) + float(solved.shares[number])
        return shares

    def solve(self, seconds: float) -> Solved | None:
        """Solves the program as it stands; None when it was not finished in time."""
        found = self.program.solve(seconds)
        if found is None:
            return None
        return Solved(found.objective, self._prices(found.prices), found.shares[self.others :])

    def _prices(self, duals: npt.NDArray[np.float64]) -> Ints:
        """Duals as whole prices; posts that this scope may not fill are closed."""
        prices = np.zeros(self.rows.free + 1 + len(self.covers), dtype=np.int64)
        prices[self.rows.first_post : self.rows.past_post] = CLOSED
        places = np.array([self.local[row] for row in self.global_rows], dtype=np.int64)
        prices[self.global_rows] = np.rint(np.maximum(0.0, duals[places]) * (1 << self.bits)).astype(np.int64)
        if self.covers:
            cuts = np.maximum(0.0, duals[np.array(self._cover_rows)])
            prices[self.rows.free + 1 :] = np.rint(cuts * (1 << self.bits)).astype(np.int64)
        for key in self._weeks():
            last = self.rows.weeks[key][-1]
            if last.width is None:
                row = self.rows.week_rows[key]
                prices[row] = min(int(prices[row]), int(last.slope * (1 << self.bits) // 1))
        return prices
