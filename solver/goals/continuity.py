# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case keeps its mediator: each further person on its filled slots costs.

Priced on the joint choice: links between cases and mediators. Locked slots count as filled.
"""

from __future__ import annotations

from solver.problem import Policy


def cost(policy: Policy, people: int) -> int:
    """Cost of one case on whose filled slots this many different mediators work; a case without any costs nothing."""
    return policy.case_cost * max(0, people - 1)
