# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was decided stays decided: each published slot given to somebody else, moved or left empty costs.

Priced on a pair (slot, mediator) and its start.
"""

from __future__ import annotations

from solver.index import Index


def base(index: Index) -> int:
    """Cost when no published slot is kept; each one that is kept earns ``change_cost`` back."""
    return index.problem.policy.change_cost * len(index.problem.published)


def kept(index: Index, slot: str, mediator: str, start: int) -> int:
    """What filling a slot this way earns back: ``change_cost`` if it is exactly what was published, else 0."""
    standing = index.published.get(slot)
    same = standing is not None and (standing.mediator, standing.start) == (mediator, start)
    return index.problem.policy.change_cost if same else 0
