# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof: where few routes can still be part of a better plan, all of them are listed and the best choice is proven.

A route that loses more at the prices of the bound than the bound lies above the plan is in no better plan (R. Baldacci,
N. Christofides and A. Mingozzi, "An exact algorithm for the vehicle routing problem based on the set partitioning
formulation with additional cuts", Mathematical Programming 115, 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, isfinite
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver import kernel
from solver.columns import Generation
from solver.kernel import Charges
from solver.lagrange import week_sells
from solver.landscape import Found, Landscape, Priced
from solver.master import Master
from solver.prepare import Placement
from solver.program import Program
from solver.routes import Route
from solver.scope import Scope

Ints = npt.NDArray[np.int64]

MOST_A_UNIT = 4_000  # routes of one unit that a list can be complete with
SOME_A_UNIT = 250  # of which a part of them is listed
LABELS_FOR_SOME = 200  # that go on from a node then
UNITS_AT_ONCE = 16
SAFE = 1e-4  # points added to a bound that floating point computed


class Finished(NamedTuple):
    """The best choice found, as placements (None: none better), and a bound on any; both of the generation's scope."""

    placements: list[Placement] | None
    bound: Fraction


class Ground(NamedTuple):
    """What routes of single stretches are measured against: prices, and for each unit what may be lost there.

    A plan worth more than the one sought after holds no route of unit ``numbers[u]`` worth less than ``least[u]`` at
    these prices; ``tops[u]`` is what the unit's best route is worth.
    """

    numbers: Ints
    prices: Ints
    charges: Charges
    tops: Ints
    least: Ints


def ground(generation: Generation, daily: Scope, worth: Fraction) -> Ground | None:
    """The ground on which a better choice than ``worth`` stands; None while nothing is bounded.

    ``daily``: the same part in units of single stretches. Of a whole week it is known what its best route is worth: a
    stretch's route may lose as much as the bound lies above ``worth``, and what the stretches' best routes, their
    minutes paid at a price of their own, would be worth together more than the week's (Lagrange).
    """
    land, prices, best = generation.land, generation.prices, generation.best
    if generation.bound is None or prices is None or best is None:
        return None
    slack = int((generation.bound - worth) * (1 << land.bits)) + 1
    charges = generation.master.cuts.charges(prices)
    if all(unit.week is None for unit in generation.scope.units):
        return Ground(generation.numbers, prices, charges, best, best - slack)
    prices = prices.copy()
    for unit in generation.scope.units:
        row = land.rows.week_rows.get((unit.person.number, unit.week)) if unit.week is not None else None
        if row is not None:
            prices[row] = land.guesses[unit.number, kernel.HOUR]
    numbers = np.array([unit.number for unit in daily.units], dtype=np.int64)
    tops = land.price(numbers, prices, charges, np.zeros_like(numbers), 1).best
    spare = _spare(generation, daily, prices, tops)
    return Ground(numbers, prices, charges, tops, tops - slack - spare)


def _spare(generation: Generation, daily: Scope, prices: Ints, tops: Ints) -> Ints:
    """For each daily unit what the stretches of its week are worth together beyond the week's best route."""
    land, rows = generation.land, generation.land.rows
    assert generation.best is not None, "a bound has the worth of each unit"
    at = {(unit.person.number, unit.stretches[0].days[0]): place for place, unit in enumerate(daily.units)}
    spare = np.zeros_like(tops)
    for unit, best in zip(generation.scope.units, generation.best.tolist(), strict=True):
        here = [at[unit.person.number, part.days[0]] for part in unit.stretches]
        apart = int(tops[here].sum())
        if unit.week is not None:
            key = unit.person.number, unit.week
            price = int(prices[rows.week_rows[key]]) if key in rows.week_rows else 0
            apart += ceil(week_sells(price, rows.weeks.get(key, []), 1 << land.bits))
        spare[here] = max(0, apart - best)
    return spare


def listed(land: Landscape, ground: Ground, most: int) -> list[Route] | None:
    """All routes that a better choice can hold; None when there are more than ``most``."""
    routes: list[Route] = []
    for priced in _losing(land, ground, MOST_A_UNIT, kernel.MOST_LABELS):
        routes.extend(land.route(found) for found in priced.routes)
        if not priced.whole or len(routes) > most:
            return None
    return routes


def least_losing(land: Landscape, ground: Ground, most: int) -> list[Route] | None:
    """Some of those routes, quickly, those that lose least first; None when even these are more than ``most``."""
    tops = dict(zip(ground.numbers.tolist(), ground.tops.tolist(), strict=True))
    losses: list[tuple[int, Found]] = []
    for priced in _losing(land, ground, SOME_A_UNIT, LABELS_FOR_SOME):
        losses.extend((tops[found.unit] - found.worth, found) for found in priced.routes)
        if len(losses) > most:
            return None
    losses.sort(key=lambda loss: loss[0])
    return [land.route(found) for _, found in losses]


def _losing(land: Landscape, ground: Ground, want: int, beam: int) -> Iterator[Priced]:
    """Routes that lose no more than they may, a few units at a time."""
    numbers, prices, charges, _, least = ground
    for first in range(0, len(numbers), UNITS_AT_ONCE):
        part = slice(first, first + UNITS_AT_ONCE)
        yield land.price(numbers[part], prices, charges, least[part], want, mode=kernel.EVERY, beam=beam)


def finish(
    generation: Generation, daily: Scope, routes: list[Route], kept: list[Route], *, seconds: float, gap: float
) -> Finished:
    """Proves the best choice among these routes, or as close to it as time and ``gap`` (relative) ask."""
    land = generation.land
    master = Master(land.prepared, land.rows, daily, land.bits, whole=True)
    if not master.add([*kept, *routes]):
        return Finished(None, Fraction(0))
    master.cut(generation.master.cuts.all)
    assert isinstance(master.program, Program), "only a gradual master cannot be solved to the end"
    whole = master.program.solve_whole(master.columns, start=master.columns[: len(kept)], seconds=seconds, gap=gap)
    placements = None
    if whole.shares is not None:
        taken = np.flatnonzero(whole.shares[np.array(master.columns, dtype=np.int64)] > 0.5).tolist()
        placements = [placement for number in taken for placement in master.routes[number].placements]
    bound = Fraction(whole.bound + SAFE) if isfinite(whole.bound) else Fraction(1 << 62)
    return Finished(placements, bound)
