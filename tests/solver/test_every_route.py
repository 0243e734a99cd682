# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list that a proof rests on leaves out no route that a better plan could need."""

from __future__ import annotations

import msgspec
import numpy as np

from solver import kernel
from solver.cuts import Cuts
from solver.landscape import Landscape
from solver.prepare import Prepared
from solver.problem import Place, Travel
from tests.solver.build import appointment, mediator, problem


def test_the_same_visits_in_fewer_minutes_are_a_route_of_their_own() -> None:
    """Two visits in either order: the one drives less in all, the other leaves more of a week that is nearly full."""
    wide = ((480, 1020),)
    visits = (
        appointment("a1", place="north", windows=wide),
        appointment("a2", place="south", windows=wide),
    )
    places = tuple(Place(id=name, lat=45.7, lon=9.7, ambito="BG01") for name in ("home", "north", "south"))
    # Home to north and south to home is near; from north to south is far, from south to north is not.
    travel = Travel(minutes=((0, 5, 40), (40, 0, 30), (5, 10, 0)), metres=None)
    given = msgspec.structs.replace(problem(visits, (mediator(max_travel=None),)), places=places, travel=travel)
    land = Landscape(Prepared(given), 1)
    units = np.array([unit.number for unit in land.daily if unit.stretches[0].days == [0]], dtype=np.int64)
    prices = np.zeros(land.rows.free + 1, dtype=np.int64)
    nothing_left_out = np.full(len(units), -(1 << 50), dtype=np.int64)
    charges = Cuts(land.rows, ()).charges(prices)
    every = land.price(units, prices, charges, nothing_left_out, 100, mode=kernel.EVERY)
    both = {land.route(found).work for found in every.routes if len(found.nodes) == 2}
    assert {minutes for ((_, minutes),) in both} == {60 + 60 + 30, 60 + 60 + 10}
