# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small numbers kept back: what fewer than five visits make up is not shown, nor can it be reckoned from what is shown.

A total minus the rows that are shown tells what is left. So where that would tell a small number, larger ones are kept
back with it, until each small one may still be anything from one to four.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 5
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Hidden(Generic[Key]):
    """``small`` are the keys with one to four, ``others`` those kept back with them; ``total``: the sum as well."""

    small: frozenset[Key] = frozenset()
    others: frozenset[Key] = frozenset()
    total: bool = False

    def __contains__(self, key: object) -> bool:
        return key in self.small or key in self.others


def kept_back(counts: Mapping[Key, int]) -> Hidden[Key]:
    """Which of these counts, whose sum is shown, must not be. The smallest of the others go first: they say least."""
    small = [key for key, count in counts.items() if is_small(count)]
    rest = sorted((key for key, count in counts.items() if count >= LEAST), key=lambda key: counts[key])
    others: list[Key] = []
    while small and rest and not _is_open([counts[key] for key in small], [counts[key] for key in others]):
        others.append(rest.pop(0))
    told = small and not _is_open([counts[key] for key in small], [counts[key] for key in others])
    return Hidden(frozenset(small), frozenset(others), bool(told))


def is_small(count: int) -> bool:
    """One to four; none at all says nothing about anybody."""
    return 0 < count < LEAST


def _is_open(small: Sequence[int], others: Sequence[int]) -> bool:
    """Whether who knows the sum, that each small one is 1–4 and each other one 5 or more, can still tell none of the small."""
    total, rest = sum(small) + sum(others), len(small) - 1
    highest = total - rest - LEAST * len(others)
    lowest = 1 if others else total - (LEAST - 1) * rest
    return lowest <= 1 and highest >= LEAST - 1
