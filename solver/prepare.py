# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readies a problem for the search: who may take which open slot at which starts, at what worth, beside which facts."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from solver.eligibility import Eligibility
from solver.goals import changes, cost, fairness, wishes
from solver.index import Index, Post
from solver.person import Person
from solver.rules import budget, together
from solver.rules.locked import facts_of
from solver.rules.one_place import clash
from solver.visits import Visit, visit_of

if TYPE_CHECKING:
    from solver.problem import PlanningProblem


class Placement(NamedTuple):
    """An open post given to a mediator at a start (numbers of the index)."""

    post: int
    mediator: int
    start: int


class Pair(NamedTuple):
    """A mediator who may take an open post: her starts there, clear of her facts, and what she brings.

    ``gain`` is value minus wishes; ``euros`` the exact priced euros of the visit (cost_per_euro included).
    """

    post: int
    mediator: int
    starts: tuple[int, ...]
    gain: int
    euros: Fraction


class Prepared:
    """Everything the search looks up; built once per problem and never changed."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.policy = problem.policy
        self.index = Index(problem)
        self.eligibility = Eligibility.of(self.index)
        self._rows: dict[float, list[list[int]]] = {}
        self._is_straight: dict[float, bool] = {}
        self._unfair: dict[tuple[int, int], Fraction] = {}
        facts = facts_of(self.index)
        self.persons = [
            Person(
                self.policy,
                number,
                mediator,
                facts[number],
                self.rows(mediator.travel_factor),
                home=self.index.roads.place_index[mediator.home],
                straight=self._straight(mediator.travel_factor),
            )
            for number, mediator in enumerate(self.index.mediators)
        ]
        self.pairs: list[list[Pair]] = [self._pairs_of(post) for post in self.index.posts]
        self.open = [post.number for post in self.index.posts if self.pairs[post.number]]
        self.settled = settled_values(self.index)

    def rows(self, factor: float) -> list[list[int]]:
        """Travel minutes [from][to] at a factor as plain lists, which Python reads faster than an array."""
        if factor not in self._rows:
            self._rows[factor] = self.index.roads.minutes(factor).tolist()
        return self._rows[factor]

    def _straight(self, factor: float) -> bool:
        """Roads computed from coordinates keep the triangle inequality (so do their ceilings); a matrix is looked at."""
        if self.problem.travel is None or self.problem.travel.minutes is None:
            return True
        if factor not in self._is_straight:
            minutes = self.index.roads.minutes(factor)
            self._is_straight[factor] = all(
                bool((minutes <= minutes[:, via, None] + minutes[None, via, :]).all()) for via in range(len(minutes))
            )
        return self._is_straight[factor]

    @cached_property
    def grain(self) -> int:
        """The least D for which D times any plan's unrounded total is whole: only euros and fairness have fractions."""
        problem, policy = self.problem, self.policy
        durations = {visit.duration for visit in problem.appointments}
        wages = {mediator.hourly_cost for mediator in problem.mediators}
        parts = [Fraction(policy.cost_per_euro * d * w, 6000) for d in durations for w in wages]
        targets = {mediator.target_week for mediator in problem.mediators if mediator.target_week}
        parts += [Fraction(100 * slope, target) for _, slope in policy.fairness_cost for target in targets]
        return lcm(*(part.denominator for part in parts))

    @cached_property
    def pair(self) -> dict[tuple[int, int], Pair]:
        """Pairs by (post, mediator)."""
        return {(pair.post, pair.mediator): pair for pairs in self.pairs for pair in pairs}

    @cached_property
    def kept(self) -> dict[Placement, int]:
        """What a placement earns back because it is exactly what was published."""
        numbers = self.index
        standings = (
            standing
            for slot, standing in numbers.published.items()
            if slot not in numbers.locked and standing.mediator in numbers.mediator_number  # she may have left
        )
        return {
            Placement(
                numbers.post_number[standing.slot], numbers.mediator_number[standing.mediator], standing.start
            ): changes.kept(numbers, standing.slot, standing.mediator, standing.start)
            for standing in standings
        }

    @cached_property
    def purses(self) -> list[tuple[int, ...]]:
        """For each post the numbers of the budgets that its minutes are charged to."""
        numbers = {purse: number for number, purse in enumerate(self.room)}
        return [
            tuple(numbers[purse] for purse in budget.purses(self.index, post) if purse in numbers)
            for post in self.index.posts
        ]

    @cached_property
    def room(self) -> dict[budget.Purse, int]:
        return budget.room(self.index)

    @cached_property
    def group(self) -> list[tuple[int, ...]]:
        """For each post the posts of its appointment, itself included."""
        return [self.index.posts_of_appointment[post.appointment_number] for post in self.index.posts]

    @cached_property
    def joint(self) -> list[bool]:
        """For each post whether its start is a joint decision: several open slots that could start at several times."""
        joint = []
        for group in self.group:
            starts = {start for post in group for pair in self.pairs[post] for start in pair.starts}
            joint.append(sum(bool(self.pairs[post]) for post in group) > 1 and len(starts) > 1)
        return joint

    @cached_property
    def case_of(self) -> list[str | None]:
        """For each post its case, where keeping a case's mediator is worth something; else None."""
        if not self.policy.case_cost:
            return [None] * len(self.index.posts)
        return [post.appointment.case for post in self.index.posts]

    @cached_property
    def settled_people(self) -> dict[str, frozenset[int]]:
        """For each case the mediators who hold locked slots of it."""
        people: dict[str, set[int]] = {}
        for slot, standing in self.index.locked.items():
            case = self.index.post(slot).appointment.case
            if case is not None:
                people.setdefault(case, set()).add(self.index.mediator_number[standing.mediator])
        return {case: frozenset(numbers) for case, numbers in people.items()}

    def unfair(self, target: int, work: int) -> Fraction:
        """Exact fairness cost of a week, remembered: the same few amounts come again and again."""
        known = self._unfair.get((target, work))
        if known is None:
            known = self._unfair[target, work] = fairness.cost(self.policy, target, work)
        return known

    def visit(self, placement: Placement) -> Visit:
        return visit_of(self.index, self.index.posts[placement.post], placement.start)

    def _pairs_of(self, post: Post) -> list[Pair]:
        # What no budget can pay as a whole would be paid in part by the linear program, and loosen its bound.
        if any(post.duration > self.room.get(purse, post.duration) for purse in budget.purses(self.index, post)):
            return []
        starts, people = together.agreed(self.index, post.appointment_number)
        pairs = []
        for number in self.eligibility.candidates[post.number].tolist():
            if number in people:
                continue
            allowed = self._clear_starts(post, self.persons[number])
            if starts:
                allowed = tuple(start for start in allowed if starts == {start})
            if allowed:
                pairs.append(self._pair(post, number, allowed))
        return pairs

    def _pair(self, post: Post, number: int, starts: tuple[int, ...]) -> Pair:
        mediator = self.index.mediators[number]
        euros = (
            self.policy.cost_per_euro * cost.euros(post.duration, mediator) if self.policy.cost_per_euro else NOTHING
        )
        return Pair(post.number, number, starts, post.slot.value - wishes.cost(post.slot, mediator), euros)

    def _clear_starts(self, post: Post, person: Person) -> tuple[int, ...]:
        starts = self.eligibility.starts(post.number, person.number)
        if not person.facts:
            return starts
        return tuple(start for start in starts if not self._hits_a_fact(post, person, start))

    def _hits_a_fact(self, post: Post, person: Person, start: int) -> bool:
        visit = visit_of(self.index, post, start)
        return any(clash(person, visit, fact) for fact in person.facts)


NOTHING = Fraction(0)


class Settled(NamedTuple):
    """What the locked slots bring before anything is chosen: value minus wishes, and their exact euros."""

    gain: int
    euros: Fraction


def settled_values(index: Index) -> Settled:
    gain, euros = 0, NOTHING
    for slot_id, standing in index.locked.items():
        post, mediator = index.post(slot_id), index.mediator(standing.mediator)
        gain += post.slot.value - wishes.cost(post.slot, mediator)
        gain += changes.kept(index, slot_id, standing.mediator, standing.start)
        euros += cost.euros(post.duration, mediator) * index.problem.policy.cost_per_euro
    return Settled(gain - changes.base(index), euros)
