# SPDX-License-Identifier: AGPL-3.0-or-later
"""One mediator as the search sees her: her roads, her facts, her limits, and what a day of hers amounts to.

This is the hot end of the rules ``one_place``, ``shift``, ``max_day`` and of the goal ``travel``: the same sentences
as in ``solver.rules`` and ``solver.goals``, said over plain lists because a search asks them millions of times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from solver.index import week_of
from solver.problem import DAY, Mediator, Policy
from solver.rules import max_day, max_week
from solver.visits import BUSY, REMOTE, Visit, by_day

if TYPE_CHECKING:
    from solver.problem import Span

NO_LIMIT = 1 << 40


class Day(NamedTuple):
    """What one day of a mediator amounts to, in minutes: driven at a cost, and worked."""

    travel: int
    work: int


IDLE = Day(0, 0)


class Person:
    """A mediator with her facts by day; limits are raised to what the facts alone already use."""

    def __init__(
        self,
        policy: Policy,
        number: int,
        mediator: Mediator,
        facts: list[Visit],
        rows: list[list[int]],
        *,
        home: int,
        straight: bool,
    ) -> None:
        """``straight``: no stop on the way ever makes a road shorter (the triangle inequality)."""
        self.number = number
        self.mediator = mediator
        self.rows = rows
        self.home = home
        self.from_home = rows[self.home]
        self.gap = policy.remote_gap
        self.between_is_work = policy.travel_is_work != "none"
        self.home_is_work = policy.travel_is_work == "all"
        self.covers = policy.shift_covers_travel
        self.straight = straight
        self.facts = facts
        self.facts_of_day: dict[int, list[Visit]] = by_day(facts)
        self.base = {day: measure(self, visits) for day, visits in self.facts_of_day.items()}
        self.base_week: dict[int, int] = defaultdict(int)
        for day, measured in self.base.items():
            self.base_week[week_of(day * DAY)] += measured.work

    def day_limit(self, day: int) -> int:
        """Working minutes a day may reach."""
        limit = max_day.limit(self.mediator, self.base.get(day, IDLE).work)
        return NO_LIMIT if limit is None else limit

    def week_limit(self, week: int) -> int:
        """Working minutes a week may reach."""
        limit = max_week.limit(self.mediator, self.base_week.get(week, 0))
        return NO_LIMIT if limit is None else limit

    def shift_of(self, visit: Visit) -> Span:
        """The shift that holds a chosen visit; eligibility has seen to it that there is one."""
        return next(shift for shift in self.mediator.shifts if shift[0] <= visit.start and visit.end <= shift[1])

    def may_come_first(self, visit: Visit) -> bool:
        """Whether the shift leaves room for the way from home when this is the first on-site visit of its day."""
        return visit.fact or visit.start >= self.shift_of(visit)[0] + self.from_home[visit.place]

    def may_come_last(self, visit: Visit) -> bool:
        return visit.fact or visit.end <= self.shift_of(visit)[1] - self.rows[visit.place][self.home]


def clash(person: Person, a: Visit, b: Visit) -> bool:
    """Whether two visits of hers, at least one of them chosen, are too close for the road or the remote gap."""
    if b[:2] < a[:2]:
        a, b = b, a
    need = person.rows[a.place][b.place] if a.place != REMOTE and b.place != REMOTE else person.gap
    return a.end + need > b.start


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


def day_holds(person: Person, number: int, day: Sequence[Visit]) -> bool:
    """Whether a whole day, in order and clear pair by pair, keeps the rules of a day route."""
    if not drivable(person, day):
        return False
    if person.covers:
        stops = [visit for visit in day if visit.place != REMOTE]
        if stops and not (person.may_come_first(stops[0]) and person.may_come_last(stops[-1])):
            return False
    return measure(person, day).work <= person.day_limit(number)
