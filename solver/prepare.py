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
from solver.pairs import Pair, Pairing, PairOf, Pairs, Placement
from solver.person import Person
from solver.rules import budget
from solver.rules.locked import facts_of
from solver.visits import Visit, place_of

if TYPE_CHECKING:
    from solver.problem import PlanningProblem

__all__ = ["Pair", "Placement", "Prepared", "Settled", "settled_values"]


class Prepared:
    """Everything the search looks up; built once per problem and never changed."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.policy = problem.policy
        self.index = Index(problem)
        self.eligibility = Eligibility.of(self.index)
        self._unfair: dict[tuple[int, int], Fraction] = {}
        facts = facts_of(self.index)
        self.persons = [
            Person(
                self.policy,
                number,
                mediator,
                facts[number],
                self.index.roads.rows(mediator.travel_factor),
                home=self.index.roads.place_index[mediator.home],
                straight=self.index.roads.straight(mediator.travel_factor),
            )
            for number, mediator in enumerate(self.index.mediators)
        ]
        self.pairs = self._paired(facts)
        self.open = [number for number, options in enumerate(self.pairs.options) if options is not None]
        self.stand_in: dict[int, int] = {}  # points a post is worth to those who were left out (``solver.thinned``)
        self.settled = settled_values(self.index)
        self._places = [place_of(self.index, post) for post in self.index.posts]

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
    def pair(self) -> PairOf:
        """Pairs by (post, mediator)."""
        return PairOf(self.pairs)

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
    def kept_by(self) -> dict[int, int]:
        """Who holds each published post that can be kept."""
        return {placement.post: placement.mediator for placement in self.kept}

    @cached_property
    def all_straight(self) -> bool:
        """Whether no stop on the way makes anybody's road shorter."""
        return all(person.straight for person in self.persons)

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
        return [self._is_joint(group) for group in self.group]

    def _is_joint(self, group: tuple[int, ...]) -> bool:
        options = [found for post in group if (found := self.pairs.options[post]) is not None]
        return len(options) > 1 and len(set().union(*(found.every_start() for found in options))) > 1

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
        post, _, start = placement
        return Visit(start, start + self.index.posts[post].duration, self._places[post], post, False)

    def _paired(self, facts: list[list[Visit]]) -> Pairs:
        """The pairs of every post that can be paid."""
        pairing = Pairing(self.eligibility, facts)
        return Pairs(
            self.eligibility, [pairing.options(post) if self._payable(post) else None for post in self.index.posts]
        )

    def _payable(self, post: Post) -> bool:
        """What no budget can pay as a whole would be paid in part by the linear program, and loosen its bound."""
        return all(post.duration <= self.room.get(purse, post.duration) for purse in budget.purses(self.index, post))


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
