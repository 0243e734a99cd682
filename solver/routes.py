# SPDX-License-Identifier: AGPL-3.0-or-later
"""Day routes of one mediator: which of the visits open to her she makes on a day, at which starts, in which order.

Days that can touch (work past midnight, a very long road) form one stretch and are routed together; almost every
stretch is a single day. A route always keeps the facts of its days and is measured as what it adds to them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.goals.travel import IDLE, measure
from solver.index import day_of, week_of
from solver.person import Person
from solver.prepare import Pair, Placement, Prepared
from solver.prices import SCALE, scaled
from solver.problem import DAY
from solver.visits import REMOTE, Visit, by_day, in_order

FACT = -1  # the post number of a node that is a fact


class Route(NamedTuple):
    """One column of the master: placements of one mediator in one stretch, and what they add to her facts.

    ``gain`` counts value, wishes, what stays as published and the road; ``euros`` the exact money; ``work`` the further
    working minutes by week.
    """

    stretch: int
    placements: tuple[Placement, ...]
    gain: int
    euros: Fraction
    work: tuple[tuple[int, int], ...]


class Stretch:
    """Days of one mediator that are routed together: nodes in order of start, and which may follow which.

    Node arrays are parallel. ``follows[i]`` is a bit mask of the nodes after i that can still be made once i is:
    far enough away, of another appointment. Facts are nodes that every route passes.
    """

    def __init__(self, prepared: Prepared, number: int, person: Person, days: list[int], options: list[Option]) -> None:
        self.number, self.person, self.days = number, person, days
        facts = [visit for day in days for visit in person.facts_of_day.get(day, ())]
        visits = in_order([*facts, *(option.visit for option in options)])
        self.visits = visits
        by_key = {(option.pair.post, option.visit.start): option for option in options}
        self.options = [None if visit.fact else by_key[visit.post, visit.start] for visit in visits]
        self.place = [visit.place for visit in visits]
        self.day = [days.index(day_of(visit.start)) for visit in visits]
        self.fact_nodes = [node for node, visit in enumerate(visits) if visit.fact]
        appointment = [FACT if visit.fact else prepared.index.posts[visit.post].appointment_number for visit in visits]
        self.appointment = appointment
        self.follows = _masks(self._follow(visits, np.array(appointment)))
        self.rows = [_row(option) for option in self.options]
        self.static = [_static(option) for option in self.options]
        self.alike = self._alike()
        starts = [visit.start for visit in visits]
        self.after = [max(node + 1, bisect_left(starts, visit.end)) for node, visit in enumerate(visits)]
        self.least_leg = self._least_legs()
        self.has_remote = any(visit.place == REMOTE for visit in visits)
        self.limit = [person.day_limit(day) for day in days]
        self.weeks = [week_of(day * DAY) for day in days]
        self.base = [person.base.get(day, IDLE) for day in days]
        self.tight = [self._may_fill(at) for at in range(len(days))]
        if person.covers:
            self.first_ok = [visit.place == REMOTE or person.may_come_first(visit) for visit in visits]
            self.last_ok = [visit.place == REMOTE or person.may_come_last(visit) for visit in visits]

    def _follow(self, visits: list[Visit], appointment: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Matrix [i, j]: node j may come after node i."""
        person, count = self.person, len(visits)
        start, end, place = (np.array([visit[at] for visit in visits], dtype=np.int32) for at in range(3))
        fact = np.array([visit.fact for visit in visits])
        stops = sorted(set(place.tolist()) - {REMOTE})
        local = np.zeros(count, dtype=np.int64)
        need = np.full((len(stops) + 1, len(stops) + 1), person.gap, dtype=np.int32)
        for a, stop in enumerate(stops):
            local[place == stop] = a + 1
            need[a + 1, 1:] = [person.rows[stop][other] for other in stops]
        clear = end[:, None] + need[local][:, local] <= start[None, :]
        clear &= appointment[:, None] != appointment[None, :]
        clear |= fact[:, None] | fact[None, :]
        return np.triu(clear, 1)

    def _least_legs(self) -> list[int]:
        """For each on-site node the shortest leg that can lead to it, from home or another node; 0 by phone."""
        rows, home = self.person.rows, self.person.home
        owners: dict[int, set[int]] = defaultdict(set)
        for place, appointment in zip(self.place, self.appointment, strict=True):
            owners[place].add(appointment)
        stops = [home, *(place for place in owners if place != REMOTE)]
        least = {
            stop: 0 if len(owners[stop]) > 1 else min(rows[a][stop] for a in stops if a != stop or a == home)
            for stop in stops[1:]
        }
        return [least.get(place, 0) for place in self.place]

    def _alike(self) -> list[int]:
        """For each node the nodes of the same post and day that are worth the same at any prices: earliest is best."""
        groups: dict[tuple[object, ...], int] = defaultdict(int)
        keys: list[tuple[object, ...]] = []
        for node, option in enumerate(self.options):
            if option is None:
                keys.append((FACT, node))
                continue
            visit = self.visits[node]
            shift = self.person.shift_of(visit) if self.person.covers else None
            keys.append((self.rows[node], self.day[node], visit.start if option.kept else None, shift))
            groups[keys[-1]] |= 1 << node
        return [groups[key] if key in groups else 1 << node for node, key in enumerate(keys)]

    def _may_fill(self, at: int) -> bool:
        """Whether the limit of a day can bind at all: only then do labels compare their working minutes."""
        longest: dict[int, int] = {}
        for node, visit in enumerate(self.visits):
            if self.day[node] == at and not visit.fact:
                longest[self.appointment[node]] = visit.end - visit.start
        person = self.person
        stops = {visit.place for visit in self.visits if visit.place != REMOTE} | {person.home}
        road = max((person.rows[a][b] for a in stops for b in stops), default=0) if person.between_is_work else 0
        return self.base[at].work + sum(longest.values()) + road * (2 * len(longest) + 2) > self.limit[at]


