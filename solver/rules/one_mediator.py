# SPDX-License-Identifier: AGPL-3.0-or-later
"""A slot is filled by one mediator at most.

Prunes the joint choice: among all day routes, at most one may visit a slot; a locked slot is taken already.
"""

from __future__ import annotations

from solver.index import Index, Post


def open_posts(index: Index) -> tuple[Post, ...]:
    """The slots a plan may still give to somebody."""
    return tuple(post for post in index.posts if post.slot.id not in index.locked)
