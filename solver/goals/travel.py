# SPDX-License-Identifier: AGPL-3.0-or-later
"""Little time on the road: every minute driven on a day with an on-site slot costs.

Priced on a day route: home to the first on-site stop, from stop to stop (busy places are stops), and home again.
"""

from __future__ import annotations

from collections.abc import Sequence

from solver.problem import Policy
from solver.travel import Minutes
from solver.visits import BUSY, Visit, legs_between, legs_home


def minutes_driven(day: Sequence[Visit], minutes: Minutes, home: int) -> int:
    """Minutes of all legs of a day, its visits in order; 0 on a day that has no on-site slot."""
    if not any(visit.onsite and visit.post != BUSY for visit in day):
        return 0
    return legs_home(day, minutes, home) + legs_between(day, minutes)


def cost(policy: Policy, driven: int) -> int:
    return policy.travel_cost * driven
