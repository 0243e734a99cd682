# SPDX-License-Identifier: AGPL-3.0-or-later
"""She speaks every language asked for, at the level asked for; where any one will do, one of them.

Prunes a pair (slot, mediator), before all others: the language index is what makes a nation's week tractable.
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    """True for each of ``among`` who lacks a language; a slot that needs none refuses nobody."""
    needs = post.slot.languages
    if not needs:
        return np.zeros(len(among), dtype=np.bool_)
    reached = [roster.levels(language)[among] >= level for language, level in needs.items()]
    enough = np.any if post.slot.any_language else np.all
    speaks: Flags = enough(np.array(reached), axis=0)
    return ~speaks
