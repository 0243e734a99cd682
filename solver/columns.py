# SPDX-License-Identifier: AGPL-3.0-or-later
"""Column generation: solve the master, price every stretch at its duals, add what pays, until nothing does.

Each pass over all stretches also gives a proven bound (``solver.lagrange``), whether or not it is the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from solver.index import day_of
from solver.labels import Priced, Pricer
from solver.lagrange import lagrangian
from solver.master import Master, Solved
from solver.prepare import Placement, Prepared
from solver.prices import SCALE, Prices, between
from solver.routes import Route, Stretch, route_of
from solver.scope import Scope

PER_STRETCH = 8  # routes added from one stretch in one round: more slows the master down, fewer adds rounds
PER_ROUND = 4_000  # routes added from all stretches in one round, but never fewer than two from each
BEAMS = (3, 5_000)  # labels that go on from a node: in a quick pass, and in one meant to be exact
NODES_PRICED_EXACTLY = 60_000  # in all stretches together: beyond, the first passes are quick ones
TINY = SCALE >> 16
WHOLE = Fraction(1)
RAMP = (Fraction(1, 2),)  # shares of the way to the master's duals in the first rounds
CLOSE = 0.01  # points between master and bound at which nothing is left to gain
CLOSED_TO_US = 1 << 60  # the price of a post that this scope may not fill

Bounded = Callable[[Fraction], None]


class Generation:
    """The growing master of one scope."""

    def __init__(self, prepared: Prepared, scope: Scope) -> None:
        self.prepared, self.scope = prepared, scope
        self.stretches = {stretch.number: stretch for stretch in scope.stretches}
        self.stretch_of = {(stretch.person.number, day): stretch for stretch in scope.stretches for day in stretch.days}
        self.master = Master(prepared, scope)
        self.solved: Solved | None = None
        self.converged = False

    def learn(self, placements: Iterable[Placement]) -> list[Route]:
        """Adds the routes of a plan, as far as they lie in this scope, and returns them."""
        parts: dict[int, list[Placement]] = {}
        for placement in placements:
            stretch = self.stretch_of.get((placement.mediator, day_of(placement.start)))
            if stretch is not None:
                parts.setdefault(stretch.number, []).append(placement)
        routes = [
            route_of(self.prepared, self.stretches[number], tuple(sorted(part, key=lambda placement: placement.start)))
            for number, part in parts.items()
        ]
        self.master.add(routes)
        return routes

    def run(
        self, seconds_left: Callable[[], float], *, bounded: Bounded | None = None, most_rounds: int = 10_000
    ) -> None:
        """Rounds until no route pays any more (``converged``) or time is up.

        The first rounds price nearer to prices at which no visit pays than to the duals of the young master, which
        are wild and slow to price. Later on such a stabilisation only adds rounds (24 without, 50 to 90 with it).
        """
        dearest, lowest = self._dearest(), None
        nodes = sum(len(stretch.visits) for stretch in self.stretches.values())
        active, full, beam = list(self.stretches), True, BEAMS[nodes <= NODES_PRICED_EXACTLY]
        for turn in range(most_rounds):
            self.solved = self.master.solve(seconds_left()) or self.solved
            if self.solved is None or seconds_left() <= 0:
                return
            share = RAMP[turn] if turn < len(RAMP) else WHOLE
            prices = self.solved.prices if share == WHOLE else between(dearest, self.solved.prices, share)
            priced = self._price(active, prices, seconds_left, beam)
            if priced is None:
                return
            added = self.master.add(self._routes(priced))
            if full:
                bound = self._bound(prices, priced)
                lowest = bound if lowest is None else min(bound, lowest)
                if bounded is not None:
                    bounded(bound)
                done = not added and share == WHOLE and beam == BEAMS[-1]
                if done or float(lowest) - self.solved.objective < CLOSE:
                    self.converged = True
                    return
            if not added:
                beam = BEAMS[-1]
            full = not added
            active = list(self.stretches) if full else [number for number in active if priced[number].routes]

    def prove(self, seconds_left: Callable[[], float], bounded: Bounded) -> None:
        """One full pass at the last duals, for its bound alone: what a run cut short by time still can prove."""
        if self.solved is None or self.converged:
            return
        priced = self._price(list(self.stretches), self.solved.prices, seconds_left, BEAMS[-1])
        if priced is not None:
            bounded(self._bound(self.solved.prices, priced))

    def _bound(self, prices: Prices, priced: dict[int, Priced]) -> Fraction:
        sold = replace(prices, stretch={number: found.best for number, found in priced.items()})
        return lagrangian(self.prepared, self.master, sold)

    def _dearest(self) -> Prices:
        """Prices at which no visit is worth making: each post at what its best mediator gains there."""
        post: dict[tuple[int, int | None], int] = {}
        for stretch in self.stretches.values():
            for row, static in zip(stretch.rows, stretch.static, strict=True):
                if row in self.master.post_rows:
                    post[row] = max(static, post.get(row, 0))
        return Prices(post=post)

    def _price(
        self, active: list[int], prices: Prices, seconds_left: Callable[[], float], beam: int
    ) -> dict[int, Priced] | None:
        """Best routes of some stretches; None when time ran out in between."""
        found: dict[int, Priced] = {}
        for number in active:
            if seconds_left() <= 0:
                return None
            found[number] = self.price(self.stretches[number], prices, beam)
        return found

    def price(self, stretch: Stretch, prices: Prices, beam: int) -> Priced:
        """The routes of one stretch that are worth more than its own price."""
        worth = self.worths(stretch, prices)
        pricer = Pricer(stretch, prices, self.prepared.policy.travel_cost, worth)
        want = min(PER_STRETCH, max(2, PER_ROUND // len(self.stretches)))
        return pricer.run(want, prices.stretch.get(stretch.number, 0) + TINY, beam)

    def worths(self, stretch: Stretch, prices: Prices) -> list[int]:
        """What each node brings once its post, its minutes and its links are paid for."""
        number, posts, rows = stretch.person.number, self.prepared.index.posts, self.master.post_rows
        hours = [prices.work.get((number, week), 0) for week in stretch.weeks]
        worth = []
        for node, visit in enumerate(stretch.visits):
            minutes = visit.end - visit.start
            rest = stretch.static[node] - minutes * hours[stretch.day[node]]
            if not visit.fact:
                row = stretch.rows[node]
                rest -= prices.post.get(row, 0) if row in rows else CLOSED_TO_US
                rest -= minutes * sum(prices.purse.get(purse, 0) for purse in self.prepared.purses[visit.post])
                rest -= prices.link.get((number, posts[visit.post].appointment_number), 0)
            worth.append(rest)
        return worth

    def promising(self, most: int) -> list[Route]:
        """The routes of least reduced cost."""
        routes = self.master.routes
        if self.solved is None or len(routes) <= most:
            return list(routes)
        loss = [self.reduced_cost(route, self.solved.prices) for route in routes]
        return [routes[number] for number in sorted(range(len(routes)), key=loss.__getitem__)[:most]]

    def reduced_cost(self, route: Route, prices: Prices) -> int:
        """What taking a route loses at these prices, in price units; 0 for the routes of the fractional optimum."""
        posts, joint = self.prepared.index.posts, self.prepared.joint
        paid = prices.stretch.get(route.stretch, 0) - int((route.gain - route.euros) * SCALE)
        for post, mediator, start in route.placements:
            duration = posts[post].duration
            paid += prices.post.get((post, start if joint[post] else None), 0)
            paid += duration * sum(prices.purse.get(purse, 0) for purse in self.prepared.purses[post])
            paid += prices.link.get((mediator, posts[post].appointment_number), 0)
        mediator = route.placements[0].mediator
        return paid + sum(minutes * prices.work.get((mediator, week), 0) for week, minutes in route.work)

    def _routes(self, priced: dict[int, Priced]) -> list[Route]:
        return [
            route_of(self.prepared, self.stretches[number], placements_of(self.stretches[number], nodes))
            for number, found in priced.items()
            for _, nodes in found.routes
        ]


def placements_of(stretch: Stretch, nodes: Iterable[int]) -> tuple[Placement, ...]:
    visits = (stretch.visits[node] for node in nodes)
    return tuple(Placement(visit.post, stretch.person.number, visit.start) for visit in visits)
