# SPDX-License-Identifier: AGPL-3.0-or-later
"""A planning problem as a routing tool sees it: vehicles (one mediator's day each) that may call at stops.

What no routing tool knows is turned into what it knows, the same way for all of them. A vehicle leaves home and
returns there at a cost but in no time, because our shifts hold the visits and not the way to them. A call (phone,
video) costs as if it were made from home, which is exact when it is the first or last of a day, and takes the remote
gap on either side. Locked visits and busy hours are stops of their own that only one vehicle may serve.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from solver.index import day_of
from solver.person import Person
from solver.prepare import Prepared
from solver.visits import REMOTE, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.peers import Line
    from solver.index import Post

FACT_WORTH = 100_000  # more than any slot: a locked visit or busy hour is dropped only where it overlaps another one
Minutes = npt.NDArray[np.int64]


class Vehicle(NamedTuple):
    """One day of a mediator, from her first shift's start to her last one's end; numbers of the index."""

    mediator: int
    day: int
    early: int
    late: int


class Stop(NamedTuple):
    """A slot that may be filled, or a fact (post None); ``extra`` is what each mediator costs beside the road."""

    post: int | None
    place: int
    duration: int
    starts: tuple[int, ...]
    worth: int
    extra: dict[int, int]

    def windows(self, step: int) -> list[tuple[int, int]]:
        """The starts as spans: neighbours on the grid belong to one."""
        spans: list[tuple[int, int]] = []
        for start in self.starts:
            if spans and start - spans[-1][1] <= step:
                spans[-1] = spans[-1][0], start
            else:
                spans.append((start, start))
        return spans


class Rounds:
    """All vehicles and stops of a prepared problem, and the minutes between them for each mediator."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.stops = [self._slot(prepared.index.posts[number]) for number in prepared.open]
        self.stops += [stop for person in prepared.persons for stop in _facts(person)]
        self.vehicles = self._vehicles()

    @cached_property
    def vehicles_of(self) -> dict[int, list[int]]:
        """For each mediator the positions of her vehicles."""
        mine: dict[int, list[int]] = {}
        for position, vehicle in enumerate(self.vehicles):
            mine.setdefault(vehicle.mediator, []).append(position)
        return mine

    @cached_property
    def calls(self) -> list[int]:
        """Row numbers of the stops that are calls, home being row 0."""
        return [number for number, stop in enumerate(self.stops, start=1) if stop.place == REMOTE]

    def allowed(self, stop: Stop) -> list[int]:
        """Positions of the vehicles that may serve a stop: an eligible mediator, on a day it may start."""
        days = {day_of(start) for start in stop.starts}
        mine = (position for mediator in stop.extra for position in self.vehicles_of.get(mediator, ()))
        return [position for position in mine if self.vehicles[position].day in days]

    def minutes(self, mediator: int, step: int = 1) -> Minutes:
        """Minutes [from, to] that pass: home first, then the stops; nothing to and from home, a gap around calls.

        With a ``step`` each way is lengthened so that, with the stay before it, it takes whole steps of the grid of
        starts: who starts on the grid and hurries comes on the grid, and the tool need not know that there is one.
        """
        road = self.road(mediator)
        road[0, :] = road[:, 0] = 0
        calls = self.calls
        gap = self.prepared.policy.remote_gap
        road[calls, 1:] = gap
        road[1:, calls] = gap
        road[1:, 1:] = (-(-(road + self.stays) // step) * step - self.stays)[1:, 1:]
        np.fill_diagonal(road, 0)
        return road

    def road(self, mediator: int) -> Minutes:
        """Minutes [from, to] on the road: home first, then the stops; a call is taken at home."""
        person = self.prepared.persons[mediator]
        places = [person.home, *(person.home if stop.place == REMOTE else stop.place for stop in self.stops)]
        known = sorted(set(places))
        between = np.array([[person.rows[here][there] for there in known] for here in known], dtype=np.int64)
        at = np.searchsorted(known, places)
        road: Minutes = between[np.ix_(at, at)]
        return road

    def work(self, mediator: int) -> Minutes:
        """Working minutes [from, to]: the stay and, where the policy says so, the road that follows it."""
        person = self.prepared.persons[mediator]
        road = self.road(mediator)
        road[self.calls, :] = road[:, self.calls] = 0
        if not person.home_is_work:
            road[0, :] = road[:, 0] = 0
        if not person.between_is_work:
            road[1:, 1:] = 0
        work: Minutes = road + self.stays
        return work

    @cached_property
    def stays(self) -> Minutes:
        """Minutes spent at home (none) and at each stop, as a column."""
        return np.array([0, *(stop.duration for stop in self.stops)], dtype=np.int64)[:, None]

    def cost(self, mediator: int) -> Minutes:
        """What it costs [from, to] to drive to a stop and serve it there: the road and what she costs besides."""
        road = self.prepared.policy.travel_cost * self.road(mediator)
        road[:, 1:] += np.array([stop.extra.get(mediator, 0) for stop in self.stops], dtype=np.int64)
        np.fill_diagonal(road, 0)
        return road

    def lines(self, routes: Iterable[tuple[int, Sequence[int]]]) -> list[Line]:
        """Routes (vehicle, stops in order) as lines, each visit as early as the grid of starts lets it be."""
        index = self.prepared.index
        found: list[Line] = []
        for vehicle, calls in routes:
            mediator = self.vehicles[vehicle].mediator
            for number, start in zip(calls, self._starts(vehicle, calls), strict=True):
                post = self.stops[number].post
                if post is not None:
                    found.append((index.posts[post].slot.id, index.mediators[mediator].id, start))
        return found

    def _starts(self, vehicle: int, calls: Sequence[int]) -> list[int]:
        """The earliest allowed start of each call, or its last one where the route comes too late for it."""
        who, now = self.vehicles[vehicle].mediator, self.vehicles[vehicle].early
        starts: list[int] = []
        for place, number in enumerate(calls):
            stop = self.stops[number]
            if place:
                before = self.stops[calls[place - 1]]
                now = starts[-1] + before.duration + self._way(who, before, stop)
            starts.append(min((start for start in stop.starts if start >= now), default=stop.starts[-1]))
        return starts

    def _way(self, mediator: int, here: Stop, there: Stop) -> int:
        person = self.prepared.persons[mediator]
        calls = REMOTE in (here.place, there.place)
        return person.gap if calls else person.rows[here.place][there.place]

    def _slot(self, post: Post) -> Stop:
        pairs = self.prepared.pairs[post.number]
        worth = post.slot.value
        return Stop(
            post=post.number,
            place=place_of(self.prepared.index, post),
            duration=post.duration,
            starts=tuple(sorted({start for pair in pairs for start in pair.starts})),
            worth=worth,
            extra={pair.mediator: max(0, worth - pair.gain + round(pair.euros)) for pair in pairs},
        )

    def _vehicles(self) -> list[Vehicle]:
        days = {(person, day_of(start)) for stop in self.stops for person in stop.extra for start in stop.starts}
        spans = ((who, day, self._hours(who, day)) for who, day in sorted(days))
        return [Vehicle(who, day, *hours) for who, day, hours in spans if hours]

    def _hours(self, mediator: int, day: int) -> tuple[int, int] | None:
        person = self.prepared.persons[mediator]
        spans = [shift for shift in person.mediator.shifts if day_of(shift[0]) == day]
        spans += [(fact.start, fact.end) for fact in person.facts_of_day.get(day, ())]
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def _facts(person: Person) -> list[Stop]:
    return [
        Stop(None, fact.place, fact.end - fact.start, (fact.start,), FACT_WORTH, {person.number: 0})
        for fact in person.facts
    ]
