# SPDX-License-Identifier: AGPL-3.0-or-later
"""Visits that are settled while the rest is open: who makes them and on which day, not yet when or along with what."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.kernel import CLOSED, Charges
from solver.landscape import Landscape, Priced
from solver.prepare import Placement
from solver.problem import DAY
from solver.routes import Route
from solver.scope import Scope

Ints = npt.NDArray[np.int64]


class Decision(NamedTuple):
    """A post is filled by a mediator on a day, where its appointment starts jointly at one start of it."""

    post: int
    mediator: int
    when: int


class Settled:
    """Decisions as the pricing sees them: a settled visit is closed to all others, and brings its own mediator a bonus.

    With the bonus no route that leaves her settled visits out is worth as much as one that keeps them.
    """

    def __init__(self, land: Landscape, scope: Scope, dearest: int) -> None:
        """``dearest``: what the dearest unit of the scope is worth at the master's prices, in price units."""
        self.land = land.with_own_worths()
        self._nodes_of = land.nodes_of
        self.of_post: dict[int, Decision] = {}
        self.of_unit: dict[int, set[Decision]] = defaultdict(set)
        self._bonus = min(2 * dearest + (1 << land.bits), CLOSED // max(1, len(scope.posts)))
        self._unit_on = {
            (unit.person.number, day): unit.number
            for unit in scope.units
            for part in unit.stretches
            for day in part.days
        }

    def copied(self) -> Settled:
        """The same decisions, to go back to."""
        other = copy(self)
        other.land = self.land.with_own_worths()
        other.of_post = dict(self.of_post)
        other.of_unit = defaultdict(set, {unit: set(decisions) for unit, decisions in self.of_unit.items()})
        return other

    def unit(self, decision: Decision) -> int:
        return self._unit_on[decision.mediator, self._day(decision)]

    def parts(self, route: Route) -> frozenset[Decision]:
        """The decisions that a route is made of."""
        return frozenset(self.decision(placement) for placement in route.placements)

    def decision(self, placement: Placement) -> Decision:
        joint = self.land.prepared.joint[placement.post]
        return Decision(placement.post, placement.mediator, placement.start if joint else placement.start // DAY)

    def _day(self, decision: Decision) -> int:
        return decision.when // DAY if self.land.prepared.joint[decision.post] else decision.when

    def settle(self, decision: Decision) -> None:
        self.of_post[decision.post] = decision
        self.of_unit[self.unit(decision)].add(decision)
        worths = self.land.graph.static
        for node, placement in self._nodes_of[decision.post]:
            if self.decision(placement) == decision:
                worths[node] += self._bonus
            else:
                worths[node] = -CLOSED

    def allow(self, unit: int, parts: frozenset[Decision]) -> bool:
        """Whether a unit's route of these parts keeps what is settled."""
        return self.of_unit[unit] <= parts and all(self.of_post.get(part.post, part) == part for part in parts)

    def price(self, units: Ints, prices: Ints, charges: Charges, floors: Ints, want: int, *, beam: int) -> Priced:
        """The same as of the landscape, above floors without the bonus; what is found may still not be allowed."""
        bonus = np.array([self._bonus * len(self.of_unit[unit]) for unit in units.tolist()], dtype=np.int64)
        return self.land.price(units, prices, charges, floors + bonus, want, beam=beam)
