# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is booked, or waits for an answer, stays as it is: same slot, same mediator, same start.

Prunes nothing by search: locked visits enter every day as facts, and no other rule is judged on them alone.
"""

from __future__ import annotations

from solver.index import Index
from solver.plan import Assignment


def assignments(index: Index) -> list[Assignment]:
    """The locked slots as every plan must list them."""
    return [
        Assignment(
            slot=standing.slot,
            mediator=standing.mediator,
            start=standing.start,
            end=standing.start + index.post(standing.slot).duration,
        )
        for standing in index.problem.locked
    ]
