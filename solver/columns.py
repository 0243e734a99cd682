# SPDX-License-Identifier: AGPL-3.0-or-later
"""Column generation: solve the master, price every unit near its duals, add what pays, until nothing does.

Each pass over all units also gives a proven bound (``solver.lagrange``), whether or not it is the last. Units are priced
half way between the best prices so far and the master's own, which are wild while it is young (P. Wentges, "Weighted
Dantzig-Wolfe decomposition for linear mixed-integer programming", International Transactions in Operational Research
4(2), 1997).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from solver import kernel
from solver.covers import EMPTY, covers, items_of
from solver.lagrange import lagrangian
from solver.landscape import Landscape, Priced
from solver.master import Master, Solved
from solver.prepare import Placement
from solver.program import FINEST
from solver.routes import Route
from solver.scope import Scope
from solver.subsets import subsets

Ints = npt.NDArray[np.int64]
Bounded = Callable[[Fraction], None]

PER_UNIT = 8  # routes added from one unit in one round: more slows the master down, fewer adds rounds
PER_ROUND = 3_000  # routes added from all units in one round, but never fewer than two from each
CLOSE, VERY_CLOSE = 0.02, 1e-5  # between master and bound, points and relative, at which little is left to gain
NEARLY = 5e-5  # the same where the master is only approached
CUT_ROUNDS = 4
CROWDED = 3  # routes for each unit and post that a master keeps when it is cleaned
NARROW, WIDER = 8, 8  # labels that go on from a node at first, and how many times more once little is found
FEW_NEW = 4  # a route from every so many units is little
ROUGH, FINER = 1e-2, 10  # the first precision of the interior point method; how far it goes beyond the gap that is left
# Passes in a row that may find nothing new: each halves the way to the master's own prices, the last is there.
MISSES = 5


class Generation:
    """The growing master of one scope, and the best bound its prices proved."""

    def __init__(self, land: Landscape, scope: Scope, *, close: float = VERY_CLOSE) -> None:
        """``close``: between master and bound, relative, what is not worth another round."""
        self.land, self.scope = land, scope
        self.master = Master(land.prepared, land.rows, scope, land.bits, gradual=True)
        self.numbers = np.array([unit.number for unit in scope.units], dtype=np.int64)
        self.unit_rows = np.array([land.rows.units[number] for number in self.numbers.tolist()], dtype=np.int64)
        self.solved: Solved | None = None
        self.beam = NARROW
        self.precision, self.close = ROUGH, close
        self.want = min(PER_UNIT, max(2, PER_ROUND // max(1, len(scope.units))))
        self.bound: Fraction | None = None
        self.prices: Ints | None = None  # those of the best bound, and what each unit is worth at them
        self.best: Ints | None = None

    @property
    def converged(self) -> bool:
        """Whether the master's optimum is proven to be that of all routes, but for very little."""
        if self.solved is None or self.bound is None or not self.master.agreed:
            return False
        left = float(self.bound) - self.solved.objective
        near = NEARLY if self.master.large else self.close
        return left < max(CLOSE, near * abs(self.solved.objective))

    def is_hopeless(self, worth: int | None) -> bool:
        """Whether no plan here can be worth a whole point more."""
        return worth is not None and self.bound is not None and self.bound < worth + 1

    def learn(self, placements: Iterable[Placement]) -> list[Route]:
        """Adds the routes of a plan and returns them."""
        routes = self.land.routes_of(placements, self.scope.units)
        self.master.add(routes)
        return routes

    def begin_at(self, other: Generation, bounded: Bounded | None = None) -> None:
        """Prices every unit at the best prices of another generation first, that of the same posts in other units."""
        assert other.prices is not None
        self.master.keep_cuts(other.master)
        prices = other.prices.copy()
        for unit in self.scope.units:
            if unit.week is not None:
                row = self.land.rows.week_rows.get((unit.person.number, unit.week))
                if row is not None:
                    self.land.guesses[unit.number, kernel.HOUR] = prices[row]
                    prices[row] = 0
        self._priced(prices, np.zeros(len(self.numbers), dtype=np.int64), bounded)

    def begin(self, bounded: Bounded | None = None) -> None:
        """Prices at which no visit pays: each post at what its best mediator gains there.

        From there the first rounds lead gently to the prices of the young master, which are slow to price.
        """
        land, nodes = self.land, self.land.graph.nodes
        prices = np.zeros(land.rows.free + 1, dtype=np.int64)
        np.maximum.at(prices, nodes[:, kernel.ROW], land.graph.static)
        prices[land.rows.free] = 0
        self.begin_near(prices, bounded)

    def begin_near(self, prices: Ints, bounded: Bounded | None = None) -> None:
        """Prices every unit at some prices of the same rows first; posts that this scope may not fill are closed."""
        rows = self.land.rows
        near = prices[: rows.free + 1].copy()
        closed = np.ones(len(near), dtype=np.bool_)
        closed[self.master.posts_here] = False
        closed[: rows.first_post] = closed[rows.past_post :] = False
        near[closed] = kernel.CLOSED
        self._priced(near, np.zeros(len(self.numbers), dtype=np.int64), bounded)

    def run(
        self,
        seconds_left: Callable[[], float],
        *,
        bounded: Bounded | None = None,
        most_rounds: int = 10_000,
        worth: int | None = None,
    ) -> None:
        """Rounds until no route pays any more (``converged``), time is up or nothing beyond ``worth`` can come of it."""
        if self.prices is None:
            self.begin(bounded)
        for _ in range(most_rounds):
            self.solved = self.master.solve(seconds_left(), self.precision) or self.solved
            self._clean()
            if self.solved is None or seconds_left() <= 0 or self.is_hopeless(worth):
                return
            if not self._round(self.solved, seconds_left, bounded) and self.master.agreed and self._is_finest():
                return

    def _is_finest(self) -> bool:
        """Whether a solution was as precise as can be; else the next one is more so."""
        if not self.master.inside or self.precision <= FINEST or self.converged:
            return True
        self.precision = max(FINEST, self.precision / FINER)
        return False

    def tighten(self, seconds_left: Callable[[], float], *, bounded: Bounded | None = None) -> None:
        """Cuts off what budgets pay for in pieces, as long as that lowers the optimum and there is time."""
        prepared, posts = self.land.prepared, self.scope.posts
        items = {purse: items_of(prepared, purse, posts) for purse in self._tight_purses()}
        for _ in range(CUT_ROUNDS):
            if self.solved is None or seconds_left() <= 0:
                return
            filled = self.master.filled(self.solved)
            found = [
                cover
                for purse, its in items.items()
                for cover in covers(its, self.scope.room[purse], filled)
                if cover not in self.master.cuts
            ]
            if not found:
                return
            self.master.cut(found)
            self.run(seconds_left, bounded=bounded)

    def sharpen(self, seconds_left: Callable[[], float], *, bounded: Bounded | None = None) -> None:
        """Cuts off halves of routes that share posts two by two, as long as there are any and there is time.

        Shares that are only near an optimum show none of them.
        """
        if self.master.large:
            return
        for _ in range(CUT_ROUNDS):
            if self.solved is None or seconds_left() <= 0:
                return
            taken = np.flatnonzero(self.solved.shares > EMPTY).tolist()
            parts = (
                (posts, float(self.solved.shares[number]))
                for number in taken
                for posts in self.master.cuts.parts(self.master.routes[number])
            )
            found = [cut for cut in subsets(parts) if cut not in self.master.cuts]
            if not found:
                return
            self.master.cut(found)
            self.run(seconds_left, bounded=bounded)

    def _clean(self) -> None:
        """Starts the master afresh without the routes that lose most, once they are many.

        Only where the interior point method solves it, since that takes longer with each of them and keeps no basis.
        """
        many = CROWDED * (len(self.scope.units) + len(self.scope.posts))
        if not self.master.inside or len(self.master.routes) <= 2 * many or self.solved is None:
            return
        old, kept = self.master, self._least_losses(many)
        self.master = old.only(kept, inside=old.inside)
        shares = np.zeros(len(old.routes))
        shares[: len(self.solved.shares)] = self.solved.shares
        self.solved = self.solved._replace(shares=shares[kept])

    def _least_losses(self, most: int) -> list[int]:
        """The numbers of the routes that lose least at the master's prices."""
        assert self.solved is not None
        loss = [self.loss(route, self.solved.prices) for route in self.master.routes]
        return sorted(range(len(loss)), key=loss.__getitem__)[:most]

    def _tight_purses(self) -> list[int]:
        if self.solved is None:
            return []
        return [purse for purse, row in enumerate(self.land.rows.purses) if self.solved.prices[row]]

    def _round(self, solved: Solved, seconds_left: Callable[[], float], bounded: Bounded | None) -> bool:
        """Adds routes that pay; False when there are none or time is up."""
        if self.master.inside:
            return self._inner_round(solved, bounded)
        duals = np.maximum(0, solved.prices[self.unit_rows])
        for miss in range(MISSES):
            prices, floors = solved.prices, duals
            if self.prices is not None and self.best is not None and miss < MISSES - 1:
                prices, floors = (self._settled(prices) + prices) >> 1, (self.best + duals) >> 1
            added = self._priced(prices, floors, bounded)
            if self.converged or seconds_left() <= 0:
                return False
            if added < len(self.numbers) // FEW_NEW:
                self.beam = min(kernel.MOST_LABELS, self.beam * WIDER)
            if added:
                return True
        return False

    def _inner_round(self, solved: Solved, bounded: Bounded | None) -> bool:
        """One pass near prices that the interior point method found, which are steadier than those of a corner.

        The better the bound, the more precise the next solution, and pricing, which takes far less time, leaves less out.
        """
        prices, floors = solved.prices, np.maximum(0, solved.prices[self.unit_rows])
        if self.prices is not None and self.best is not None and self.precision > FINEST:
            prices, floors = (self._settled(prices) + 3 * prices) >> 2, (self.best + 3 * floors) >> 2
        added = self._priced(prices, floors, bounded)
        self.beam = min(kernel.MOST_LABELS, 2 * self.beam)
        assert self.bound is not None
        gap = (float(self.bound) - solved.objective) / max(1.0, abs(solved.objective))
        self.precision = min(self.precision, max(FINEST, gap / FINER))
        return added > 0 and not self.converged

    def _settled(self, prices: Ints) -> Ints:
        """The prices of the best bound; cuts that came later were free then."""
        assert self.prices is not None
        settled = np.zeros_like(prices)
        settled[: len(self.prices)] = self.prices
        return settled

    def _priced(self, prices: Ints, floors: Ints, bounded: Bounded | None) -> int:
        """Prices every unit once; returns how many new routes came of it."""
        land = self.land
        charges = self.master.cuts.charges(prices)
        prices = land.rows.raised(prices, charges.post, land.bits)
        priced = land.price(self.numbers, prices, charges, floors, self.want, beam=self.beam)
        bound = lagrangian(land.prepared, land.rows, self.scope, prices, priced.best, land.bits)
        bound += Fraction(self.master.cuts.sell(prices), 1 << land.bits)
        if self.bound is None or bound < self.bound:
            self.bound, self.prices, self.best = bound, prices, priced.best
            if bounded is not None:
                bounded(bound)
        return self.master.add(self.routes(priced))

    def routes(self, priced: Priced) -> Iterable[Route]:
        for found in priced.routes:
            route = self.land.route(found)
            yield route
            if not self.land.is_single(route):
                yield self.land.single(route)

    def promising(self, most: int) -> list[Route]:
        """The whole routes of least loss at the master's prices, those that can be taken as they are."""
        if self.solved is None or len(self.master.routes) <= most:
            return [route for route in self.master.routes if self.land.is_single(route)]
        routes = (self.master.routes[number] for number in self._least_losses(most))
        return [route for route in routes if self.land.is_single(route)]

    def loss(self, route: Route, prices: Ints) -> int:
        """What taking a route loses at these prices, in price units; 0 for the routes of the fractional optimum."""
        rows = self.land.rows
        paid = int(prices[rows.units[route.unit]]) - int(route.profit * (1 << self.land.bits))
        paid += sum(amount * int(prices[row]) for row, amount in rows.coefficients(route).items())
        cuts = prices[rows.free + 1 :]
        weights = self.master.cuts.weights(route)
        return paid + sum(weight * int(cuts[cut]) for cut, weight in weights.items() if cut < len(cuts))
