# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit lies inside one of her shifts; where the policy says so, the way from home and back lies inside too.

Prunes a pair (slot, mediator) that has no start left, and with ``shift_covers_travel`` a day route.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from solver.index import Post
from solver.problem import Span
from solver.roster import Flags, Numbers, Roster
from solver.visits import Visit


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    """True where no allowed start lets the whole visit lie inside one shift."""
    first, past = fitting(roster, post, among)
    fits: Flags = np.any(first < past, axis=1)
    return ~fits


def fitting(roster: Roster, post: Post, among: Numbers) -> tuple[Numbers, Numbers]:
    """Matrices [mediator, shift]: in each shift fit the allowed starts from the first number to before the second."""
    starts = np.array(roster.index.starts(post.appointment), dtype=np.int64)
    low, high = roster.shifts
    first = np.searchsorted(starts, low[among], side="left")
    past = np.searchsorted(starts, high[among] - post.duration, side="right")
    return first, past


def starts_within(starts: Sequence[int], duration: int, shifts: Sequence[Span]) -> tuple[int, ...]:
    """Those of the sorted ``starts`` at which a visit of this duration lies inside one shift."""
    within: list[int] = []
    for low, high in shifts:
        within.extend(starts[bisect_left(starts, low) : bisect_right(starts, high - duration)])
    return tuple(within)


def leaves_time_to_come(shift: Span, visit: Visit, from_home: int) -> bool:
    """With ``shift_covers_travel``: whether a day's first on-site visit can be reached from home within its shift."""
    return visit.start >= shift[0] + from_home


def leaves_time_to_go(shift: Span, visit: Visit, to_home: int) -> bool:
    """With ``shift_covers_travel``: whether home can be reached from a day's last on-site visit within its shift."""
    return visit.end <= shift[1] - to_home
