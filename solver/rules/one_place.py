# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody is in two places at once, and the road between them takes time.

Prunes a day route, and a pair (slot, mediator) at a start that meets one of her facts. Said over plain lists of
minutes, because a search asks it millions of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.visits import REMOTE, Visit

if TYPE_CHECKING:
    from solver.person import Person


def clash(person: Person, a: Visit, b: Visit) -> bool:
    """Whether two visits of hers, at least one of them chosen, are too close for the road or the remote gap."""
    if b[:2] < a[:2]:
        a, b = b, a
    need = person.rows[a.place][b.place] if a.place != REMOTE and b.place != REMOTE else person.gap
    return a.end + need > b.start


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
