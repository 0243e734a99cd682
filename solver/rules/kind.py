# SPDX-License-Identifier: AGPL-3.0-or-later
"""She does this kind of work: interpreting, mediation, territorial, team or feedback.

Prunes a pair (slot, mediator).
"""

from __future__ import annotations

from solver.index import Post
from solver.roster import Flags, Numbers, Roster


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    return ~roster.does(post.appointment.kind)[among]
