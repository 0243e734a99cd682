# SPDX-License-Identifier: AGPL-3.0-or-later
"""A slot is filled by one mediator at most.

Prunes the joint choice: of all day routes at most one may visit a slot, and none a slot that is taken already.
"""

from __future__ import annotations

from solver.index import Index, Post


def taken(index: Index, post: Post) -> bool:
    """Whether the slot has its mediator before any plan is made: a locked one."""
    return post.slot.id in index.locked
