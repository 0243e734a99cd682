# SPDX-License-Identifier: AGPL-3.0-or-later
"""Column generation: solve the master, price every stretch at its duals, add what pays, until nothing does.

Each pass over all stretches also gives a proven bound (``solver.lagrange``), whether or not it is the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from solver.index import day_of
from solver.labels import Priced, Pricer, TooManyLabels
from solver.master import Master, Solved
from solver.prepare import Placement, Prepared
from solver.prices import SCALE, Prices
from solver.routes import Route, Stretch, route_of
from solver.scope import Scope

PER_STRETCH = 12  # routes added from one stretch in one round: more slows the master down, fewer adds rounds
MOST_LABELS = 100_000
TINY = SCALE >> 16
CLOSED_TO_US = 1 << 60  # the price of a post that this scope may not fill

Bounded = Callable[[Prices, Iterable[int]], None]


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
        """Rounds until no route pays any more (``converged``) or time is up; ``bounded`` hears of each full pass."""
        active, full = list(self.stretches), True
        for _ in range(most_rounds):
            solved = self.master.solve(seconds_left())
            if solved is None:
                return
            self.solved = solved
            priced = self._price(active, solved.prices, seconds_left)
            if priced is None:
                return
            if full and bounded is not None:
                bounded(solved.prices, [found.best for found in priced.values()])
            added = self.master.add(self._routes(priced))
            if added:
                active, full = [number for number in active if priced[number].routes], False
            elif full:
                self.converged = True
                return
            else:
                active, full = list(self.stretches), True

    def _price(self, active: list[int], prices: Prices, seconds_left: Callable[[], float]) -> dict[int, Priced] | None:
        """Best routes of some stretches; None when time ran out in between."""
        found: dict[int, Priced] = {}
        for number in active:
            if seconds_left() <= 0:
                return None
            found[number] = self.price(self.stretches[number], prices)
        return found

    def price(self, stretch: Stretch, prices: Prices) -> Priced:
        """The routes of one stretch that are worth more than its own price."""
        worth = self.worths(stretch, prices)
        pricer = Pricer(stretch, prices, self.prepared.policy.travel_cost, worth, MOST_LABELS)
        at_least = prices.stretch.get(stretch.number, 0) + TINY
        try:
            return pricer.run(PER_STRETCH, at_least)
        except TooManyLabels:
            return Priced([], max(at_least, pricer.ceiling()))

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
