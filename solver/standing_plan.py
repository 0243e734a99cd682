# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished plan as a newcomer finds it: everybody's calendar, what is left to spend, and the sums still unrounded."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.goals import cost, fairness
from solver.openings import Calendar
from solver.person import Person
from solver.rules import budget
from solver.rules.locked import facts_of
from solver.visits import Visit, visit_of

if TYPE_CHECKING:
    from solver.index import Index
    from solver.plan import Assignment, Plan


class StandingPlan:
    """Look-ups over one plan, which must keep every hard rule: nothing of it is judged again.

    ``left``: minutes each budget can still spend. ``unfair`` and ``euros``: the exact sums whose roundings enter the
    score (``euros`` times cost_per_euro).
    """

    def __init__(self, index: Index, plan: Plan) -> None:
        self.index = index
        self.policy = index.problem.policy
        self.filled: dict[str, Assignment] = {line.slot: line for line in plan.assignments}
        self.calendars = self._calendars()
        self.left = budget.room(index)
        self._cases: dict[str, set[int]] = defaultdict(set)
        self.euros = Fraction(0)
        for line in plan.assignments:
            self._enter(line)
        self._unfair: dict[tuple[int, int], Fraction] = {}
        self.unfair = sum(
            (
                self._cost(number, work)
                for number, calendar in enumerate(self.calendars)
                for work in calendar.week.values()
            ),
            Fraction(0),
        )

    def unfairer(self, number: int, week: int, work: int) -> Fraction:
        """What so many minutes more in that week add to the fairness cost before it is rounded."""
        worked = self.calendars[number].week.get(week, 0)
        return self._cost(number, worked + work) - self._cost(number, worked)

    def newcomer(self, case: str | None, number: int) -> int:
        """What continuity costs when she joins a case that has mediators already."""
        people = self._cases.get(case) if case is not None else None
        return self.policy.case_cost if people and number not in people else 0

    def first_of_case(self, case: str | None, people: int) -> int:
        """What continuity costs when so many different people begin a case that has nobody yet."""
        return self.policy.case_cost * max(0, people - 1) if case is not None and not self._cases.get(case) else 0

    def _calendars(self) -> list[Calendar]:
        chosen: dict[str, list[Visit]] = defaultdict(list)
        for line in self.filled.values():
            if line.slot not in self.index.locked:
                chosen[line.mediator].append(visit_of(self.index, self.index.post(line.slot), line.start))
        roads, facts = self.index.roads, facts_of(self.index)
        factors = {mediator.travel_factor for mediator in self.index.mediators}
        rows = {factor: roads.rows(factor) for factor in factors}
        return [
            Calendar(
                Person(
                    self.policy,
                    number,
                    mediator,
                    facts[number],
                    rows[mediator.travel_factor],
                    home=roads.place_index[mediator.home],
                    straight=False,
                ),
                chosen[mediator.id],
            )
            for number, mediator in enumerate(self.index.mediators)
        ]

    def _enter(self, line: Assignment) -> None:
        post, mediator = self.index.post(line.slot), self.index.mediator(line.mediator)
        self.euros += cost.euros(post.duration, mediator) * self.policy.cost_per_euro
        if post.appointment.case is not None:
            self._cases[post.appointment.case].add(self.index.mediator_number[line.mediator])
        if line.slot not in self.index.locked:  # what is locked has been spent already
            for purse in budget.purses(self.index, post):
                if purse in self.left:
                    self.left[purse] -= post.duration

    def _cost(self, number: int, work: int) -> Fraction:
        """Exact fairness cost of a week of hers, remembered: the same amounts come again and again."""
        target = self.index.mediators[number].target_week
        if target is None:
            return Fraction(0)
        if (target, work) not in self._unfair:
            self._unfair[target, work] = fairness.cost(self.policy, target, work)
        return self._unfair[target, work]
