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

MANY_STARTS = 4_000


class Solved(NamedTuple):
    """The optimum over the routes at hand, the prices that prove it in price units, and how much of each route."""

    objective: float
    prices: Ints
    shares: npt.NDArray[np.float64]


class Master:
    """The linear program of a scope, grown by columns; keeps every route it was given."""

    def __init__(self, prepared: Prepared, rows: Rows, scope: Scope, bits: int, *, inside: bool = False) -> None:
        """``inside``: solve by the interior point method from the start."""
        self.prepared, self.rows, self.scope, self.bits = prepared, rows, scope, bits
        self.routes: list[Route] = []
        self.known: set[tuple[object, ...]] = set()
        self.local: dict[int, int] = {}
        self._uppers: list[float] = []
        self._columns: list[Column] = []
        self._rows()
        self.program = Program(self._uppers, inside=inside)
        self.program.add(self._columns)
        self._count = len(self._columns)
        self.columns: list[int] = []  # where each route stands in the program
        self._chosen: dict[tuple[int, int], int] = {}  # (appointment, start) -> the column that chooses it
        self._groups: dict[int, int] = {}  # appointment -> the row of its one start
        self._linked: dict[tuple[str, int], int] = {}  # (case, mediator) -> the column that links them
        self.covers: list[Cover] = []
        self._cover_rows: list[int] = []
        self._covered: dict[int, list[tuple[int, int]]] = {}

        if len(self._joint) <= MANY_STARTS:
            for post, start in self._joint:
                self._open_start(post, start)

    @property
    def inside(self) -> bool:
        return self.program.inside

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
        """One row a post; where starts are a joint decision a row a (post, start) follows.

        If those are very many, each waits until a route needs it: solutions are quicker then, but more of them needed.
        """
        here: list[int] = []
        self._joint: list[tuple[int, int]] = []
        for post in sorted(self.scope.posts):
            if not self.prepared.joint[post]:
                here.append(self.rows.posts[post, None])
                self._row(here[-1], 1)
                continue
            settled = self.scope.starts.get(self.prepared.index.posts[post].appointment_number)
            starts = {start for pair in self.prepared.pairs[post] for start in pair.starts}
            allowed = sorted(starts if settled is None else starts & {settled})
            self._joint.extend((post, start) for start in allowed)
            here.extend(self.rows.posts[post, start] for start in allowed)
        self.posts_here = np.array(sorted(here), dtype=np.int64)

    def _start(self, route: Route) -> None:
        """Opens the rows of a route's joint starts."""
        for post, _, start in route.placements:
            if self.prepared.joint[post]:
                self._open_start(post, start)

    def _open_start(self, post: int, start: int) -> None:
        """The row of a joint start: it is open only as far as its appointment chooses that start."""
        row, appointment = self.rows.posts[post, start], self.prepared.index.posts[post].appointment_number
        if row in self.local:
            return
        if (appointment, start) not in self._chosen:
            if appointment not in self._groups:
                self._groups[appointment] = self._late_row(1, {})
            self._chosen[appointment, start] = self._late(Column(0.0, ENDLESS, {self._groups[appointment]: 1.0}))
        self.local[row] = self._late_row(0, {self._chosen[appointment, start]: -1.0})

    def _late(self, column: Column) -> int:
        self.program.add([column])
        self._count += 1
        return self._count - 1

    def _late_row(self, upper: float, takes: dict[int, float]) -> int:
        self.program.cut(upper, takes)
        self._uppers.append(upper)
        return len(self._uppers) - 1

    def _week(self, key: tuple[int, int]) -> None:
        segments = self.rows.weeks[key]
        row = self._row(self.rows.week_rows[key], 0)
        for width, slope in segments:
            most = ENDLESS if width is None else float(width)
            self._columns.append(Column(-float(slope), most, {row: -1.0}))

    def _cases(self) -> None:
        """A case pays for each person linked to it beyond the first; locked people are linked already."""
        for post in sorted(self.scope.posts):
            case = self.rows.case_of[post]
            if case is not None and self.rows.cases[case] not in self.local:
                row = self._row(self.rows.cases[case], 1 - len(self.scope.people.get(case, ())))
                self._columns.append(Column(-float(self.prepared.policy.case_cost), ENDLESS, {row: -1.0}))

    def _link(self, route: Route) -> None:
        """Opens the rows that link a route's mediator to its cases; most of the many that could be are never needed."""
        for post, mediator, _ in route.placements:
            row, case = self.rows.link(mediator, post), self.rows.case_of[post]
            if case is None or row in self.local or mediator in self.scope.people.get(case, ()):
                continue
            if (case, mediator) not in self._linked:
                self._linked[case, mediator] = self._late(Column(0.0, 1.0, {self.local[self.rows.cases[case]]: 1.0}))
            self.local[row] = self._late_row(0, {self._linked[case, mediator]: -1.0})

    def add(self, routes: Iterable[Route]) -> int:
        """Adds routes that are new; returns how many were."""
        new = []
        for route in routes:
            key = (route.unit, route.placements)
            if key not in self.known:
                self.known.add(key)
                new.append(route)
        for route in new:
            self._start(route)
            self._link(route)
        self.program.add([self._column(route) for route in new])
        self.columns.extend(range(self._count, self._count + len(new)))
        self._count += len(new)
        self.routes.extend(new)
        return len(new)

    def only(self, numbers: Iterable[int], *, inside: bool = False) -> Master:
        """A fresh master that holds only these of its routes, and its cuts."""
        fresh = Master(self.prepared, self.rows, self.scope, self.bits, inside=inside)
        fresh.add([self.routes[number] for number in numbers])
        for cover in self.covers:
            fresh.cut(cover)
        return fresh

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
        takes = {self.columns[at]: float(weight) for at, weight in enumerate(weights) if weight}
        self._cover_rows.append(self._late_row(cover.most, takes))

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
        return Solved(found.objective, self._prices(found.prices), found.shares[np.array(self.columns, dtype=np.int64)])

    def _prices(self, duals: npt.NDArray[np.float64]) -> Ints:
        """Duals as whole prices; posts that this scope may not fill are closed."""
        prices = np.zeros(self.rows.free + 1 + len(self.covers), dtype=np.int64)
        prices[self.rows.first_post : self.rows.past_post] = CLOSED
        prices[self.posts_here] = 0
        places = np.fromiter(self.local.values(), dtype=np.int64)
        prices[np.fromiter(self.local, dtype=np.int64)] = np.rint(
            np.maximum(0.0, duals[places]) * (1 << self.bits)
        ).astype(np.int64)
        if self.covers:
            cuts = np.maximum(0.0, duals[np.array(self._cover_rows)])
            prices[self.rows.free + 1 :] = np.rint(cuts * (1 << self.bits)).astype(np.int64)
        for key in self._weeks():
            last = self.rows.weeks[key][-1]
            if last.width is None:
                row = self.rows.week_rows[key]
                prices[row] = min(int(prices[row]), int(last.slope * (1 << self.bits) // 1))
        return prices
