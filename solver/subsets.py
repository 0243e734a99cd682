# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts over three posts: whole routes that each fill two of them cannot both be taken, halves of three such routes can.

The subset-row inequalities of M. Jepsen, B. Petersen, S. Spoorendonk and D. Pisinger, "Subset-row inequalities applied
to the vehicle-routing problem with time windows", Operations Research 56(2), 2008, with a memory that ends with the
stretch (D. Pecin et al., "Improved branch-cut-and-price for capacitated vehicle routing", Mathematical Programming
Computation 9, 2017): a route weighs, for each of its stretches, half of the three posts that it visits there, rounded
down. At most one can be taken, since three posts are filled three times at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

DEPTH = 0.02  # what a cut must cut off to be worth a row
A_POST = 6  # cuts of one round that share a post: those beyond would mostly say the same
MOST = 150  # cuts of one round


class Subset(NamedTuple):
    """Three posts, in rising order."""

    posts: tuple[int, int, int]

    @property
    def most(self) -> int:
        """What the taken routes may weigh together."""
        return 1


def subsets(parts: Iterable[tuple[frozenset[int], float]]) -> list[Subset]:
    """Cuts that some fractions of routes break, the deepest first. ``parts``: the posts of a stretch and its share."""
    together: dict[tuple[int, int], float] = {}
    holds: dict[int, list[tuple[frozenset[int], float]]] = {}
    for posts, share in parts:
        for pair in combinations(sorted(posts), 2):
            together[pair] = together.get(pair, 0.0) + share
        for post in posts:
            holds.setdefault(post, []).append((posts, share))
    near: dict[int, set[int]] = {}
    for low, high in together:
        near.setdefault(low, set()).add(high)
        near.setdefault(high, set()).add(low)
    found: dict[tuple[int, int, int], float] = {}
    for middle in sorted(near):
        others = sorted(near[middle])
        for low, high in combinations(others, 2):
            a, b, c = sorted((low, middle, high))
            if (a, b, c) in found:
                continue
            pairs = together.get((a, b), 0.0) + together.get((a, c), 0.0) + together.get((b, c), 0.0)
            if pairs <= 1 + DEPTH:
                continue
            triple = sum(share for posts, share in holds[a] if b in posts and c in posts)
            found[a, b, c] = pairs - 2 * triple - 1
    return _spread(found)


def _spread(found: dict[tuple[int, int, int], float]) -> list[Subset]:
    """The deepest cuts, none of them crowded with others on the same post."""
    used: dict[int, int] = {}
    chosen: list[Subset] = []
    for posts in sorted(found, key=lambda posts: (-found[posts], posts)):
        if found[posts] <= DEPTH or len(chosen) == MOST:
            break
        if all(used.get(post, 0) < A_POST for post in posts):
            chosen.append(Subset(posts))
            for post in posts:
                used[post] = used.get(post, 0) + 1
    return chosen
