# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof: where few routes can still be part of a better plan, all of them are listed and the best choice is proven.

A route that loses more at the prices of the bound than the bound lies above the plan is in no better plan (R. Baldacci,
N. Christofides and A. Mingozzi, "An exact algorithm for the vehicle routing problem based on the set partitioning
formulation with additional cuts", Mathematical Programming 115, 2008).
"""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import NamedTuple

import numpy as np

from solver import kernel
from solver.columns import Generation
from solver.master import Master
from solver.prepare import Placement
from solver.routes import Route

FEW = 12_000  # routes that a proof can be made with
FEW_A_UNIT = 4_000
UNITS_AT_ONCE = 16
SAFE = 1e-4  # points added to a bound that floating point computed


class Finished(NamedTuple):
    """The best choice found, as placements (None: none better), and a bound on any; both of the generation's scope."""

    placements: list[Placement] | None
    bound: Fraction


def listed(generation: Generation, worth: Fraction, most: int = FEW) -> list[Route] | None:
    """All routes that a choice worth more than ``worth`` can hold; None when there are too many."""
    land, bound = generation.land, generation.bound
    if bound is None or generation.prices is None or generation.best is None:
        return None
    if any(unit.week is not None for unit in generation.scope.units):
        return None
    slack = int((bound - worth) * (1 << land.bits)) + 1
    extra = land.rows.extra(generation.prices, generation.master.covers)
    routes: list[Route] = []
    for first in range(0, len(generation.numbers), UNITS_AT_ONCE):
        part = slice(first, first + UNITS_AT_ONCE)
        floors = generation.best[part] - slack
        priced = land.price(generation.numbers[part], generation.prices, extra, floors, FEW_A_UNIT, mode=kernel.EVERY)
        routes.extend(land.route(found) for found in priced.routes)
        if not priced.whole or len(routes) > most:
            return None
    return routes


def finish(generation: Generation, routes: list[Route], kept: list[Route], *, seconds: float, gap: float) -> Finished:
    """Proves the best choice among these routes, or as close to it as time and ``gap`` (relative) ask."""
    land = generation.land
    master = Master(land.prepared, land.rows, generation.scope, land.bits, whole=True)
    if not master.add([*kept, *routes]):
        return Finished(None, Fraction(0))
    for cover in generation.master.covers:
        master.cut(cover)
    whole = master.program.solve_whole(master.columns, start=master.columns[: len(kept)], seconds=seconds, gap=gap)
    placements = None
    if whole.shares is not None:
        taken = np.flatnonzero(whole.shares[np.array(master.columns, dtype=np.int64)] > 0.5).tolist()
        placements = [placement for number in taken for placement in master.routes[number].placements]
    bound = Fraction(whole.bound + SAFE) if isfinite(whole.bound) else Fraction(1 << 62)
    return Finished(placements, bound)
