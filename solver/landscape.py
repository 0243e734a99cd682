# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that routes can be made of, drawn once for a whole problem, and priced at any prices by several threads."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import cached_property
from threading import local
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver import kernel
from solver.graph import Drawing, fineness
from solver.index import day_of
from solver.kernel import Charges
from solver.prepare import Placement, Prepared
from solver.routes import Route, Unit, route_of, units_of
from solver.rows import Rows
from solver.visits import Visit

Ints = npt.NDArray[np.int64]

SHARES_OF_A_WORKER = 4  # parts that units are dealt into for each thread, so that none waits long for another


class Found(NamedTuple):
    """A route that pays: its unit, what it is worth at the prices asked about, and its nodes in the graph."""

    unit: int
    worth: int
    nodes: Ints


class Priced(NamedTuple):
    """What a pass over some units found: what any route of each is worth at most, and routes that pay."""

    best: Ints
    routes: list[Found]
    whole: bool  # whether every unit was priced to the end, so that no route was missed


class Landscape:
    """The units of a problem, the rows they compete for, and the graph that the compiled pricing reads."""

    def __init__(self, prepared: Prepared, workers: int, bits: int | None = None) -> None:
        """``bits``: of a price unit, where prices come from another landscape."""
        self.prepared, self.workers = prepared, workers
        self.units = units_of(prepared)
        self.rows = Rows(prepared, self.units)
        drawing = Drawing(prepared, self.rows, self.units, fineness(prepared) if bits is None else bits)
        self.graph, self.bits = drawing.graph(), drawing.bits
        self.daily = [unit for unit in self.units if unit.week is None]
        in_a_week = {
            (unit.person.number, day)
            for unit in self.units
            if unit.week is not None
            for part in unit.stretches
            for day in part.days
        }
        self.weekly = [
            unit
            for unit in self.units
            if unit.week is not None or (unit.person.number, unit.stretches[0].days[0]) not in in_a_week
        ]
        self._alone = {(unit.person.number, unit.stretches[0].days[0]): unit for unit in self.daily}
        self.visits = [visit for unit in self.daily for visit in unit.stretches[0].nodes]
        self.weekly_of: dict[int, list[Unit]] = {}
        for unit in self.weekly:
            self.weekly_of.setdefault(unit.person.number, []).append(unit)
        self.guesses = np.zeros((max(1, len(self.units)), 2), dtype=np.int64)  # of weekly units: see the kernel
        self._road = np.int64(prepared.policy.travel_cost << self.bits)
        self._words = int(self.graph.stretches[:, kernel.WORDS].max(initial=1))
        self._mine = local()
        self._threads = ThreadPoolExecutor(workers) if workers > 1 else None

    @cached_property
    def reach(self) -> list[frozenset[int]]:
        """For each unit the posts it can fill."""
        return [
            frozenset(visit.post for part in unit.stretches for visit in part.nodes if not visit.fact)
            for unit in self.units
        ]

    def apart(self, units: Iterable[Unit]) -> list[Unit]:
        """The same stretches, each a unit of its own."""
        return [self._alone[unit.person.number, part.days[0]] for unit in units for part in unit.stretches]

    @cached_property
    def nodes_of(self) -> dict[int, list[tuple[int, Placement]]]:
        """For each post its nodes in the graph, each with the placement it stands for."""
        nodes: dict[int, list[tuple[int, Placement]]] = {}
        people = (unit.person.number for unit in self.daily for _ in unit.stretches[0].nodes)
        for node, (visit, number) in enumerate(zip(self.visits, people, strict=True)):
            if not visit.fact:
                nodes.setdefault(visit.post, []).append((node, Placement(visit.post, number, visit.start)))
        return nodes

    def with_own_guesses(self) -> Landscape:
        """The same landscape for one of several searches at once: each makes its own guesses at weeks."""
        other = copy(self)
        other.guesses = self.guesses.copy()
        return other

    def with_own_worths(self) -> Landscape:
        """The same for a search that changes what nodes bring."""
        other = self.with_own_guesses()
        other.graph = self.graph._replace(static=self.graph.static.copy())
        return other

    def with_ties(self, units: Iterable[Unit]) -> list[Unit]:
        """These units, and all others of people whose weeks are tied together by rows of the master alone."""
        tied = {number for number, _ in self.rows.weeks}
        chosen: dict[int, Unit] = {}
        for unit in units:
            together = (
                self.weekly_of[unit.person.number] if unit.week is None and unit.person.number in tied else [unit]
            )
            chosen.update((other.number, other) for other in together)
        return [chosen[number] for number in sorted(chosen)]

    def price(
        self,
        units: Ints,
        prices: Ints,
        charges: Charges,
        floors: Ints,
        want: int,
        *,
        mode: int = kernel.GOOD,
        beam: int = kernel.MOST_LABELS,
    ) -> Priced:
        """At most ``want`` routes of each unit that are worth more than its floor at these prices, and its best.

        ``charges``: what visits cost besides their rows (``Cuts.charges``). The best is exact where it is above the floor
        (all in price units, beyond doing nothing), else the floor. At most ``beam`` labels go on from a node: where that
        cuts any off, routes may be missed and the best is an estimate from above.
        """
        if self._threads is None or len(units) < SHARES_OF_A_WORKER * self.workers:
            return self._part(units, prices, charges, floors, want, mode, beam)
        shares = SHARES_OF_A_WORKER * self.workers
        parts = [np.arange(first, len(units), shares) for first in range(shares)]
        done = self._threads.map(
            lambda part: self._part(units[part], prices, charges, floors[part], want, mode, beam), parts
        )
        best = np.empty(len(units), dtype=np.int64)
        routes: list[Found] = []
        whole = True
        for part, priced in zip(parts, done, strict=True):
            best[part] = priced.best
            routes.extend(priced.routes)
            whole = whole and priced.whole
        return Priced(best, routes, whole)

    def _part(
        self, units: Ints, prices: Ints, charges: Charges, floors: Ints, want: int, mode: int, beam: int
    ) -> Priced:
        pool = getattr(self._mine, "pool", None)
        if pool is None:
            pool = self._mine.pool = kernel.new_pool(self._words)
        best, owners, worths, lows, nodes, whole = kernel.price_units(
            self.graph,
            units,
            prices,
            charges,
            self._road,
            np.int64(beam),
            floors,
            np.int64(mode),
            np.int64(want),
            self.guesses,
            pool,
        )
        routes = [
            Found(int(owner), int(worth), nodes[low:high])
            for owner, worth, low, high in zip(owners, worths, lows[:-1], lows[1:], strict=True)
        ]
        return Priced(best, routes, bool(whole.all()))

    def route(self, found: Found) -> Route:
        unit = self.units[found.unit]
        return self._route(unit, [self.visits[node] for node in found.nodes.tolist()])

    def single(self, route: Route) -> Route:
        """The route without the second visits of a week to one appointment (windows on several days invite them)."""
        posts, seen, kept = self.prepared.index.posts, set[int](), []
        for placement in route.placements:
            appointment = posts[placement.post].appointment_number
            if appointment not in seen:
                seen.add(appointment)
                kept.append(placement)
        return route_of(self.prepared, self.units[route.unit], tuple(kept))

    def is_single(self, route: Route) -> bool:
        posts = self.prepared.index.posts
        return len({posts[placement.post].appointment_number for placement in route.placements}) == len(
            route.placements
        )

    def routes_of(self, placements: Iterable[Placement], units: Iterable[Unit]) -> list[Route]:
        """The routes of a plan in some units."""
        on = {(unit.person.number, day): unit for unit in units for part in unit.stretches for day in part.days}
        parts: dict[int, list[Placement]] = {}
        for placement in placements:
            unit = on[placement.mediator, day_of(placement.start)]
            parts.setdefault(unit.number, []).append(placement)
        return [
            route_of(self.prepared, self.units[number], tuple(sorted(part, key=lambda placement: placement.start)))
            for number, part in sorted(parts.items())
        ]

    def _route(self, unit: Unit, visits: list[Visit]) -> Route:
        visits.sort(key=lambda visit: visit.start)
        number = unit.person.number
        return route_of(self.prepared, unit, tuple(Placement(visit.post, number, visit.start) for visit in visits))
