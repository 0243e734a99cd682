# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is in two places at once, and the road between them takes time.

Prunes a day route, and a pair (slot, mediator) at a start that meets one of her facts. Said over plain lists of
minutes, because a search asks it millions of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from solver.visits import REMOTE, Visit

if TYPE_CHECKING:
    from solver.person import Person
    from solver.roster import Flags, Numbers
    from solver.travel import Floats, Roads


def clash(person: Person, a: Visit, b: Visit) -> bool:
    """Whether two visits of hers, at least one of them chosen, are too close for the road or the remote gap."""
    if b[:2] < a[:2]:
        a, b = b, a
    need = person.rows[a.place][b.place] if a.place != REMOTE and b.place != REMOTE else person.gap
    return a.end + need > b.start


def free(person: Person, visit: Visit, others: Iterable[Visit]) -> bool:
    """Whether a visit clashes with none of her others; said without ``clash``, since a first plan asks here most."""
    start, end, place = visit[:3]
    rows, gap = person.rows, person.gap
    for begin, finish, where, _, _ in others:
        remote = where == REMOTE or place == REMOTE
        if begin < start or (begin == start and finish < end):
            if finish + (gap if remote else rows[where][place]) > start:
                return False
        elif end + (gap if remote else rows[place][where]) > begin:
            return False
    return True


def clashes(
    roads: Roads,
    gap: int,
    visit: tuple[int, Numbers, int],
    factors: Floats,
    facts: tuple[Numbers, Numbers, Numbers],
) -> Flags:
    """The same for a visit (place, starts, duration) beside many facts (start, end, place): flags [fact, start].

    ``factors`` are the travel factors of the people whose facts they are.
    """
    place, starts, duration = visit
    begin, end, where = facts
    coming, going = np.full((2, len(begin)), gap, dtype=np.int64)
    if place != REMOTE:
        onsite = np.nonzero(where != REMOTE)[0]
        here = np.array(place)
        coming[onsite] = roads.across(factors[onsite], where[onsite], here)
        going[onsite] = roads.across(factors[onsite], here, where[onsite])
    begin, end, ends = begin[:, None], end[:, None], starts + duration
    earlier = (begin < starts) | ((begin == starts) & (end < ends))
    too_close: Flags = np.where(earlier, end + coming[:, None] > starts, ends + going[:, None] > begin)
    return too_close


def drivable(person: Person, day: Sequence[Visit]) -> bool:
    """Whether the road between on-site visits of one day fits beside the remote ones: nobody interprets at the wheel.

    Pairs of visits are taken to be clear of each other already (``clash``).
    """
    last: Visit | None = None
    remote = 0
    for visit in day:
        if visit.place == REMOTE:
            remote += visit.end - visit.start
            continue
        if last is not None and _too_far(person, last, visit, remote):
            return False
        last, remote = visit, 0
    return True


def _too_far(person: Person, earlier: Visit, later: Visit, remote: int) -> bool:
    if earlier.fact and later.fact:
        return False
    return earlier.end + person.rows[earlier.place][later.place] + remote > later.start
