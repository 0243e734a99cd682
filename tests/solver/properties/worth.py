# SPDX-License-Identifier: AGPL-3.0-or-later
"""What part of a plan is worth before its fractions are rounded, and which of two parts can be forgotten."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from solver.plan import Assignment

HALF = Fraction(1, 2)


class Worth(NamedTuple):
    """Whole points, what fairness and money will take away from them, and the lines that bring all this."""

    whole: int
    unfair: Fraction
    money: Fraction
    lines: tuple[Assignment, ...]

    @property
    def total(self) -> int:
        return self.whole - floor(self.unfair + HALF) - floor(self.money + HALF)

    def at_least(self, other: Worth) -> bool:
        """Whether this ends no worse than the other, whatever is added to both: roundings move by whole points."""
        lost = max(0, ceil(self.unfair - other.unfair)) + max(0, ceil(self.money - other.money))
        return self.whole - lost >= other.whole

    def plus(self, other: Worth, further: int) -> Worth:
        return Worth(
            self.whole + other.whole + further,
            self.unfair + other.unfair,
            self.money + other.money,
            self.lines + other.lines,
        )


Agreed: TypeAlias = tuple[tuple[str, int], ...]  # appointments of several slots, with the start of those filled
Table: TypeAlias = dict[tuple[int, Agreed], list[Worth]]  # by the open slots filled, as a bit mask


def keep(worths: list[Worth], new: Worth) -> None:
    """Adds a worth unless another ends at least as well; drops those that it beats."""
    if not any(other.at_least(new) for other in worths):
        worths[:] = [other for other in worths if not new.at_least(other)]
        worths.append(new)
