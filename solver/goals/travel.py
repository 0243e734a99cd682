# SPDX-License-Identifier: AGPL-3.0-or-later
"""Little time on the road: every minute driven on a day with an on-site slot costs.

Priced on a day route: home to the first on-site stop, from stop to stop (busy places are stops), and home again. The
working minutes of the day, which limits and fairness look at, are measured in the same pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from solver.visits import BUSY, REMOTE, Visit

if TYPE_CHECKING:
    from solver.person import Person


class Day(NamedTuple):
    """What one day of a mediator amounts to, in minutes: driven at a cost, and worked."""

    travel: int
    work: int


IDLE = Day(0, 0)


def measure(person: Person, day: Sequence[Visit]) -> Day:
    """Minutes driven (0 on a day without an on-site slot) and worked on one day, its visits in order."""
    rows, home = person.rows, person.home
    place, between, from_home, work, pays = REMOTE, 0, 0, 0, False
    for start, end, stop, post, _ in day:
        work += end - start
        if stop == REMOTE:
            continue
        pays = pays or post != BUSY
        if place == REMOTE:
            from_home = rows[home][stop]
        else:
            between += rows[place][stop]
        place = stop
    if place == REMOTE:
        return Day(0, work)
    ways_home = from_home + rows[place][home]
    work += (between if person.between_is_work else 0) + (ways_home if person.home_is_work else 0)
    return Day(between + ways_home if pays else 0, work)
