# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prices of everything that routes compete for, as whole numbers: the duals of the master program.

Whole numbers make pricing exact: whatever the solver's floating point did, a bound computed from these prices is a
bound (any prices >= 0 give one), and no tolerance enters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K")
SCALE = 1 << 30


def scaled(amount: Fraction | int) -> int:
    """An amount in price units, rounded down: used for costs, so that a route never looks worse than it is."""
    return int(amount * SCALE // 1)


@dataclass(slots=True)
class Prices:
    """All >= 0, in price units; what is not listed is free.

    ``post``: one per slot, or per (slot, start) where starts are a joint decision; ``work``: one working minute of a
    mediator in a week; ``purse``: one minute of a budget; ``link``: a mediator's visit to an appointment of a case;
    ``stretch``: the one route of a stretch.
    """

    post: dict[tuple[int, int | None], int] = field(default_factory=dict)
    work: dict[tuple[int, int], int] = field(default_factory=dict)
    purse: dict[int, int] = field(default_factory=dict)
    link: dict[tuple[int, int], int] = field(default_factory=dict)
    stretch: dict[int, int] = field(default_factory=dict)
    case: dict[str, int] = field(default_factory=dict)


def between(a: Prices, b: Prices, share: Fraction) -> Prices:
    """Prices on the way from a to b: ``share`` of the way."""
    up, whole = share.numerator, share.denominator
    return Prices(
        post=_between(a.post, b.post, up, whole),
        work=_between(a.work, b.work, up, whole),
        purse=_between(a.purse, b.purse, up, whole),
        link=_between(a.link, b.link, up, whole),
        stretch=_between(a.stretch, b.stretch, up, whole),
        case=_between(a.case, b.case, up, whole),
    )


def _between(a: dict[K, int], b: dict[K, int], up: int, whole: int) -> dict[K, int]:
    return {key: (a.get(key, 0) * (whole - up) + b.get(key, 0) * up) // whole for key in a.keys() | b.keys()}
