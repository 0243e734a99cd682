# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that every whole plan keeps and a fractional one breaks: what routes weigh in them, and what their prices charge.

The price of a cut follows those of the rows in a price vector: cut ``c`` has entry ``rows.free + 1 + c``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from solver.covers import Cover
from solver.kernel import Charges
from solver.problem import DAY
from solver.routes import Route, Unit
from solver.rows import Rows
from solver.subsets import Subset

Ints = npt.NDArray[np.int64]
Cut = Cover | Subset


class Cuts:
    """The cuts of one master, in the order in which they came."""

    def __init__(self, rows: Rows, units: Iterable[Unit]) -> None:
        self.rows = rows
        self.all: list[Cut] = []
        self._covers_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._subsets_of: dict[int, list[int]] = defaultdict(list)
        self._known: set[Cut] = set()
        self._stretch = {
            unit.number: {day: at for at, part in enumerate(unit.stretches) for day in part.days}
            for unit in units
            if len(unit.stretches) > 1
        }

    def __contains__(self, cut: Cut) -> bool:
        return cut in self._known

    def add(self, cut: Cut) -> int:
        """Returns the number of the new cut."""
        number = len(self.all)
        self.all.append(cut)
        self._known.add(cut)
        if isinstance(cut, Cover):
            for post, weight in cut.weights:
                self._covers_of[post].append((number, weight))
        else:
            for post in cut.posts:
                self._subsets_of[post].append(number)
        return number

    def weights(self, route: Route) -> dict[int, int]:
        """What a route weighs in each cut."""
        weights: dict[int, int] = {}
        if not self.all:
            return weights
        halves: dict[tuple[int, int], int] = {}
        stretch = self._stretch.get(route.unit)
        for post, _, start in route.placements:
            for number, weight in self._covers_of.get(post, ()):
                weights[number] = weights.get(number, 0) + weight
            for number in self._subsets_of.get(post, ()):
                key = number, stretch[start // DAY] if stretch else 0
                halves[key] = halves.get(key, 0) + 1
        for (number, _), count in halves.items():
            if count > 1:
                weights[number] = weights.get(number, 0) + count // 2
        return weights

    def parts(self, route: Route) -> Iterable[frozenset[int]]:
        """The posts of a route, stretch by stretch."""
        stretch = self._stretch.get(route.unit)
        parts: dict[int, set[int]] = {}
        for post, _, start in route.placements:
            parts.setdefault(stretch[start // DAY] if stretch else 0, set()).add(post)
        return [frozenset(part) for part in parts.values()]

    def sell(self, prices: Ints) -> int:
        """What the rows of the cuts sell at these prices; a price that is missing is 0."""
        mine = prices[self.rows.free + 1 :].tolist()
        return sum(price * cut.most for price, cut in zip(mine, self.all, strict=False))

    def charges(self, prices: Ints) -> Charges:
        """What budgets and cuts charge for visits at these prices."""
        post = self.rows.extra(prices)
        dear: list[tuple[int, ...]] = []
        costs: list[int] = []
        for cut, price in zip(self.all, prices[self.rows.free + 1 :].tolist(), strict=False):
            if not price:
                continue
            if isinstance(cut, Cover):
                for number, weight in cut.weights:
                    post[number] += weight * price
            else:
                dear.append(cut.posts)
                costs.append(price)
        return Charges(post, *_by_post(dear, len(post)), np.array(costs, dtype=np.int64))


def _by_post(subsets: list[tuple[int, ...]], count: int) -> tuple[Ints, Ints]:
    """Which of the subsets hold each post: where its numbers begin, and all numbers."""
    members = np.array([post for posts in subsets for post in posts], dtype=np.int64)
    owners = np.array([number for number, posts in enumerate(subsets) for _ in posts], dtype=np.int64)
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(members, minlength=count), out=first[1:])
    return first, owners[np.argsort(members, kind="stable")]
