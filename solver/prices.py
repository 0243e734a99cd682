# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prices of everything that routes compete for, as whole numbers: the duals of the master program.

Whole numbers make pricing exact: whatever the solver's floating point did, a bound computed from these prices is a
bound (any prices >= 0 give one), and no tolerance enters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

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
