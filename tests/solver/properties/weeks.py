# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything one person could do with her weeks, each judged by the rules of ``solver.check`` for one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from solver.check import score
from solver.check.book import Book, Visit, days, in_order
from solver.check.pairs import PAIRS, inside_shift, starts, way_home_covered
from solver.check.persons import day_allowance, driving_while_interpreting, too_close, week_allowance
from solver.plan import Assignment
from solver.problem import Mediator, PlanningProblem, Standing
from tests.solver.properties.worth import Table, Worth, keep

MOST_WEEKS = 20_000  # of one person


class TooLarge(Exception):
    """The problem has more ways to fill one person's weeks than anyone should try."""


@dataclass(frozen=True)
class Given:
    """A problem with its locks written into a book, and the slots that are open."""

    problem: PlanningProblem
    book: Book
    open: list[str]
    published: dict[str, Standing]
    shared: frozenset[str]

    def money(self, mediator: Mediator, duration: int) -> Fraction:
        """Priced euros of one visit."""
        return Fraction(self.problem.policy.cost_per_euro * duration * mediator.hourly_cost, 6000)


class Option(NamedTuple):
    """An open slot at a start, for one person; ``worth`` is value, less wishes, plus what stays as published."""

    line: Assignment
    number: int
    appointment: str
    visit: Visit
    worth: int
    money: Fraction


class Weeks:
    """The weeks of one person."""

    def __init__(self, given: Given, mediator: Mediator) -> None:
        self.given, self.book, self.mediator = given, given.book, mediator
        self.facts = in_order(self.book.facts[mediator.id])
        self.options = list(self._options())
        self.apart = [[self._apart(a, b) for b in self.options] for a in self.options]
        self._days: dict[tuple[int, tuple[int, ...]], tuple[int, int] | None] = {}
        self._unfair: dict[int, Fraction] = {}

    def table(self) -> Table:
        """Her weeks by the slots they fill, each the best of its kind. Raises TooLarge."""
        found: Table = {}
        for tried, chosen in enumerate(self._choices(0, [])):
            if tried >= MOST_WEEKS:
                raise TooLarge(self.mediator.id)
            worth = self._worth(chosen)
            if worth is not None:
                keep(found.setdefault(self._filled([self.options[at] for at in chosen]), []), worth)
        return found

    def _filled(self, options: list[Option]) -> tuple[int, tuple[tuple[str, int], ...]]:
        mask = sum(1 << option.number for option in options)
        shared = (option for option in options if option.appointment in self.given.shared)
        return mask, tuple(sorted((option.appointment, option.visit.start) for option in shared))

    def _choices(self, at: int, chosen: list[int]) -> Iterator[list[int]]:
        """All sets of options that are clear of each other two by two."""
        if at == len(self.options):
            yield chosen
            return
        yield from self._choices(at + 1, chosen)
        if all(self.apart[other][at] for other in chosen):
            yield from self._choices(at + 1, [*chosen, at])

    def _options(self) -> Iterator[Option]:
        """Open slots at each start that no rule about her alone, her facts or the locks of the visit forbids."""
        book, mediator = self.book, self.mediator
        for number, name in enumerate(self.given.open):
            appointment, slot = book.slots[name]
            locks = [line for line in book.lines if line.appointment.id == appointment.id]
            if any(line.mediator.id == mediator.id for line in locks):
                continue
            if not all(holds(book, appointment, slot, mediator) for holds in PAIRS.values()):
                continue
            for start in sorted(starts(book, appointment)):
                visit = book.visit(name, start, fact=False)
                agreed = all(line.assignment.start == start for line in locks)
                if agreed and inside_shift(mediator, start, visit.end) is not None and self._clear_of_facts(visit):
                    yield self._option(Assignment(name, mediator.id, start, visit.end), number, visit)

    def _clear_of_facts(self, visit: Visit) -> bool:
        return not any(too_close(self.book, self.mediator, *in_order((visit, fact))) for fact in self.facts)

    def _option(self, line: Assignment, number: int, visit: Visit) -> Option:
        appointment, _ = self.book.slots[line.slot]
        alone = score(self.given.problem, [line])
        was = self.given.published.get(line.slot)
        kept = was is not None and (was.mediator, was.start) == (line.mediator, line.start)
        worth = alone.value - alone.wishes + (self.book.policy.change_cost if kept else 0)
        money = self.given.money(self.mediator, appointment.duration)
        return Option(line, number, appointment.id, visit, worth, money)

    def _apart(self, a: Option, b: Option) -> bool:
        if a.appointment == b.appointment:
            return False
        return not too_close(self.book, self.mediator, *in_order((a.visit, b.visit)))

    def _worth(self, chosen: list[int]) -> Worth | None:
        """What she brings with these visits; None where a rule about a whole day or week forbids them."""
        by_day: dict[int, list[int]] = {day: [] for day in days(self.facts)}
        for at in chosen:
            by_day.setdefault(self.options[at].visit.day, []).append(at)
        driven, work = 0, Counter[int]()
        for day, entries in by_day.items():
            measured = self._day(day, tuple(entries))
            if measured is None:
                return None
            driven += measured[0]
            work[day // 7] += measured[1]
        limits = ((minutes, week_allowance(self.book, self.mediator, week)) for week, minutes in work.items())
        if any(limit is not None and minutes > limit for minutes, limit in limits):
            return None
        options = [self.options[at] for at in chosen]
        return Worth(
            sum(option.worth for option in options) - self.book.policy.travel_cost * driven,
            sum((self._unfairness(minutes) for minutes in work.values()), Fraction(0)),
            sum((option.money for option in options), Fraction(0)),
            tuple(option.line for option in options),
        )

    def _day(self, day: int, chosen: tuple[int, ...]) -> tuple[int, int] | None:
        """Minutes driven at a cost and worked on one day of hers; None where a rule forbids it."""
        if (day, chosen) not in self._days:
            facts = [fact for fact in self.facts if fact.day == day]
            self._days[day, chosen] = self._judged(in_order([*facts, *(self.options[at].visit for at in chosen)]))
        return self._days[day, chosen]

    def _judged(self, day: list[Visit]) -> tuple[int, int] | None:
        book, mediator = self.book, self.mediator
        if any(driving_while_interpreting(book, mediator, day)):
            return None
        if not all(visit.fact or way_home_covered(book, mediator, day, visit) for visit in day):
            return None
        work, allowed = book.work(mediator, day), day_allowance(book, mediator, day[0].day)
        if allowed is not None and work > allowed:
            return None
        pays = any(visit.slot is not None and visit.place is not None for visit in day)
        return sum(book.legs(mediator, day)) if pays else 0, work

    def _unfairness(self, work: int) -> Fraction:
        """The area under the price of a further percent, from none to what these minutes use of her target."""
        target, corners = self.mediator.target_week, self.book.policy.fairness_cost
        if target is None:
            return Fraction(0)
        if work not in self._unfair:
            used = Fraction(100 * work, target)
            ends = [(min(used, Fraction(start)), price) for start, price in corners]
            parts = pairwise([*ends, (used, 0)])
            self._unfair[work] = sum((price * (end - start) for (start, price), (end, _) in parts), Fraction(0))
        return self._unfair[work]
