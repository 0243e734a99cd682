# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the desk names who may come, nobody else does.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    if post.slot.only is None:
        return np.zeros(len(among), dtype=np.bool_)
    numbers = roster.index.mediator_number
    return ~np.isin(among, [numbers[name] for name in post.slot.only if name in numbers])
