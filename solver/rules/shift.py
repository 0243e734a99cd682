# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit lies inside one of her shifts; where the policy says so, the way from home and back lies inside too.

Prunes a pair (slot, mediator) that has no start left, and with ``shift_covers_travel`` a day route.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from solver.index import Post
from solver.problem import Mediator, Span
from solver.roster import Flags, Numbers, Roster
from solver.travel import Minutes
from solver.visits import Visit


def refuses(roster: Roster, post: Post, among: Numbers) -> Flags:
    """True where no allowed start lets the whole visit lie inside one shift."""
    starts = np.array(roster.index.starts(post.appointment), dtype=np.int64)
    low, high = roster.shifts
    first = np.searchsorted(starts, low[among], side="left")
    past = np.searchsorted(starts, high[among] - post.duration, side="right")
    fits: Flags = np.any(first < past, axis=1)
    return ~fits


def starts_within(starts: Sequence[int], duration: int, shifts: Sequence[Span]) -> tuple[int, ...]:
    """Those of the sorted ``starts`` at which a visit of this duration lies inside one shift."""
    within: list[int] = []
    for low, high in shifts:
        within.extend(starts[bisect_left(starts, low) : bisect_right(starts, high - duration)])
    return tuple(within)


def covers_travel(day: Sequence[Visit], mediator: Mediator, minutes: Minutes, home: int) -> bool:
    """Whether the first and last on-site visit of a day, if chosen, leave room for the legs from and to home.

    The visits come in order and each chosen one lies inside a shift; facts are not judged.
    """
    stops = [visit for visit in day if visit.onsite]
    if not stops:
        return True
    first, last = stops[0], stops[-1]
    leaves = first.fact or first.start >= _shift(mediator, first)[0] + minutes[home, first.place]
    returns = last.fact or last.end <= _shift(mediator, last)[1] - minutes[last.place, home]
    return bool(leaves and returns)


def _shift(mediator: Mediator, visit: Visit) -> Span:
    return next(span for span in mediator.shifts if span[0] <= visit.start and visit.end <= span[1])
