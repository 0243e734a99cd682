# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan in the making: everybody's visits, what one more would gain or cost, and the exact score of the whole.

Gains are floats (fairness and money as they are before rounding); ``tally`` is exact and rounds as planning.md §3 says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import floor

from solver.goals import continuity, fairness
from solver.goals.travel import IDLE, Day, measure
from solver.index import day_of, week_of
from solver.person import roads_hold
from solver.prepare import Placement, Prepared
from solver.problem import DAY
from solver.rules.one_place import free
from solver.visits import Visit, in_order


class Diary:
    """Who does what when, on top of the facts; every change keeps all hard rules."""

    def __init__(self, prepared: Prepared, placements: Iterable[Placement] = ()) -> None:
        self.prepared = prepared
        self.placed: dict[int, Placement] = {}
        self.days: dict[tuple[int, int], list[Visit]] = {}
        self.measured: dict[tuple[int, int], Day] = {}
        self.chosen: dict[int, list[Visit]] = defaultdict(list)
        self.week: dict[tuple[int, int], int] = {}
        for person in prepared.persons:
            for day, visits in person.facts_of_day.items():
                self.days[person.number, day] = visits
                self.measured[person.number, day] = person.base[day]
            for week, work in person.base_week.items():
                self.week[person.number, week] = work
        self.left = list(prepared.room.values())
        self.people: dict[str, Counter[int]] = defaultdict(Counter)
        for case, numbers in prepared.settled_people.items():
            self.people[case].update(numbers)
        self._slopes: dict[int, list[tuple[float, float]]] = {}
        for placement in placements:
            self.put(placement)

    def gain(self, placement: Placement) -> float | None:
        """What adding this placement would add to the score before rounding; None where a hard rule forbids it."""
        pair = self.prepared.pair[placement[:2]]
        return self.gain_of(placement, pair.gain - float(pair.euros))

    def gain_of(self, placement: Placement, worth: float) -> float | None:
        """The same for a caller who knows what the pair is worth: its gain less its euros."""
        post, number, start = placement
        prepared, person = self.prepared, self.prepared.persons[number]
        if not self._affordable(post) or not self._together(placement):
            return None
        visit = prepared.visit(placement)
        if not free(person, visit, self.chosen.get(number, ())):
            return None
        key = number, day_of(start)
        standing = self.days.get(key)
        day = in_order([*standing, visit]) if standing else [visit]
        before, after = self.measured.get(key, IDLE), measure(person, day)
        week = week_of(start)
        worked = self.week.get((number, week), 0)
        work = worked - before.work + after.work
        if after.work > person.day_limit(key[1]) or work > person.week_limit(week) or not roads_hold(person, day):
            return None
        total = worth + prepared.kept.get(placement, 0)
        total -= prepared.policy.travel_cost * (after.travel - before.travel)
        total -= self._unfair(number, work) - self._unfair(number, worked)
        case = prepared.case_of[post]
        if case is not None and self.people[case] and not self.people[case][number]:
            total -= prepared.policy.case_cost
        return total

    def put(self, placement: Placement) -> None:
        """Adds a placement that ``gain`` allows."""
        visit, number = self.prepared.visit(placement), placement.mediator
        self.placed[placement.post] = placement
        self.chosen[number].append(visit)
        self._redo(number, day_of(placement.start), [*self.days.get((number, day_of(placement.start)), ()), visit])
        self._charge(placement, 1)

    def take(self, post: int) -> None:
        """Removes the placement of a post."""
        placement = self.placed.pop(post)
        number, day = placement.mediator, day_of(placement.start)
        self.chosen[number] = [visit for visit in self.chosen[number] if visit.post != post]
        self._redo(number, day, [visit for visit in self.days[number, day] if visit.post != post])
        self._charge(placement, -1)

    def tally(self) -> int:
        """The exact total of the plan, as the checker computes it."""
        prepared = self.prepared
        whole, euros = prepared.settled
        for placement in self.placed.values():
            pair = prepared.pair[placement.post, placement.mediator]
            whole += pair.gain + prepared.kept.get(placement, 0)
            euros += pair.euros
        whole -= prepared.policy.travel_cost * sum(day.travel for day in self.measured.values())
        whole -= sum(continuity.cost(prepared.policy, len(+people)) for people in self.people.values())
        return whole - fairness.rounded(self._unfair_exactly()) - floor(euros + Fraction(1, 2))

    def _unfair_exactly(self) -> Fraction:
        total = Fraction(0)
        for (number, _), work in self.week.items():
            target = self.prepared.index.mediators[number].target_week
            if target is not None:
                total += self.prepared.unfair(target, work)
        return total

    def _affordable(self, post: int) -> bool:
        purses = self.prepared.purses[post]
        if not purses:
            return True
        duration = self.prepared.index.posts[post].duration
        return all(self.left[purse] >= duration for purse in purses)

    def _together(self, placement: Placement) -> bool:
        if len(self.prepared.group[placement.post]) == 1:
            return True
        others = (self.placed.get(post) for post in self.prepared.group[placement.post])
        return all(
            other.start == placement.start and other.mediator != placement.mediator
            for other in others
            if other is not None
        )

    def _redo(self, number: int, day: int, visits: list[Visit]) -> None:
        visits = in_order(visits)
        before, after = self.measured.get((number, day), IDLE), measure(self.prepared.persons[number], visits)
        self.days[number, day] = visits
        self.measured[number, day] = after
        week = number, week_of(day * DAY)
        self.week[week] = self.week.get(week, 0) - before.work + after.work

    def _charge(self, placement: Placement, sign: int) -> None:
        for purse in self.prepared.purses[placement.post]:
            self.left[purse] -= sign * self.prepared.index.posts[placement.post].duration
        case = self.prepared.case_of[placement.post]
        if case is not None:
            self.people[case][placement.mediator] += sign

    def _unfair(self, number: int, work: int) -> float:
        if number not in self._slopes:
            target = self.prepared.index.mediators[number].target_week
            segments = fairness.segments(self.prepared.policy, target) if target is not None else ()
            self._slopes[number] = [(float(start), float(slope)) for start, slope in segments]
        total, slope_before = 0.0, 0.0
        for start, slope in self._slopes[number]:
            if work <= start:
                break
            total += (slope - slope_before) * (work - start)
            slope_before = slope
        return total
