# SPDX-License-Identifier: AGPL-3.0-or-later
"""A settled visit is its mediator's alone, and weeks mixed from days keep the hours of the week."""

from __future__ import annotations

import numpy as np

from solver.columns import Generation
from solver.generate import instance
from solver.greedy import greedy
from solver.landscape import Landscape
from solver.mixing import mixed
from solver.prepare import Prepared
from solver.scope import everything
from solver.settled import Settled


def _generation() -> Generation:
    land = Landscape(Prepared(instance("600-caps", 1)), 1)
    generation = Generation(land, everything(land.prepared, land.daily))
    generation.learn(greedy(land.prepared).placed.values())
    generation.run(lambda: 1.0, most_rounds=2)
    return generation


def test_a_settled_visit_is_in_every_route_of_its_unit_and_in_no_other() -> None:
    """The pricing itself keeps decisions; the control: without them others would visit that post."""
    generation = _generation()
    assert generation.solved is not None
    land, prices = generation.land, generation.solved.prices
    charged = generation.master.cuts.charges(prices)
    floors = np.zeros(len(generation.numbers), dtype=np.int64)
    settled = Settled(land, generation.scope, int(prices[generation.unit_rows].max()))
    decision = settled.decision(greedy(land.prepared).placed[land.prepared.open[0]])
    post, unit = decision.post, settled.unit(decision)

    def priced(*, fixed: bool) -> tuple[bool, bool]:
        """Whether every route of the unit found visits the post, and whether another unit's does."""
        free = prices.copy()
        free[land.rows.posts[post, None]] = 0
        if fixed:
            found = settled.price(generation.numbers, free, charged, floors, 8, beam=64).routes
        else:
            found = land.price(generation.numbers, free, charged, floors, 8, beam=64).routes
        visits = [(route.unit, any(p.post == post for p in route.placements)) for route in map(land.route, found)]
        return all(here for number, here in visits if number == unit), any(
            here for number, here in visits if number != unit
        )

    assert priced(fixed=False)[1], "the control: the post is wanted elsewhere"
    settled.settle(decision)
    assert priced(fixed=True) == (True, False)


def test_mixed_weeks_keep_the_hours_of_the_week() -> None:
    """The control: some two days of somebody do not fit into her week together."""
    generation = _generation()
    assert generation.solved is not None
    land = generation.land
    scope = everything(land.prepared, land.weekly)
    weeks = mixed(land, scope, generation.master.routes, generation.solved.prices)
    limits = {unit.number: unit.person.week_limit(unit.week or 0) for unit in scope.units}
    worked = [(route.unit, sum(minutes for _, minutes in route.work)) for route in weeks]
    assert weeks
    assert all(minutes <= limits[unit] for unit, minutes in worked)
    longest: dict[int, dict[int, int]] = {}
    for route in generation.master.routes:
        hers = longest.setdefault(route.placements[0].mediator, {})
        hers[route.unit] = max(hers.get(route.unit, 0), sum(minutes for _, minutes in route.work))
    assert any(sum(days.values()) > land.prepared.persons[person].week_limit(0) for person, days in longest.items())
