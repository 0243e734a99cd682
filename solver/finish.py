# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof: where few routes can still be part of a better plan, all of them are listed and the best choice is proven.

A route that loses more at the prices of the bound than the bound lies above the plan is in no better plan (R. Baldacci,
N. Christofides and A. Mingozzi, "An exact algorithm for the vehicle routing problem based on the set partitioning
formulation with additional cuts", Mathematical Programming 115, 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

import numpy as np

from solver import kernel
from solver.columns import Generation
from solver.landscape import Found, Priced
from solver.master import Master
from solver.prepare import Placement
from solver.routes import Route

MOST_A_UNIT = 4_000  # routes of one unit that a list can be complete with
SOME_A_UNIT = 250  # of which a part of them is listed
LABELS_FOR_SOME = 200  # that go on from a node then
UNITS_AT_ONCE = 16
SAFE = 1e-4  # points added to a bound that floating point computed


class Finished(NamedTuple):
    """The best choice found, as placements (None: none better), and a bound on any; both of the generation's scope."""

    placements: list[Placement] | None
    bound: Fraction


def listed(generation: Generation, worth: Fraction, most: int) -> list[Route] | None:
    """All routes that a choice worth more than ``worth`` can hold; None when there are more than ``most``."""
    land, bound = generation.land, generation.bound
    if bound is None or not _is_daily(generation):
        return None
    routes: list[Route] = []
    for _, priced in _losing(generation, bound - worth, MOST_A_UNIT, kernel.MOST_LABELS):
        routes.extend(land.route(found) for found in priced.routes)
        if not priced.whole or len(routes) > most:
            return None
    return routes


def promising(generation: Generation, worth: Fraction, most: int) -> list[Route]:
    """Some of those routes where they are too many to list them all: at most ``most``, those that lose least."""
    bound, best = generation.bound, generation.best
    if bound is None or best is None or not _is_daily(generation):
        return []
    losses: list[tuple[int, Found]] = []
    for part, priced in _losing(generation, bound - worth, SOME_A_UNIT, LABELS_FOR_SOME):
        worths = dict(zip(generation.numbers[part].tolist(), best[part].tolist(), strict=True))
        losses.extend((worths[found.unit] - found.worth, found) for found in priced.routes)
    losses.sort(key=lambda loss: loss[0])
    return [generation.land.route(found) for _, found in losses[:most]]


def _is_daily(generation: Generation) -> bool:
    return all(unit.week is None for unit in generation.scope.units)


def _losing(generation: Generation, points: Fraction, want: int, beam: int) -> Iterator[tuple[slice, Priced]]:
    """Routes that lose at most so many points at the prices of the bound, a few units at a time."""
    land, prices, best = generation.land, generation.prices, generation.best
    assert prices is not None, "a bound has prices"
    assert best is not None, "a bound has the worth of each unit"
    slack = int(points * (1 << land.bits)) + 1
    charges = generation.master.cuts.charges(prices)
    for first in range(0, len(generation.numbers), UNITS_AT_ONCE):
        part = slice(first, first + UNITS_AT_ONCE)
        floors, units = best[part] - slack, generation.numbers[part]
        yield part, land.price(units, prices, charges, floors, want, mode=kernel.EVERY, beam=beam)


def finish(generation: Generation, routes: list[Route], kept: list[Route], *, seconds: float, gap: float) -> Finished:
    """Proves the best choice among these routes, or as close to it as time and ``gap`` (relative) ask."""
    master = Master(generation.land.prepared, generation.land.rows, generation.scope, generation.land.bits)
    if not master.add([*kept, *routes]):
        return Finished(None, Fraction(0))
    master.cut(generation.master.cuts.all)
    whole = master.program.solve_whole(master.columns, start=master.columns[: len(kept)], seconds=seconds, gap=gap)
    placements = None
    if whole.shares is not None:
        taken = np.flatnonzero(whole.shares[np.array(master.columns, dtype=np.int64)] > 0.5).tolist()
        placements = [placement for number in taken for placement in master.routes[number].placements]
    bound = Fraction(whole.bound + SAFE) if isfinite(whole.bound) else Fraction(1 << 62)
    return Finished(placements, bound)
