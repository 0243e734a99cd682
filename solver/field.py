# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may take a post, most promising first, so that the first plan need not look at thousands of people by phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from solver.goals import cost
from solver.prepare import Prepared


class Entrant(NamedTuple):
    """Somebody who may take a post: gain less euros, and the most she can gain whatever else is planned."""

    most: float
    worth: float
    mediator: int
    starts: Sequence[int]


class Field:
    """All who may take a post, most promising first, brought up in batches: of thousands two or three are looked at.

    A visit never shortens a road or a week where roads are straight, so nobody gains more than the pair is worth and
    a kept decision earns back; elsewhere there is no such limit, and all must be looked at.
    """

    BATCH = 64

    def __init__(self, prepared: Prepared, post: int) -> None:
        options = prepared.pairs.options[post]
        assert options is not None, "open posts have options"
        self._options = options
        self._worth = options.worth.astype(np.float64) / cost.PARTS
        self._most = self._worth.copy()
        if not prepared.all_straight:
            self._most[:] = np.inf
        elif prepared.kept_by.get(post) is not None:
            self._most[options.who == prepared.kept_by[post]] += prepared.policy.change_cost
        self._order = np.argsort(-self._most, kind="stable")
        self._known: list[Entrant] = []

    def __iter__(self) -> Iterator[Entrant]:
        at = 0
        while at < len(self._order):
            if at == len(self._known):
                self._bring_up()
            yield self._known[at]
            at += 1

    def _bring_up(self) -> None:
        batch = self._order[len(self._known) : len(self._known) + self.BATCH]
        starts = self._options.starts
        for at, most, worth, who in zip(
            batch.tolist(),
            self._most[batch].tolist(),
            self._worth[batch].tolist(),
            self._options.who[batch].tolist(),
            strict=True,
        ):
            self._known.append(Entrant(most, worth, who, starts[at] if isinstance(starts, list) else starts))
