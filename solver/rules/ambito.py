# SPDX-License-Identifier: AGPL-3.0-or-later
"""On site she works only in the ambiti she serves; by phone and video, anywhere.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    place = post.appointment.place
    if not post.onsite or place is None:
        return np.zeros(len(among), dtype=np.bool_)
    return ~roster.serves(roster.index.places[place].ambito)[among]