class Option(NamedTuple):
    """A pair at one of its starts. ``coupled``: other people's starts depend on it (several slots, several starts)."""

    pair: Pair
    visit: Visit
    kept: int
    coupled: bool


def _row(option: Option | None) -> tuple[int, int | None]:
    """What the master counts a node as: its post, with its start where starts are a joint decision."""
    if option is None:
        return FACT, None
    return option.pair.post, option.visit.start if option.coupled else None


def _static(option: Option | None) -> int:
    """What a node brings whatever the prices, in price units: value, wishes, money, what stays as published."""
    if option is None:
        return 0
    euros = option.pair.euros
    return (option.pair.gain + option.kept) * SCALE - (scaled(euros) if euros else 0)


def _masks(matrix: npt.NDArray[np.bool_]) -> list[int]:
    packed = np.packbits(matrix, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def stretches_of(prepared: Prepared) -> list[Stretch]:
    """All stretches that hold at least one option, mediator by mediator."""
    options: list[dict[int, list[Option]]] = [defaultdict(list) for _ in prepared.persons]
    for post in prepared.open:
        coupled = prepared.joint[post]
        for pair in prepared.pairs[post]:
            for start in pair.starts:
                placement = Placement(post, pair.mediator, start)
                option = Option(pair, prepared.visit(placement), prepared.kept.get(placement, 0), coupled)
                options[pair.mediator][day_of(start)].append(option)
    stretches: list[Stretch] = []
    for person in prepared.persons:
        days = options[person.number]
        for group in _touching(person, days):
            inside = [option for day in group for option in days[day]]
            stretches.append(Stretch(prepared, len(stretches), person, group, inside))
    return stretches


def _touching(person: Person, options: dict[int, list[Option]]) -> list[list[int]]:
    """Days with options, grouped so that visits of different groups can never be too close to each other."""
    days = sorted(options)
    first = [min(option.visit.start for option in options[day]) for day in days]
    last = [max(option.visit.end for option in options[day]) for day in days]
    stops = [{option.visit.place for option in options[day]} - {REMOTE} for day in days]
    longest = max((person.rows[a][b] for a in set().union(*stops) for b in set().union(*stops)), default=0)
    need = max(person.gap, longest)
    groups: list[list[int]] = []
    reach = -1
    for at, day in enumerate(days):
        if at > reach:
            groups.append([])
            reach = at
        groups[-1].append(day)
        for later in range(len(days) - 1, reach, -1):
            if last[at] + need > first[later]:
                reach = later
                break
    return groups


def route_of(prepared: Prepared, stretch: Stretch, placements: tuple[Placement, ...]) -> Route:
    """Measures a route exactly."""
    person = stretch.person
    days = by_day(prepared.visit(placement) for placement in placements)
    gain, euros, work = 0, Fraction(0), defaultdict[int, int](int)
    for placement in placements:
        pair = prepared.pair[placement.post, placement.mediator]
        gain += pair.gain + prepared.kept.get(placement, 0)
        euros += pair.euros
    for day, visits in days.items():
        base = person.base.get(day, IDLE)
        after = measure(person, in_order([*person.facts_of_day.get(day, ()), *visits]))
        gain -= prepared.policy.travel_cost * (after.travel - base.travel)
        work[week_of(day * DAY)] += after.work - base.work
    return Route(stretch.number, placements, gain, euros, tuple(work.items()))
