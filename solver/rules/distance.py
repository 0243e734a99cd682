# SPDX-License-Identifier: AGPL-3.0-or-later
"""On site she goes no further from home than she said; by phone and video there is no road.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    """Compares minutes home to place, in her own way of getting about, with her ``max_travel``."""
    place = post.appointment.place
    if not post.onsite or place is None:
        return np.zeros(len(among), dtype=np.bool_)
    too_far: Flags = roster.from_home(place, among) > roster.reach[among]
    return too_far
