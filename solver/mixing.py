# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole weeks mixed from routes of single days: for each good one the best week that holds it.

A fractional plan over days tells which days are good but not which of them go together in the hours of a week. Mixing
them by dynamic programming over minutes starts the program over weeks where the one over days ended, without any
search through a graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.kernel import ROOM
from solver.landscape import Landscape
from solver.prepare import Placement
from solver.routes import Route, Unit, route_of
from solver.scope import Scope

Ints = npt.NDArray[np.int64]

A_DAY = 8  # routes of a stretch that are mixed


class Part(NamedTuple):
    """A route of one stretch: what it is worth at the prices, its minutes and its placements."""

    worth: int
    work: int
    placements: tuple[Placement, ...]


def mixed(land: Landscape, scope: Scope, routes: Iterable[Route], prices: Ints) -> list[Route]:
    """Routes of the weekly units of a scope, made of routes of single stretches and good at these prices."""
    parts: dict[int, list[Part]] = defaultdict(list)
    for route in routes:
        parts[route.unit].append(_part(land, route, prices))
    weeks: list[Route] = []
    for unit in scope.units:
        if unit.week is None:
            continue
        days = [parts[alone.number] for alone in land.apart([unit])]
        weeks.extend(_weeks(land, unit, [sorted(day, reverse=True)[:A_DAY] for day in days]))
    return weeks


def _part(land: Landscape, route: Route, prices: Ints) -> Part:
    """Where only a limit binds, minutes are free up to it; where each has its price, it is charged."""
    number, work = route.placements[0].mediator, sum(minutes for _, minutes in route.work)
    worth = int(route.profit * (1 << land.bits))
    taken = land.rows.coefficients(route)
    limited = land.prepared.persons[number].mediator.target_week is None
    hours = {row for (person, _), row in land.rows.week_rows.items() if person == number} if limited else set()
    worth -= sum(amount * int(prices[row]) for row, amount in taken.items() if row not in hours)
    return Part(worth, max(0, work), route.placements)


def _weeks(land: Landscape, unit: Unit, days: Sequence[Sequence[Part]]) -> Iterable[Route]:
    room = int(land.graph.units[unit.number, ROOM])
    before, after = _joined(days, room), _joined(days[::-1], room)[::-1]
    found: dict[tuple[Placement, ...], None] = {}
    for at, day in enumerate(days):
        for part in day:
            if part.work <= room:
                left = room - part.work
                early = int(np.argmax(before[at].best[: left + 1] + after[at + 1].best[left::-1]))
                placements = (
                    *before[at].placements(days[:at], early),
                    *part.placements,
                    *after[at + 1].placements(days[:at:-1], left - early),
                )
                found[tuple(sorted(placements, key=lambda placement: placement.start))] = None
    return [route_of(land.prepared, unit, placements) for placements in found]


class Joined(NamedTuple):
    """The most that some days in a row are worth together within so many minutes, and which parts that takes."""

    best: Ints
    chosen: list[Ints]  # for each day the number of its part, or -1

    def placements(self, days: Sequence[Sequence[Part]], minutes: int) -> tuple[Placement, ...]:
        placements: list[Placement] = []
        for day, chosen in zip(reversed(days), reversed(self.chosen), strict=True):
            number = int(chosen[minutes])
            if number >= 0:
                placements.extend(day[number].placements)
                minutes -= day[number].work
        return tuple(placements)


def _joined(days: Sequence[Sequence[Part]], room: int) -> list[Joined]:
    """The first none, one, two ... of the days joined."""
    joined = [Joined(np.zeros(room + 1, dtype=np.int64), [])]
    for day in days:
        last = joined[-1]
        best, chosen = last.best.copy(), np.full(room + 1, -1, dtype=np.int64)
        for number, part in enumerate(day):
            if part.work <= room:
                gained = last.best[: room + 1 - part.work] + part.worth
                better = gained > best[part.work :]
                best[part.work :][better] = gained[better]
                chosen[part.work :][better] = number
        joined.append(Joined(best, [*last.chosen, chosen]))
    return joined
