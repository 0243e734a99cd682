# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is sent where she was ruled out: she refused this slot, or desk and mediator must not meet.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    """Ids that name nobody in this problem exclude nobody: she may have left since."""
    if not post.slot.excluded:
        return np.zeros(len(among), dtype=np.bool_)
    numbers = roster.index.mediator_number
    return np.isin(among, [numbers[name] for name in post.slot.excluded if name in numbers])
