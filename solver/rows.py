# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of the master program: everything that routes compete for, numbered once for the whole problem.

A slot is covered at most once (where several slots start together each start has its own row, ``solver.together``); a
unit has one route at most; working minutes of a week, for units that are not whole weeks; budgets; a mediator who
visits a case is linked to it; a case.
All rows are "at most", so all prices are >= 0. A price vector has one entry a row and a last one that is always 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.goals import fairness
from solver.index import week_of
from solver.person import NO_LIMIT, Person
from solver.prepare import Prepared
from solver.problem import DAY
from solver.routes import Route, Unit

Ints = npt.NDArray[np.int64]


class Segment(NamedTuple):
    """Further working minutes of a week that cost ``slope`` each; ``width`` None is without end."""

    width: Fraction | None
    slope: Fraction


Decision = int | str  # an appointment that needs a common start, or a case that pays for each of its people


class Decided(NamedTuple):
    """The part of a joint decision that a row belongs to (a start, a mediator) and its item there (a post, a visit)."""

    decision: Decision
    part: int
    item: int


class Rows:
    """Row numbers by what they stand for, and the coefficients of a route."""

    def __init__(self, prepared: Prepared, units: Sequence[Unit]) -> None:
        self.prepared = prepared
        number = count()
        self.units = [next(number) for _ in units]
        self.first_post = len(self.units)
        self.posts = {key: next(number) for key in self._posts()}
        self.past_post = self.first_post + len(self.posts)
        self.weeks: dict[tuple[int, int], list[Segment]] = {}
        for unit in units:
            if unit.week is None:
                self._tie(unit)
        self.week_rows = {key: next(number) for key in self.weeks}
        self.purses = [next(number) for _ in prepared.room]
        self.case_of = telling_cases(prepared)
        cases = {case: None for case in self.case_of if case is not None}
        self.cases = {case: next(number) for case in cases}
        self.links = {key: next(number) for key in self._links()}
        self.free = next(number)
        self.stand_ins = [(self.posts[post, None], post, worth) for post, worth in prepared.stand_in.items()]
        self.decided = dict(self._decided())  # of the rows that belong to a joint decision
        self.rows_of: dict[Decision, list[int]] = {}
        for row, told in self.decided.items():
            self.rows_of.setdefault(told.decision, []).append(row)

    def _decided(self) -> Iterator[tuple[int, Decided]]:
        index = self.prepared.index
        for (post, start), row in self.posts.items():
            if start is not None:
                yield row, Decided(index.posts[post].appointment_number, start, post)
        for (mediator, appointment), row in self.links.items():
            case = self.prepared.problem.appointments[appointment].case
            assert case is not None, "only appointments of a case have links"
            yield row, Decided(case, mediator, appointment)

    def _posts(self) -> Iterator[tuple[int, int | None]]:
        prepared = self.prepared
        for post in prepared.open:
            if prepared.joint[post]:
                starts = {start for pair in prepared.pairs[post] for start in pair.starts}
                yield from ((post, start) for start in sorted(starts))
            else:
                yield post, None

    def _links(self) -> Iterator[tuple[int, int]]:
        """(mediator, appointment) of all visits to a case by people who are not on it already."""
        prepared, seen = self.prepared, set[tuple[int, int]]()
        for post in prepared.open:
            case = self.case_of[post]
            if case is None:
                continue
            settled = prepared.settled_people.get(case, frozenset())
            appointment = prepared.index.posts[post].appointment_number
            for pair in prepared.pairs[post]:
                key = pair.mediator, appointment
                if pair.mediator not in settled and key not in seen:
                    seen.add(key)
                    yield key

    def _tie(self, unit: Unit) -> None:
        for stretch in unit.stretches:
            for day in stretch.days:
                key = unit.person.number, week_of(day * DAY)
                if key not in self.weeks and (segments := segments_of_week(self.prepared, unit.person, key[1])):
                    self.weeks[key] = segments

    def post(self, post: int, start: int) -> int:
        return self.posts[post, start if self.prepared.joint[post] else None]

    def link(self, mediator: int, post: int) -> int:
        return self.links.get((mediator, self.prepared.index.posts[post].appointment_number), self.free)

    def coefficients(self, route: Route) -> dict[int, int]:
        """What a route takes of each row, its unit's aside."""
        taken: dict[int, int] = {}
        for post, mediator, start in route.placements:
            row = self.post(post, start)
            taken[row] = taken.get(row, 0) + 1
            for purse in self.prepared.purses[post]:
                row = self.purses[purse]
                taken[row] = taken.get(row, 0) + self.prepared.index.posts[post].duration
            link = self.link(mediator, post)
            if link != self.free:
                taken[link] = taken.get(link, 0) + 1
        number = route.placements[0].mediator
        for week, minutes in route.work:
            row = self.week_rows.get((number, week), self.free)
            if row != self.free and minutes:
                taken[row] = minutes
        return taken

    def raised(self, prices: Ints, extra: Ints, bits: int) -> Ints:
        """Prices at which nobody who was left out would gain: a post asks, all told, what it is worth to them."""
        if not self.stand_ins:
            return prices
        rows, posts, worth = (np.array(part, dtype=np.int64) for part in zip(*self.stand_ins, strict=True))
        raised = prices.copy()
        raised[rows] = np.maximum(prices[rows], (worth << bits) - extra[posts])
        return raised

    def extra(self, prices: Ints) -> Ints:
        """What budgets charge for each post."""
        charged = np.zeros(max(1, len(self.prepared.index.posts)), dtype=np.int64)
        if any(prices[row] for row in self.purses):
            for post in self.prepared.open:
                purses = self.prepared.purses[post]
                if purses:
                    minutes = self.prepared.index.posts[post].duration
                    charged[post] = minutes * sum(int(prices[self.purses[purse]]) for purse in purses)
        return charged


def segments_of_week(prepared: Prepared, person: Person, week: int) -> list[Segment]:
    """What a mediator's week has room for beyond her facts, up to her limit; empty: unlimited and free."""
    limit, base = person.week_limit(week), person.base_week.get(week, 0)
    target = person.mediator.target_week
    corners = list(fairness.segments(prepared.policy, target)) if target is not None else []
    if not corners and limit == NO_LIMIT:
        return []
    if not corners or corners[0][0] > 0:
        corners.insert(0, (Fraction(0), Fraction(0)))
    segments = []
    for (start, slope), (end, _) in pairwise([*corners, (Fraction(limit), Fraction(0))]):
        width = min(Fraction(end), Fraction(limit)) - max(Fraction(start), Fraction(base))
        if width > 0:
            segments.append(Segment(None if end >= NO_LIMIT else width, slope))
    return segments or [Segment(Fraction(0), Fraction(0))]


def telling_cases(prepared: Prepared) -> list[str | None]:
    """For each post its case, where it can cost anything: one open post of a case nobody is on yet is free."""
    posts = Counter(case for post in prepared.open if (case := prepared.case_of[post]) is not None)
    telling = {case for case, count in posts.items() if count > 1 or prepared.settled_people.get(case)}
    is_open = set(prepared.open)
    return [case if case in telling and post in is_open else None for post, case in enumerate(prepared.case_of)]
