# SPDX-License-Identifier: AGPL-3.0-or-later
"""What fills a mediator's day: the visits a plan chooses and the facts it finds (locked visits, busy commitments)."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from solver.index import Index, Post, day_of

REMOTE = -1  # the place number of a visit that needs no road
BUSY = -1  # the post number of a commitment that fills no slot


class Visit(NamedTuple):
    """Minutes since the horizon's start; ``place`` and ``post`` are numbers of the index."""

    start: int
    end: int
    place: int
    post: int
    fact: bool

    @property
    def onsite(self) -> bool:
        return self.place != REMOTE


def place_of(index: Index, post: Post) -> int:
    """The place number where a slot is filled: REMOTE by phone and video, even if a place is written there."""
    place = post.appointment.place
    return index.roads.place_index[place] if post.onsite and place is not None else REMOTE


def visit_of(index: Index, post: Post, start: int, *, fact: bool = False) -> Visit:
    return Visit(start, start + post.duration, place_of(index, post), post.number, fact)


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """By start, then end; what is equal in both keeps its order."""
    return sorted(visits, key=itemgetter(0, 1))


def by_day(visits: Iterable[Visit]) -> dict[int, list[Visit]]:
    """The same visits, in the same order, by the day of their start."""
    days: dict[int, list[Visit]] = {}
    for visit in visits:
        days.setdefault(day_of(visit.start), []).append(visit)
    return days
