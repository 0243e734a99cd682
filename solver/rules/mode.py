# SPDX-License-Identifier: AGPL-3.0-or-later
"""She works in this mode: on site, by phone or by video.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    return ~roster.works_by(post.appointment.mode)[among]
