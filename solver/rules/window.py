# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit starts when the desk said it may.

Prunes a pair (slot, mediator): a start that is not allowed is never made, so only a slot without any is refused.
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    return np.full(len(among), not roster.index.starts(post.appointment), dtype=np.bool_)
