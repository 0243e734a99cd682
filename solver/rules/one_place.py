# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is in two places at once, and the road between them takes time.

Prunes a day route, and, across midnight, two day routes of one mediator.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from solver.index import day_of
from solver.travel import Minutes
from solver.visits import Visit


def need(earlier: Visit, later: Visit, minutes: Minutes, remote_gap: int) -> int:
    """Minutes between the end of one visit and the start of the next: the road, or the gap around a remote one."""
    return int(minutes[earlier.place, later.place]) if earlier.onsite and later.onsite else remote_gap


def holds(visits: Sequence[Visit], minutes: Minutes, remote_gap: int) -> bool:
    """Whether these visits of one mediator, in order, can all be kept; two facts are not judged against each other."""
    pairs = combinations(range(len(visits)), 2)
    return all((visits[a].fact and visits[b].fact) or _follows(visits, a, b, minutes, remote_gap) for a, b in pairs)


def _follows(visits: Sequence[Visit], a: int, b: int, minutes: Minutes, remote_gap: int) -> bool:
    earlier, later = visits[a], visits[b]
    between = 0
    if earlier.onsite and later.onsite and day_of(earlier.start) == day_of(later.start):
        inner = visits[a + 1 : b]
        if not any(visit.onsite for visit in inner):  # nobody interprets while driving
            between = sum(visit.end - visit.start for visit in inner)
    return earlier.end + need(earlier, later, minutes, remote_gap) + between <= later.start
