# SPDX-License-Identifier: AGPL-3.0-or-later
"""One unfilled slot held against a plan: who may take it at all, and what forbids each start; asked once, used by all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from solver.explain.answer import Figures, Leeway, RelaxationKind
from solver.explain.calendar import Calendar, Line
from solver.explain.elsewhere import Elsewhere
from solver.explain.refusals import able, fits, refusals
from solver.index import Post
from solver.problem import Appointment, Budget, Mediator


class Proposal(NamedTuple):
    """A relaxation that should work, before the checker has seen it; ``moved`` is the other visit's new line."""

    kind: RelaxationKind
    figures: Figures
    line: Line
    moved: Line | None = None
    appointment: Appointment | None = None
    mediator: Mediator | None = None
    budgets: tuple[Budget, ...] = ()


class Question:
    """Why is this slot empty, and what would fill it?"""

    def __init__(self, calendar: Calendar, elsewhere: Elsewhere, slot: str, leeway: Leeway) -> None:
        self.calendar, self.elsewhere, self.leeway = calendar, elsewhere, leeway
        self.post: Post = calendar.index.post(slot)
        self.starts = calendar.index.starts(self.post.appointment)

    @cached_property
    def able(self) -> list[int]:
        """Numbers of those whom no personal rule bars."""
        return able(self.calendar, self.post)

    @cached_property
    def stopped(self) -> list[tuple[Line, tuple[str, ...]]]:
        """For each of them and each allowed start, the rules that forbid it; none where she could come."""
        lines = (Line(self.post, number, start) for number in self.able for start in self.starts)
        return [(line, tuple(refusals(self.calendar, line))) for line in lines]

    @cached_property
    def settled(self) -> bool:
        """Whether another slot of the appointment is filled, so that its start and mode are no longer free."""
        return bool(self.calendar.partners(self.post))

    def stopped_by(self, *rules: str) -> list[Line]:
        """The lines that exactly these rules forbid."""
        return [line for line, why in self.stopped if why == rules]

    def fitting(self, post: Post, numbers: Iterable[int], starts: Iterable[int]) -> list[Line]:
        """The lines that no timed rule forbids, unordered."""
        wanted = list(starts)
        lines = (Line(post, number, start) for number in numbers for start in wanted)
        return [line for line in lines if fits(self.calendar, line)]

    def best(self, lines: Iterable[Line]) -> list[Line]:
        """Lines by the total they would lead to, best first; equal ones by start, then in the problem's order."""
        return [line for _, line in self.smallest((0, line) for line in lines)]

    def smallest(self, sized: Iterable[tuple[int, Line]]) -> list[tuple[int, Line]]:
        """(size, line) by size, then as ``best`` puts them."""

        def place(entry: tuple[int, Line]) -> tuple[int, int, int, int]:
            size, line = entry
            return size, -self.calendar.scored_with(line).total, line.start, line.mediator

        return sorted(sized, key=place)
