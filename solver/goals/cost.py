# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money counts as far as the policy says: euros of service, at the mediator's hourly cost.

Priced on a pair (slot, mediator); rounded once, on the sum over all filled slots.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from solver.problem import Mediator, Policy

PARTS = 60 * 100  # an hour's cents in a minute's: every visit costs a whole number of these parts of a euro


def euros(duration: int, mediator: Mediator) -> Fraction:
    """Exact euros of one visit: duration in minutes, hourly cost in cents."""
    return Fraction(duration * mediator.hourly_cost, PARTS)


def rounded(policy: Policy, total: Fraction) -> int:
    """floor(cost_per_euro * euros + 1/2) of the euros of all filled slots."""
    return floor(policy.cost_per_euro * total + Fraction(1, 2))
