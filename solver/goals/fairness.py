# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work is shared fairly: the more of her weekly target is used, the more a further hour costs.

Priced on the joint choice of a mediator's days in a week, facts included. The cost is convex and piecewise linear in
used % = 100 * working minutes / target; fractions are exact, summed over all mediators and weeks, and rounded once.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from solver.problem import Policy


def cost(policy: Policy, target: int, worked: int) -> Fraction:
    """Exact cost of one mediator's week, from her working minutes and her weekly target (both minutes)."""
    used = 100 * max(0, worked)  # everything in percents of the target, times the target: whole numbers
    starts = [start * target for start, _ in policy.fairness_cost]
    reached = [min(used, end) for end in (*starts[1:], used)]
    total = sum(
        slope * max(0, end - start)
        for (_, slope), start, end in zip(policy.fairness_cost, starts, reached, strict=False)
    )
    return Fraction(total, target)


def segments(policy: Policy, target: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """The same cost in minutes: (from working minutes, cost of each further minute), for a linear program."""
    return tuple(
        (Fraction(start * target, 100), Fraction(100 * slope, target)) for start, slope in policy.fairness_cost
    )


def rounded(total: Fraction) -> int:
    """floor(x + 1/2), once, on the sum over everybody."""
    return floor(total + Fraction(1, 2))
