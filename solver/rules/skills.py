# SPDX-License-Identifier: AGPL-3.0-or-later
"""She has every skill the slot must have.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    lacks = np.zeros(len(among), dtype=np.bool_)
    for skill in post.slot.skills:
        lacks |= ~roster.has(skill)[among]
    return lacks
