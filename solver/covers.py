# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts for budgets: what whole slots can spend is less than what fractions of slots could.

A linear program fills the last slot that a budget can pay by a fraction. A cover is a set of slots that the budget
cannot pay together, so at most all but one of them can be filled; lifted over the other slots it reads
``sum of weight * filled <= most`` (Z. Gu, G. Nemhauser, M. Savelsbergh, "Lifted cover inequalities for 0-1 integer
programs", INFORMS Journal on Computing 10, 1998). Its price enters a slot's own price, so routes are priced as before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from solver.prepare import Prepared

FULL = 1 - 1e-6
EMPTY = 1e-6
MANY_EMPTY = 200  # empty items that a cover is lifted over: they only help later, and there may be thousands
DEPTH = 1e-3  # what an inequality must cut off to be worth a row


class Item(NamedTuple):
    """Slots of which at most one can be filled, of equal minutes (mostly one slot alone)."""

    posts: tuple[int, ...]
    minutes: int


class Cover(NamedTuple):
    """A row: the weights of posts, and the most that the filled ones may weigh together."""

    weights: tuple[tuple[int, int], ...]
    most: int


def items_of(prepared: Prepared, purse: int, posts: Iterable[int]) -> list[Item]:
    """Those of the ``posts`` that are charged to a budget (its number in ``prepared.room``).

    Slots of one appointment that only one and the same person can fill are one item: told apart, their halves would
    slip through every cover.
    """
    together: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for post in posts:
        if purse in prepared.purses[post]:
            people = {pair.mediator for pair in prepared.pairs[post]}
            appointment = prepared.index.posts[post].appointment_number
            together[(appointment, *people) if len(people) == 1 else (post,)].append(post)
    return [Item(tuple(group), prepared.index.posts[group[0]].duration) for group in together.values()]


def covers(items: Sequence[Item], room: int, filled: Mapping[int, float]) -> list[Cover]:
    """Rows that any whole choice of items within ``room`` minutes keeps and these fractions break, the worst first.

    ``filled``: the share of each post in the linear program. No list is promised to be complete.
    """
    shares = [sum(filled.get(post, 0.0) for post in item.posts) for item in items]
    grain = reduce(gcd, (item.minutes for item in items), 0) or 1
    minutes = [item.minutes // grain for item in items]
    found: dict[Cover, float] = {}
    for ranked in _rankings(minutes, shares):
        cover = _minimal(ranked, minutes, room // grain, shares)
        if cover:
            weights, most = _lifted(cover, minutes, room // grain, shares)
            cut = sum(weight * shares[item] for item, weight in weights.items()) - most
            if cut > DEPTH:
                found[_row(items, weights, most)] = cut
    return sorted(found, key=lambda cover: -found[cover])


def _rankings(minutes: Sequence[int], shares: Sequence[float]) -> Iterable[list[int]]:
    """Some orders in which a cover is gathered: none of them is always best."""
    held = [item for item, share in enumerate(shares) if share > EMPTY]
    yield sorted(held, key=lambda item: (1 - shares[item]) / minutes[item])
    yield sorted(held, key=lambda item: 1 - shares[item])
    yield sorted(held, key=lambda item: -shares[item] * minutes[item])
    yield sorted(held, key=lambda item: (shares[item] > FULL, -minutes[item]))


def _minimal(ranked: Iterable[int], minutes: Sequence[int], room: int, shares: Sequence[float]) -> list[int]:
    """The first items that cannot all be paid, without those that are not needed for that; none: all can."""
    cover, total = [], 0
    for item in ranked:
        cover.append(item)
        total += minutes[item]
        if total > room:
            break
    if total <= room:
        return []
    for item in sorted(cover, key=lambda item: shares[item]):
        if total - minutes[item] > room:
            cover.remove(item)
            total -= minutes[item]
    return cover


def _lifted(
    cover: Sequence[int], minutes: Sequence[int], room: int, shares: Sequence[float]
) -> tuple[dict[int, int], int]:
    """First over the other items in use, then the full items of the cover are let go, then over the empty ones."""
    core = [item for item in cover if shares[item] < FULL]
    held = [item for item in cover if shares[item] >= FULL]
    if not core:
        core, held = list(cover), []
    row = _Row(core, minutes, room - sum(minutes[item] for item in held), room)
    others = sorted({*range(len(minutes))} - {*cover}, key=lambda item: -shares[item])
    for item in others:
        if shares[item] > EMPTY:
            row.lift(item)
    for item in sorted(held, key=lambda item: shares[item]):
        row.let_go(item)
    for item in [item for item in others if shares[item] <= EMPTY][:MANY_EMPTY]:
        row.lift(item)
    return row.weights, row.most


class _Row:
    """An inequality that grows item by item and stays valid: ``least[w]`` are the fewest minutes that weigh w or more."""

    def __init__(self, core: Sequence[int], minutes: Sequence[int], spare: int, room: int) -> None:
        """``spare``: the room that full items leave, until they are let go."""
        self.minutes, self.spare, self.room = minutes, spare, room
        self.weights: dict[int, int] = {}
        self.most = len(core) - 1
        self.least: npt.NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        for item in core:
            self._weigh(item, 1)

    def lift(self, item: int) -> None:
        """The greatest weight with which filling this item still leaves every choice within the row."""
        left = self.spare - self.minutes[item]
        self._weigh(item, self.most - self._heaviest(left) if left >= 0 else self.most)

    def let_go(self, item: int) -> None:
        """An item taken as full so far may be empty: then the others gain its room, and it its weight."""
        self.spare += self.minutes[item]
        weight = self._heaviest(self.spare) - self.most
        self.most += weight
        self._weigh(item, weight)

    def _heaviest(self, minutes: int) -> int:
        return int(np.searchsorted(self.least, minutes, side="right")) - 1

    def _weigh(self, item: int, weight: int) -> None:
        if weight <= 0:
            return
        self.weights[item] = weight
        without = np.concatenate((self.least, np.full(weight, self.room + 1)))
        with_it = np.concatenate((np.zeros(weight, dtype=np.int64), self.least)) + self.minutes[item]
        least = np.minimum(without, with_it)
        self.least = least[: np.searchsorted(least, self.room, side="right")]


def _row(items: Sequence[Item], weights: Mapping[int, int], most: int) -> Cover:
    return Cover(tuple(sorted((post, weight) for item, weight in weights.items() for post in items[item].posts)), most)
