# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may still follow a visit is bounded from above, and closely: that is what makes pricing quick."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from solver import kernel
from solver.cuts import Cuts
from solver.generate import instance
from solver.landscape import Landscape
from solver.prepare import Prepared
from solver.problem import Place, PlanningProblem, Travel
from tests.solver.brute import hostile
from tests.solver.build import appointment, mediator, problem, slot, stand

Ints = npt.NDArray[np.int64]


class Day(NamedTuple):
    """The ceiling of a stretch, and the best route found below it (None: nothing beyond the facts pays)."""

    ceiling: int
    best: int | None


def _prices(land: Landscape, rng: random.Random) -> Ints:
    """Random ones of all posts, up to what the dearest brings."""
    prices = np.zeros(land.rows.free + 1, dtype=np.int64)
    dearest = int(land.graph.static.max(initial=0))
    for row in range(land.rows.first_post, land.rows.past_post):
        prices[row] = rng.randrange(dearest + 1)
    return prices


def _days(land: Landscape, prices: Ints) -> Iterator[Day]:
    """Each stretch of a landscape, in the order of its units."""
    pool = kernel.new_pool(land._words)
    charges = Cuts(land.rows, ()).charges(prices)
    zero = np.int64(0)
    for unit in land.daily:
        stretch = int(land.graph.units[unit.number, kernel.FIRST_STRETCH])
        ends, _, ceiling = kernel._labels(
            land.graph, pool, stretch, prices, charges, land._road, zero, zero, np.int64(kernel.BEST), zero,
            np.int64(kernel.MOST_LABELS),
        )  # fmt: skip
        yield Day(int(ceiling), int(pool.ends[0, 1]) if ends else None)


NOTHING_LEFT_OUT = -(1 << 50)
MANY = 3_000
# Minutes between home, P, Q, R and S: home lies far from all of them.
ROADS = ((0, 60, 60, 60, 60), (60, 0, 20, 20, 10), (60, 20, 0, 20, 20), (60, 20, 20, 0, 20), (60, 10, 20, 20, 0))


def _two_promises_at_one_place() -> PlanningProblem:
    """Between two locked visits at P a detour to Q or R does not pay; before them one to S does."""
    visits = [
        appointment(name, start, slot(f"{name}/1", value=value), place=place)
        for name, start, place, value in (
            ("f1", 540, "P", 100),
            ("f2", 840, "P", 100),
            ("x1", 690, "Q", 30),
            ("x2", 690, "R", 30),
            ("z", 420, "S", 15),
        )
    ]
    locked = (stand("f1/1", "m1", 540), stand("f2/1", "m1", 840))
    given = problem(tuple(visits), (mediator(max_travel=None),), locked=locked, travel_cost=1)
    places = tuple(Place(id=name, lat=45.7, lon=9.7, ambito="BG01") for name in ("home", "P", "Q", "R", "S"))
    return msgspec.structs.replace(given, places=places, travel=Travel(minutes=ROADS, metres=None))


def _agree(land: Landscape, prices: Ints, name: str) -> int:
    """Holds what is found near the best against all routes there are, nothing left out; returns how many days pay."""
    units = np.array([unit.number for unit in land.daily], dtype=np.int64)
    charges = Cuts(land.rows, ()).charges(prices)
    floors = np.full(len(units), NOTHING_LEFT_OUT, dtype=np.int64)
    every = land.price(units, prices, charges, floors, MANY, mode=kernel.EVERY)
    worths: dict[int, int] = dict.fromkeys(units.tolist(), 0)
    for found in every.routes:
        worths[found.unit] = max(worths[found.unit], found.worth)
    best = np.array(list(worths.values()), dtype=np.int64)
    near = land.price(units, prices, charges, best - 1, 8)
    listed = land.price(units, prices, charges, best - 1, MANY, mode=kernel.EVERY)
    assert every.whole, name
    pays = best > 0
    ceilings = np.array([day.ceiling for day in _days(land, prices)], dtype=np.int64)
    assert (best[pays] <= ceilings[pays]).all(), name
    assert (near.best[pays] == best[pays]).all(), name
    assert {found.unit for found in near.routes} >= set(units[pays].tolist()), name
    assert {found.unit for found in listed.routes} >= set(units[pays].tolist()), name
    return int(pays.sum())


def test_a_detour_between_two_promises_at_one_place_hides_nothing() -> None:
    """Once the way from one to the other was taken for longer than it is, and the best route was given up."""
    land = Landscape(Prepared(_two_promises_at_one_place()), 1)
    assert _agree(land, np.zeros(land.rows.free + 1, dtype=np.int64), "two promises") == 1


@pytest.mark.parametrize("chunk", range(4))
def test_what_is_found_near_the_best_is_the_best(chunk: int) -> None:
    """Nothing is pruned where all routes are listed, so a bound that is too low shows."""
    days = 0
    for seed in range(100 * chunk, 100 * (chunk + 1)):
        land = Landscape(Prepared(hostile(seed)), 1)
        days += _agree(land, _prices(land, random.Random(seed)), f"seed {seed}")
    assert days > 25


def test_the_ceiling_mostly_is_the_best_route() -> None:
    """Without the roads on the way (only the shortest to each visit) it was so for one in seventy of these days."""
    land = Landscape(Prepared(instance("600", 1)), 1)
    days = [day for seed in range(3) for day in _days(land, _prices(land, random.Random(seed))) if day.best is not None]
    close = sum(day.best is not None and day.ceiling - day.best <= day.best // 1000 for day in days)
    assert len(days) > 100
    assert close > len(days) // 3
