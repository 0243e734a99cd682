# SPDX-License-Identifier: AGPL-3.0-or-later
"""One mediator as the search sees her: her roads, her facts, her limits, and what a day of hers amounts to.

Roads are plain look-ups of minutes, because a search asks ``solver.rules.one_place`` and ``solver.goals.travel`` about
them millions of times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.goals.travel import IDLE, measure
from solver.index import week_of
from solver.problem import DAY, Mediator, Policy
from solver.rules import max_day, max_week, one_place, shift
from solver.visits import REMOTE, Visit, by_day

if TYPE_CHECKING:
    from solver.problem import Span
    from solver.travel import Rows

NO_LIMIT = 1 << 40


class Person:
    """A mediator with her facts by day; limits are raised to what the facts alone already use."""

    def __init__(
        self,
        policy: Policy,
        number: int,
        mediator: Mediator,
        facts: list[Visit],
        rows: Rows,
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
        usual = max_day.limit(mediator, 0)
        self._usual_day = NO_LIMIT if usual is None else usual
        self.facts = facts
        self.facts_of_day: dict[int, list[Visit]] = by_day(facts)
        self.base = {day: measure(self, visits) for day, visits in self.facts_of_day.items()}
        self.base_week: dict[int, int] = defaultdict(int)
        for day, measured in self.base.items():
            self.base_week[week_of(day * DAY)] += measured.work

    def day_limit(self, day: int) -> int:
        """Working minutes a day may reach."""
        if day not in self.base:
            return self._usual_day
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
        return visit.fact or shift.leaves_time_to_come(self.shift_of(visit), visit, self.from_home[visit.place])

    def may_come_last(self, visit: Visit) -> bool:
        return visit.fact or shift.leaves_time_to_go(self.shift_of(visit), visit, self.rows[visit.place][self.home])


def day_holds(person: Person, number: int, day: Sequence[Visit]) -> bool:
    """Whether a whole day, in order and clear pair by pair, keeps the rules of a day route."""
    return roads_hold(person, day) and measure(person, day).work <= person.day_limit(number)


def roads_hold(person: Person, day: Sequence[Visit]) -> bool:
    """The same but for the day's working minutes."""
    if not one_place.drivable(person, day):
        return False
    if person.covers:
        stops = [visit for visit in day if visit.place != REMOTE]
        if stops and not (person.may_come_first(stops[0]) and person.may_come_last(stops[-1])):
            return False
    return True
