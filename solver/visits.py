# SPDX-License-Identifier: AGPL-3.0-or-later
"""What fills a mediator's day: the visits a plan chooses and the facts it finds (locked visits, busy commitments)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from solver.index import Index, Post, day_of
from solver.problem import TravelIsWork
from solver.travel import Minutes

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


def facts_of(index: Index) -> list[list[Visit]]:
    """For each mediator, in order, what no plan may move: her busy commitments and her locked visits."""
    numbers = index.roads.place_index
    facts = [
        [
            Visit(busy.start, busy.end, REMOTE if busy.place is None else numbers[busy.place], BUSY, True)
            for busy in mediator.busy
        ]
        for mediator in index.mediators
    ]
    for standing in index.problem.locked:
        visit = visit_of(index, index.post(standing.slot), standing.start, fact=True)
        facts[index.mediator_number[standing.mediator]].append(visit)
    return [in_order(visits) for visits in facts]


def by_day(visits: Iterable[Visit]) -> dict[int, list[Visit]]:
    """The same visits, in the same order, by the day of their start."""
    days: dict[int, list[Visit]] = {}
    for visit in visits:
        days.setdefault(day_of(visit.start), []).append(visit)
    return days


def legs_between(day: Sequence[Visit], minutes: Minutes) -> int:
    """Minutes driven between the on-site stops of one day, given in order."""
    stops = [visit.place for visit in day if visit.place != REMOTE]
    return sum(int(minutes[a, b]) for a, b in pairwise(stops))


def legs_home(day: Sequence[Visit], minutes: Minutes, home: int) -> int:
    """Minutes driven from home to the first on-site stop of one day and home again from the last."""
    stops = [visit.place for visit in day if visit.place != REMOTE]
    return int(minutes[home, stops[0]] + minutes[stops[-1], home]) if stops else 0


def work_minutes(day: Sequence[Visit], minutes: Minutes, home: int, travel_is_work: TravelIsWork) -> int:
    """Working minutes of one day: every visit and commitment, and the legs the policy counts as work."""
    work = sum(visit.end - visit.start for visit in day)
    if travel_is_work != "none":
        work += legs_between(day, minutes)
    if travel_is_work == "all":
        work += legs_home(day, minutes, home)
    return work
