# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished plan as a newcomer finds it: everybody's calendar, what is left to spend, and the sums still unrounded."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.goals import cost, fairness
from solver.openings import Calendar
from solver.person import Person
from solver.roster import Roster
from solver.rules import PAIRWISE, budget
from solver.rules.locked import facts_of
from solver.visits import Visit, visit_of

if TYPE_CHECKING:
    from solver.index import Index, Post
    from solver.plan import Assignment, Plan

WHO = {name: refuses for name, refuses in PAIRWISE.items() if name not in {"window", "shift"}}


class StandingPlan:
    """Look-ups over one plan, which must keep every hard rule: nothing of it is judged again.

    A line can be taken out and put back, which costs no more than its mediator's own calendar.

    ``left``: minutes each budget can still spend. ``unfair`` and ``euros``: the exact sums whose roundings enter the
    score (``euros`` times cost_per_euro).
    """

    def __init__(self, index: Index, plan: Plan) -> None:
        self.index = index
        self.policy = index.problem.policy
        self.roster = Roster(index)
        self.filled: dict[str, Assignment] = {line.slot: line for line in plan.assignments}
        self.left = budget.room(index)
        self.euros = self.unfair = Fraction(0)
        self._people: dict[str, Counter[int]] = defaultdict(Counter)
        self._unfair: dict[tuple[int, int], Fraction] = {}
        for line in plan.assignments:
            self._enter(line, 1)
        self.calendars = self._calendars()
        for calendar in self.calendars:
            self.unfair += self._unfair_weeks(calendar)

    def able(self, post: Post) -> frozenset[int]:
        """Mediators whom no rule about her and the slot alone refuses; when she has room, her calendar says."""
        remaining = np.arange(self.roster.size, dtype=np.int64)
        for refuses in WHO.values():
            remaining = remaining[~refuses(self.roster, post, remaining)]
        return frozenset(remaining.tolist())

    def take(self, slot: str) -> Assignment:
        """Removes a chosen line of the plan and returns it."""
        line = self.filled.pop(slot)
        self._enter(line, -1)
        self._redo(line)
        return line

    def put(self, line: Assignment) -> None:
        """Adds a line that keeps every rule."""
        self.filled[line.slot] = line
        self._enter(line, 1)
        self._redo(line)

    def unfairer(self, number: int, week: int, work: int) -> Fraction:
        """What so many minutes more in that week add to the fairness cost before it is rounded."""
        worked = self.calendars[number].week.get(week, 0)
        return self._cost(number, worked + work) - self._cost(number, worked)

    def newcomer(self, case: str | None, number: int) -> int:
        """What continuity costs when she joins a case that has mediators already."""
        people = self._people.get(case) if case is not None else None
        return self.policy.case_cost if people and not people[number] else 0

    def first_of_case(self, case: str | None, people: int) -> int:
        """What continuity costs when so many different people begin a case that has nobody yet."""
        return self.policy.case_cost * max(0, people - 1) if case is not None and not self._people.get(case) else 0

    def _calendars(self) -> list[Calendar]:
        chosen: dict[str, list[Visit]] = defaultdict(list)
        for line in self.filled.values():
            if line.slot not in self.index.locked:
                chosen[line.mediator].append(visit_of(self.index, self.index.post(line.slot), line.start))
        roads, facts = self.index.roads, facts_of(self.index)
        persons = (
            Person(
                self.policy,
                number,
                mediator,
                facts[number],
                roads.rows(mediator.travel_factor),
                home=roads.place_index[mediator.home],
                straight=False,  # of no interest to a calendar
            )
            for number, mediator in enumerate(self.index.mediators)
        )
        return [Calendar(person, chosen[person.mediator.id]) for person in persons]

    def _enter(self, line: Assignment, sign: int) -> None:
        """What a line brings to the sums, or takes from them."""
        post, mediator = self.index.post(line.slot), self.index.mediator(line.mediator)
        self.euros += sign * cost.euros(post.duration, mediator) * self.policy.cost_per_euro
        if post.appointment.case is not None:
            people, number = self._people[post.appointment.case], self.index.mediator_number[line.mediator]
            people[number] += sign
            if not people[number]:
                del people[number]
        if line.slot not in self.index.locked:  # what is locked has been spent already
            for purse in budget.purses(self.index, post):
                if purse in self.left:
                    self.left[purse] -= sign * post.duration

    def _redo(self, line: Assignment) -> None:
        """The calendar of a line's mediator once more, from her lines as they are now."""
        number = self.index.mediator_number[line.mediator]
        before = self.calendars[number]
        post = self.index.post(line.slot).number
        chosen = [visit for visit in before.visits if not visit.fact and visit.post != post]
        if line.slot in self.filled:
            chosen.append(visit_of(self.index, self.index.posts[post], line.start))
        after = self.calendars[number] = Calendar(before.person, chosen)
        self.unfair += self._unfair_weeks(after) - self._unfair_weeks(before)

    def _unfair_weeks(self, calendar: Calendar) -> Fraction:
        return sum((self._cost(calendar.person.number, work) for work in calendar.week.values()), Fraction(0))

    def _cost(self, number: int, work: int) -> Fraction:
        """Exact fairness cost of a week of hers, remembered: the same amounts come again and again."""
        target = self.index.mediators[number].target_week
        if target is None:
            return Fraction(0)
        if (target, work) not in self._unfair:
            self._unfair[target, work] = fairness.cost(self.policy, target, work)
        return self._unfair[target, work]
