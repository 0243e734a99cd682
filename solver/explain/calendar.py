# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished plan opened again: every line can be taken out and put elsewhere, and the score is exact all the while.

Looks people up one by one and only when asked, so that one slot of a very large problem is explained without
preparing all the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from solver.explain.ledger import Ledger
from solver.goals.travel import IDLE, Day, measure
from solver.index import Index, Post, day_of, week_of
from solver.person import Person
from solver.plan import Assignment, Score
from solver.problem import DAY, PlanningProblem
from solver.roster import Roster
from solver.rules import budget
from solver.rules.locked import facts_of
from solver.visits import Visit, in_order, visit_of


class Line(NamedTuple):
    """A slot given to a mediator (her number) at a start. The post may be a relaxed one of the same number."""

    post: Post
    mediator: int
    start: int

    @property
    def day(self) -> tuple[int, int]:
        return self.mediator, day_of(self.start)


class Calendar:
    """Who does what when in one plan, facts included; ``put`` and ``take`` change it by one line.

    Nothing here refuses a line, lawful or not: that is what ``solver.explain.refusals`` tells.
    """

    def __init__(self, problem: PlanningProblem, assignments: Iterable[Assignment]) -> None:
        self.problem, self.policy = problem, problem.policy
        self.index = Index(problem)
        self.roster = Roster(self.index)
        self.ledger = Ledger(self.index)
        self.lines: dict[str, Line] = {}
        self.days: dict[tuple[int, int], list[Visit]] = {}
        self.chosen: dict[int, list[Visit]] = defaultdict(list)
        self.week: dict[tuple[int, int], int] = defaultdict(int)
        self.left = budget.room(self.index)
        self._measured: dict[tuple[int, int], Day] = {}
        self._persons: dict[int, Person] = {}
        self._facts = facts_of(self.index)
        for number, facts in enumerate(self._facts):
            if facts:
                for day, visits in self.person(number).facts_of_day.items():
                    self._redo((number, day), visits)
        for line in assignments:
            if line.slot not in self.index.locked:
                self.put(self.line(line))

    @property
    def score(self) -> Score:
        """The exact score of the plan as it stands now, the same as ``solver.check.score``."""
        return self.ledger.score

    def line(self, given: Assignment) -> Line:
        return Line(self.index.post(given.slot), self.index.mediator_number[given.mediator], given.start)

    def assignment(self, line: Line) -> Assignment:
        name = self.index.mediators[line.mediator].id
        return Assignment(line.post.slot.id, name, line.start, line.start + line.post.duration)

    def person(self, number: int) -> Person:
        known = self._persons.get(number)
        if known is None:
            mediator = self.index.mediators[number]
            rows, home = self.index.roads.rows(mediator.travel_factor), self.index.roads.place_index[mediator.home]
            # ``straight`` prunes a search for whole days; nothing here asks for it.
            known = Person(self.policy, number, mediator, self._facts[number], rows, home=home, straight=False)
            self._persons[number] = known
        return known

    def visit(self, line: Line) -> Visit:
        return visit_of(self.index, line.post, line.start)

    def day_with(self, line: Line, visit: Visit) -> list[Visit]:
        """Her day with the line's visit, in order."""
        return in_order([*self.days.get(line.day, ()), visit])

    def measured(self, key: tuple[int, int]) -> Day:
        """What a (mediator number, day) amounts to in minutes."""
        return self._measured.get(key, IDLE)

    def partners(self, post: Post) -> list[tuple[str, int, int]]:
        """(slot, mediator number, start) of the other filled slots of its appointment, locked ones included."""
        group, found = self.index.posts_of_appointment[post.appointment_number], []
        for number in group if len(group) > 1 else ():
            slot = self.index.posts[number].slot.id
            if number == post.number:
                continue
            if slot in self.lines:
                found.append((slot, self.lines[slot].mediator, self.lines[slot].start))
            elif slot in self.index.locked:
                lock = self.index.locked[slot]
                found.append((slot, self.index.mediator_number[lock.mediator], lock.start))
        return found

    def put(self, line: Line) -> None:
        visit = self.visit(line)
        self.lines[line.post.slot.id] = line
        self.chosen[line.mediator].append(visit)
        self._redo(line.day, self.day_with(line, visit))
        self._charge(line, 1)

    def take(self, slot: str) -> Line:
        """Takes a chosen line out and returns it, to be put back or elsewhere."""
        line = self.lines.pop(slot)
        visit = self.visit(line)
        self.chosen[line.mediator].remove(visit)
        self._redo(line.day, [other for other in self.days[line.day] if other != visit])
        self._charge(line, -1)
        return line

    def scored_with(self, line: Line) -> Score:
        """The exact score if this line were added."""
        self.put(line)
        reached = self.score
        self.take(line.post.slot.id)
        return reached

    def _charge(self, line: Line, sign: int) -> None:
        for purse in budget.purses(self.index, line.post):
            if purse in self.left:
                self.left[purse] -= sign * line.post.duration
        self.ledger.count(line.post, self.index.mediators[line.mediator], line.start, sign)

    def _redo(self, key: tuple[int, int], visits: list[Visit]) -> None:
        """Makes these the visits of a day, and enters the difference in the ledger."""
        number, day = key
        before, after = self.measured(key), measure(self.person(number), visits)
        self.days[key], self._measured[key] = visits, after
        self.ledger.drive(after.travel - before.travel)
        if after.work != before.work:
            week = number, week_of(day * DAY)
            was = self.week[week]
            self.week[week] = was - before.work + after.work
            self.ledger.work(self.index.mediators[number], was, self.week[week])
