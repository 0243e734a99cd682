# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may still follow a visit is bounded from above, and closely: that is what makes pricing quick."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from solver import kernel
from solver.cuts import Cuts
from solver.generate import instance
from solver.landscape import Landscape
from solver.prepare import Prepared
from tests.solver.brute import hostile


class Day(NamedTuple):
    """The ceiling of a stretch, and what its best route is worth (None: nothing beyond the facts pays)."""

    ceiling: int
    best: int | None


def _days(land: Landscape, rng: random.Random) -> Iterator[Day]:
    """Each stretch of a landscape at the same random prices of posts, its minutes at another."""
    pool = kernel.new_pool(land._words)
    prices = np.zeros(land.rows.free + 1, dtype=np.int64)
    dearest = int(land.graph.static.max(initial=0))
    for row in range(land.rows.first_post, land.rows.past_post):
        prices[row] = rng.randrange(dearest + 1)
    charges = Cuts(land.rows, ()).charges(prices)
    zero, hour = np.int64(0), np.int64(rng.choice((0, 1 << land.bits)))
    for unit in land.daily:
        stretch = int(land.graph.units[unit.number, kernel.FIRST_STRETCH])
        ends, done, ceiling = kernel._labels(
            land.graph, pool, stretch, prices, charges, land._road, hour, zero, np.int64(kernel.BEST), zero,
            np.int64(kernel.MOST_LABELS),
        )  # fmt: skip
        if done:
            yield Day(int(ceiling), int(pool.ends[0, 1]) if ends else None)


@pytest.mark.parametrize("chunk", range(4))
def test_no_route_is_worth_more_than_the_ceiling(chunk: int) -> None:
    """Facts, visits by phone, busy stops, odd roads and nights included."""
    met = 0
    for seed in range(100 * chunk, 100 * (chunk + 1)):
        land = Landscape(Prepared(hostile(seed)), 1)
        rng = random.Random(seed)
        for day in (day for _ in range(4) for day in _days(land, rng)):
            if day.best is not None:
                met += 1
                assert day.best <= day.ceiling, f"seed {seed}"
    assert met > 100


def test_the_ceiling_mostly_is_the_best_route() -> None:
    """Without the roads on the way (only the shortest to each visit) it was so for one in seventy of these days."""
    land = Landscape(Prepared(instance("600", 1)), 1)
    days = [day for seed in range(3) for day in _days(land, random.Random(seed)) if day.best is not None]
    close = sum(day.best is not None and day.ceiling - day.best <= day.best // 1000 for day in days)
    assert len(days) > 100
    assert close > len(days) // 3
