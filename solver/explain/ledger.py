# SPDX-License-Identifier: AGPL-3.0-or-later
"""The score of a plan kept up to date, term by term and exactly, while single lines come and go."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import lcm

from solver.goals import changes, continuity, cost, fairness, wishes
from solver.index import Index, Post
from solver.plan import Score
from solver.problem import Mediator


class Ledger:
    """Running sums; what is rounded is rounded only when the score is read (planning.md §3)."""

    def __init__(self, index: Index) -> None:
        self._index, self._policy = index, index.problem.policy
        self._value = self._wishes = self._continuity = self._travel = self._kept = 0
        self._euros = 0
        # Fairness in whole parts of 1/grain: a week's exact cost is a multiple of 1/target.
        self._grain = lcm(*(person.target_week for person in index.mediators if person.target_week))
        self._strain: dict[tuple[int, int], int] = {}
        self._unfair = 0
        self._people: dict[str, Counter[str]] = defaultdict(Counter)
        for slot, standing in index.locked.items():
            self.count(index.post(slot), index.mediator(standing.mediator), standing.start, 1)

    def count(self, post: Post, mediator: Mediator, start: int, sign: int) -> None:
        """Enters (sign 1) or strikes (sign -1) what one filled slot is worth apart from its road and hours."""
        self._value += sign * post.slot.value
        self._wishes += sign * wishes.cost(post.slot, mediator)
        self._kept += sign * changes.kept(self._index, post.slot.id, mediator.id, start)
        if self._policy.cost_per_euro:
            self._euros += sign * post.duration * mediator.hourly_cost
        case = post.appointment.case
        if case is not None:
            people = self._people[case]
            before = continuity.cost(self._policy, len(+people))
            people[mediator.id] += sign
            self._continuity += continuity.cost(self._policy, len(+people)) - before

    def drive(self, minutes: int) -> None:
        """Enters further minutes on the road."""
        self._travel += minutes

    def work(self, mediator: Mediator, before: int, after: int) -> None:
        """Enters that the working minutes of one of her weeks changed."""
        if mediator.target_week is not None:
            self._unfair += self._cost(mediator.target_week, after) - self._cost(mediator.target_week, before)

    @property
    def score(self) -> Score:
        worth, costs = self._value, self._costs()
        return Score(value=worth, **costs, total=worth - sum(costs.values()))

    def _costs(self) -> dict[str, int]:
        return {
            "travel": self._policy.travel_cost * self._travel,
            "wishes": self._wishes,
            "continuity": self._continuity,
            "fairness": fairness.rounded(Fraction(self._unfair, self._grain)),
            "changes": changes.base(self._index) - self._kept,
            "cost": cost.rounded(self._policy, Fraction(self._euros, cost.PARTS)),
        }

    def _cost(self, target: int, work: int) -> int:
        """The fairness of one week in parts of 1/grain."""
        known = self._strain.get((target, work))
        if known is None:
            exact = fairness.cost(self._policy, target, work) * self._grain
            known = self._strain[target, work] = exact.numerator
        return known
