# SPDX-License-Identifier: AGPL-3.0-or-later
"""The best plan of a small problem by trying everything, fast enough for thousands of problems in one test run.

Every week a person could work is tried once (``weeks``); the people are then joined by a table over the slots filled
and the starts that several people must agree on. No code of the planner takes part. ``tests.solver.brute`` tries the
same more slowly and with fewer ideas; a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from solver.check import score
from solver.check.book import Book
from solver.check.joint import allowances, charged
from solver.plan import Assignment
from solver.problem import Mediator, PlanningProblem
from tests.solver.properties.weeks import Given, Weeks
from tests.solver.properties.worth import Agreed, Table, Worth, keep


def best_plan(problem: PlanningProblem) -> tuple[int, tuple[Assignment, ...]]:
    """The optimum and a plan that reaches it. Raises ``weeks.TooLarge``."""
    joint = Joint(problem)
    table: Table = {(0, ()): [joint.facts()]}
    for mediator in problem.mediators:
        table = joint.joined(table, mediator)
    best = max((worth for worths in table.values() for worth in worths), key=lambda worth: worth.total)
    return best.total, best.lines


class Joint:
    """One problem with its locks, and what people who share its slots must respect together."""

    def __init__(self, problem: PlanningProblem) -> None:
        durations = {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}
        self.locks = tuple(
            Assignment(lock.slot, lock.mediator, lock.start, lock.start + durations[lock.slot])
            for lock in problem.locked
        )
        book = Book(problem, self.locks)
        self.given = Given(
            problem,
            book,
            [name for name in book.slots if name not in book.locked],
            {was.slot: was for was in problem.published},
            frozenset(visit.id for visit in problem.appointments if len(visit.slots) > 1),
        )
        self.cases = {number: book.slots[name][0].case for number, name in enumerate(self.given.open)}
        self.linked = {(line.appointment.case, line.mediator.id) for line in book.lines}
        self._affordable: dict[int, bool] = {}

    def facts(self) -> Worth:
        """What the locks alone are worth, but for their owners' roads and fairness, which belong to their weeks."""
        base = score(self.given.problem, self.locks)
        lines = self.given.book.lines
        money = sum((self.given.money(line.mediator, line.appointment.duration) for line in lines), Fraction(0))
        return Worth(base.value - base.wishes - base.continuity - base.changes, Fraction(0), money, self.locks)

    def joined(self, table: Table, mediator: Mediator) -> Table:
        """The table with one more person's weeks."""
        weeks = Weeks(self.given, mediator).table()
        found: Table = {}
        for (mask, agreed), before in table.items():
            for (more, hers), added in weeks.items():
                both = _both(agreed, hers)
                if mask & more or both is None or not self.affordable(mask | more):
                    continue
                cost = -self.given.problem.policy.case_cost * self._new_links(mask, more, mediator)
                kept = found.setdefault((mask | more, both), [])
                for a in before:
                    for b in added:
                        keep(kept, a.plus(b, cost))
        return found

    def affordable(self, mask: int) -> bool:
        """Whether the budgets pay for the locks and these open slots."""
        if mask not in self._affordable:
            book, spent = self.given.book, Counter[tuple[str, str | None]]()
            visits = [line.appointment for line in book.lines]
            visits += [book.slots[name][0] for number, name in enumerate(self.given.open) if mask >> number & 1]
            for visit in visits:
                for purse in charged(book, visit):
                    spent[purse] += visit.duration
            self._affordable[mask] = all(spent[purse] <= room for purse, room in allowances(book).items())
        return self._affordable[mask]

    def _new_links(self, mask: int, more: int, mediator: Mediator) -> int:
        """Cases on which she is a further person."""
        hers, begun = self._cases(more), self._cases(mask) | {case for case, _ in self.linked}
        return sum(case in begun and (case, mediator.id) not in self.linked for case in hers)

    def _cases(self, mask: int) -> set[str | None]:
        return {case for number, case in self.cases.items() if case is not None and mask >> number & 1}


def _both(agreed: Agreed, hers: Agreed) -> Agreed | None:
    """The starts of two parts of a plan taken together; None where they disagree."""
    both = dict(agreed) | dict(hers)
    return tuple(sorted(both.items())) if all(both[name] == start for name, start in agreed) else None
