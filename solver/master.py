# SPDX-License-Identifier: AGPL-3.0-or-later
"""The master linear program over routes (Dantzig-Wolfe): which routes, in fractions, and the price of every row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.cuts import Cut, Cuts
from solver.gradual import Gradual
from solver.kernel import CLOSED
from solver.prepare import Prepared
from solver.program import ENDLESS, FINEST, Column, Program
from solver.routes import Route
from solver.rows import Decision, Rows
from solver.scope import Scope
from solver.together import Joint, Together

Ints = npt.NDArray[np.int64]

MOST_TURNS = 8  # solutions in a row that only add cuts
LARGE = 4_000  # rows beyond which a program is only approached


class Solved(NamedTuple):
    """The optimum over the routes at hand, the prices that prove it in price units, and how much of each route."""

    objective: float
    prices: Ints
    shares: npt.NDArray[np.float64]


class Master:
    """The linear program of a scope, grown by columns; keeps every route it was given."""

    def __init__(
        self,
        prepared: Prepared,
        rows: Rows,
        scope: Scope,
        bits: int,
        *,
        inside: bool = False,
        gradual: bool = False,
        whole: bool = False,
    ) -> None:
        """``inside``: solve by the interior point method from the start; ``gradual``: never to the end where it is large;
        ``whole``: routes will be taken whole.

        Whole choices ask for joint decisions written out; fractions are cut off where they differ (``solver.together``).
        """
        self.prepared, self.rows, self.scope, self.bits = prepared, rows, scope, bits
        self.routes: list[Route] = []
        self.known: set[tuple[object, ...]] = set()
        self.local: dict[int, int] = {}
        self.together = Together(rows, scope)
        self.agreed = True  # whether the last solution keeps all cuts that there are
        self._whole = whole
        self._parts: dict[tuple[Decision, int], int] = {}  # of decisions written out, the column that chooses each part
        self._heads: dict[Decision, int] = {}  # and the row that says how many there are
        self._paid: dict[str, int] = {}  # the column of the people that each case pays for
        self._uppers: list[float] = []
        self._columns: list[Column] = []
        self._rows()
        self.large = gradual and len(self._uppers) > LARGE
        self.program = Gradual(self._uppers) if self.large else Program(self._uppers, inside=inside)
        self.program.add(self._columns)
        self._count = len(self._columns)
        self.columns: list[int] = []  # where each route stands in the program
        self.cuts = Cuts(rows, scope.units)
        self._cut_rows: list[int] = []
        self._joint_rows: list[int] = []

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
        self._stand_ins()
        self._cases()

    def _weeks(self) -> Iterable[tuple[int, int]]:
        people = {unit.person.number for unit in self.scope.units if unit.week is None}
        return [key for key in self.rows.weeks if key[0] in people]

    def _posts(self) -> None:
        """One row a post; where starts are a joint decision its rows are cuts."""
        here: list[int] = []
        for post in sorted(self.scope.posts):
            if not self.prepared.joint[post]:
                here.append(self.rows.posts[post, None])
                self._row(here[-1], 1)
                continue
            settled = self.scope.starts.get(self.prepared.index.posts[post].appointment_number)
            starts = {start for pair in self.prepared.pairs[post] for start in pair.starts}
            here.extend(self.rows.posts[post, start] for start in starts if settled in (None, start))
        self.posts_here = np.array(sorted(here), dtype=np.int64)

    def _write_out(self, row: int) -> None:
        """Opens a row of a joint decision: routes take it as far as its part is chosen."""
        decision, part, _ = self.rows.decided[row]
        if decision not in self._heads:
            head = self.local[self.rows.cases[decision]] if isinstance(decision, str) else self._late_row(1, {})
            self._heads[decision] = head
        if (decision, part) not in self._parts:
            self._parts[decision, part] = self._late(Column(0.0, 1.0, {self._heads[decision]: 1.0}))
        self.local[row] = self._late_row(0, {self._parts[decision, part]: -1.0})

    def _stand_ins(self) -> None:
        """Those who were left out fill a post for no more than its minutes in the budgets."""
        for post in sorted(self.scope.posts & self.prepared.stand_in.keys()):
            minutes = float(self.prepared.index.posts[post].duration)
            takes = {self.local[self.rows.purses[purse]]: minutes for purse in self.prepared.purses[post]}
            takes[self.local[self.rows.posts[post, None]]] = 1.0
            self._columns.append(Column(float(self.prepared.stand_in[post]), 1.0, takes))

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
                self._paid[case] = len(self._columns)
                self._columns.append(Column(-float(self.prepared.policy.case_cost), ENDLESS, {row: -1.0}))

    def add(self, routes: Iterable[Route]) -> int:
        """Adds routes that are new; returns how many were."""
        new, taken = [], []
        for route in routes:
            key = (route.unit, route.placements)
            if key not in self.known:
                self.known.add(key)
                new.append(route)
                taken.append(self.rows.coefficients(route))
        for rows in taken:
            self._meet(rows)
        first = len(self.routes)
        self.program.add([self._column(first + at, *pair) for at, pair in enumerate(zip(new, taken, strict=True))])
        self.columns.extend(range(self._count, self._count + len(new)))
        self._count += len(new)
        self.routes.extend(new)
        return len(new)

    def only(self, numbers: Iterable[int], *, inside: bool = False) -> Master:
        """A fresh master that holds only these of its routes, and its cuts."""
        fresh = Master(self.prepared, self.rows, self.scope, self.bits, inside=inside)
        fresh.add([self.routes[number] for number in numbers])
        fresh.keep_cuts(self)
        return fresh

    def keep_cuts(self, other: Master) -> None:
        """Adds all cuts of another master of the same posts."""
        self.cut(other.cuts.all)
        for joint in other.together.joints:
            self.hold(joint)

    def _meet(self, taken: Iterable[int]) -> None:
        """Opens what a route needs of the decisions that it takes part in."""
        if not self._whole:
            for joint in self.together.meet(taken):
                self.hold(joint)
            return
        for row in taken:
            if row not in self.local and self.together.decides(row):
                self._write_out(row)

    def _column(self, number: int, route: Route, taken: dict[int, int]) -> Column:
        takes = {self.local[self.rows.units[route.unit]]: 1.0}
        for row, amount in taken.items():
            if row in self.local:
                takes[self.local[row]] = float(amount)
        for joint, weight in self.together.use(number, taken).items():
            takes[self._joint_rows[joint]] = float(weight)
        for cut, weight in self.cuts.weights(route).items():
            takes[self._cut_rows[cut]] = float(weight)
        return Column(float(route.profit), ENDLESS, takes)

    def hold(self, joint: Joint) -> None:
        """Adds a cut that stands for a joint decision."""
        if joint in self.together.joints:
            return
        takes = {self.columns[route]: float(weight) for route, weight in self.together.add(joint).items()}
        if isinstance(joint.decision, str):
            takes[self._paid[joint.decision]] = -1.0
        self._joint_rows.append(self._late_row(joint.most, takes))

    def cut(self, cuts: Iterable[Cut]) -> None:
        """Adds rows that every whole plan keeps."""
        numbers = [self.cuts.add(cut) for cut in cuts]
        takes: dict[int, dict[int, float]] = {number: {} for number in numbers}
        for column, route in zip(self.columns, self.routes, strict=True) if numbers else ():
            for number, weight in self.cuts.weights(route).items():
                if number in takes:
                    takes[number][column] = float(weight)
        self._cut_rows.extend(self._late_row(self.cuts.all[number].most, takes[number]) for number in numbers)

    def filled(self, solved: Solved) -> dict[int, float]:
        """The share of each post in a fractional plan."""
        shares: dict[int, float] = {}
        for number in np.flatnonzero(solved.shares > 0).tolist():
            for post, _, _ in self.routes[number].placements:
                shares[post] = shares.get(post, 0.0) + float(solved.shares[number])
        return shares

    def solve(self, seconds: float, precision: float = FINEST) -> Solved | None:
        """Solves the program as it stands; None when it was not finished in time. ``precision``: see ``Program.solve``.

        A basis carries on after cuts, so what disagrees is solved again; the interior point method waits for more routes.
        """
        for _ in range(MOST_TURNS):
            found = self.program.solve(seconds, precision)
            if found is None:
                return None
            shares = found.shares[np.array(self.columns, dtype=np.int64)]
            paid = {case: float(found.shares[column]) for case, column in self._paid.items()}
            solved = Solved(found.objective, self._prices(found.prices), shares)
            broken = self.together.broken(shares, paid)
            for joint in broken:
                self.hold(joint)
            self.agreed = self.large or not broken  # a program that is only approached breaks any by a little
            if self.agreed or self.inside:
                break
        return solved

    def _prices(self, duals: npt.NDArray[np.float64]) -> Ints:
        """Duals as whole prices; posts that this scope may not fill are closed."""
        prices = np.zeros(self.rows.free + 1 + len(self.cuts.all), dtype=np.int64)
        prices[self.rows.first_post : self.rows.past_post] = CLOSED
        prices[self.posts_here] = 0
        places = np.fromiter(self.local.values(), dtype=np.int64)
        prices[np.fromiter(self.local, dtype=np.int64)] = np.rint(
            np.maximum(0.0, duals[places]) * (1 << self.bits)
        ).astype(np.int64)
        self._share_out(duals, prices)
        if self._cut_rows:
            cuts = np.maximum(0.0, duals[np.array(self._cut_rows)])
            prices[self.rows.free + 1 :] = np.rint(cuts * (1 << self.bits)).astype(np.int64)
        for key in self._weeks():
            last = self.rows.weeks[key][-1]
            if last.width is None:
                row = self.rows.week_rows[key]
                prices[row] = min(int(prices[row]), int(last.slope * (1 << self.bits) // 1))
        return prices

    def _share_out(self, duals: npt.NDArray[np.float64], prices: Ints) -> None:
        """Each row of a joint decision costs what the cuts that hold it cost together, a case what all of its own do."""
        for row, joint in zip(self._joint_rows, self.together.joints, strict=True):
            if row < len(duals) and duals[row] > 0:
                price = round(float(duals[row]) * (1 << self.bits))
                prices[list(joint.rows)] += price
                if isinstance(joint.decision, str):
                    prices[self.rows.cases[joint.decision]] += price
