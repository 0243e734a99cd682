# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the desk must have a woman, or a man, that is who goes.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    wanted = post.slot.gender
    return np.zeros(len(among), dtype=np.bool_) if wanted is None else ~roster.is_of(wanted)[among]
