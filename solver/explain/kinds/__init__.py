# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kinds of relaxation, smallest first: by who has to give way, and how far that is from what was asked.

1. ``insert`` nobody: somebody could come as it is. 2. ``move`` nothing is relaxed, one other visit changes.
3. ``start`` the desk, by minutes on the same day. 4. ``shift``, ``max_day``, ``max_week`` one mediator, by minutes.
5. ``level``, ``skills``, ``gender``, ``only`` the desk, in a must that becomes a wish. 6. ``video``, ``phone`` the
desk, in how it is met. 7. ``day`` the desk, by days. 8. ``budget`` the project, by minutes it has to pay.
Inside a kind: by its own size (minutes, days, levels), then by the total it leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from solver.explain.kinds import asks, hours, moving, times
from solver.explain.question import Proposal, Question

Variants = Callable[[Question], Iterable[Iterator[Proposal]]]


def _one(kind: Callable[[Question], Iterator[Proposal]]) -> Variants:
    """A kind that has a single variant, of which the first that stands is shown."""
    return lambda question: (kind(question),)


KINDS: tuple[Variants, ...] = (
    _one(moving.as_it_stands),
    _one(moving.one_moved),
    _one(times.other_start),
    _one(hours.longer_shift),
    _one(hours.longer_day),
    _one(hours.longer_week),
    asks.lower_levels,
    asks.skills_wished,
    _one(asks.gender_wished),
    _one(asks.others_welcome),
    _one(asks.by_video),
    _one(asks.by_phone),
    _one(times.other_day),
    _one(hours.more_money),
)
