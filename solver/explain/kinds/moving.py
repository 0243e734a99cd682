# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filling the slot without relaxing any rule: as the plan stands, or by moving one other visit that is not locked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.explain.answer import Figures
from solver.explain.calendar import Calendar, Line
from solver.explain.question import Proposal, Question
from solver.explain.refusals import fits, stands
from solver.index import week_of

# Rules that a visit taken away can satisfy; a shift and a budget are as short without it.
FREED = frozenset({"one_place", "max_day", "max_week", "together"})


def as_it_stands(question: Question) -> Iterator[Proposal]:
    """Somebody who could come at once: the slot is worth less than it costs, or the plan is not the best there is."""
    for line in question.best(question.stopped_by()):
        yield Proposal("insert", {}, line)


def one_moved(question: Question) -> Iterator[Proposal]:
    """One other visit given to somebody else or another start, by the total that both together lead to."""
    found = [
        (total, line, moved)
        for other, lines in _in_the_way(question)
        for total, line, moved in _exchanges(question, other, lines)
    ]
    found.sort(key=lambda entry: (-entry[0], entry[1].start, entry[1].mediator, entry[2].start, entry[2].mediator))
    for _, line, moved in found:
        was = question.calendar.lines[moved.post.slot.id]
        figures: Figures = {
            "moved": moved.post.slot.id,
            "from": _name(question.calendar, was),
            "from_start": was.start,
            "to": _name(question.calendar, moved),
            "to_start": moved.start,
        }
        yield Proposal("move", figures, line, moved=moved)


def _in_the_way(question: Question) -> Iterator[tuple[Line, list[Line]]]:
    """Each chosen line that may be in the way, with the lines of the slot that it alone might be stopping."""
    calendar = question.calendar
    stopped: dict[str, list[Line]] = {}
    for line, why in question.stopped:
        if why and FREED.issuperset(why):
            for slot in _suspects(calendar, line, why):
                stopped.setdefault(slot, []).append(line)
    for slot, lines in stopped.items():
        yield calendar.lines[slot], lines


def _suspects(calendar: Calendar, line: Line, why: tuple[str, ...]) -> Iterable[str]:
    """Chosen slots one of which would have to go: her own visits, and where people must agree, the colleague's."""
    partners = [slot for slot, _, __ in calendar.partners(line.post) if slot in calendar.lines]
    if "together" in why:
        return partners
    week = week_of(line.start)
    own = (visit for visit in calendar.chosen[line.mediator] if abs(week_of(visit.start) - week) <= 1)
    return [calendar.index.posts[visit.post].slot.id for visit in own]


def _exchanges(question: Question, other: Line, lines: list[Line]) -> list[tuple[int, Line, Line]]:
    """(total, the slot's line, the other visit's new line) of every lawful exchange; the calendar is left as it was.

    The visit does not come back to where it was: there it stopped each of these lines, and they would stop it.
    """
    calendar, places = question.calendar, question.elsewhere.of(other)
    found: list[tuple[int, Line, Line]] = []
    if not places:
        return found
    calendar.take(other.post.slot.id)
    for line in lines:
        if fits(calendar, line):
            calendar.put(line)
            for moved in places:
                total = _total_with(calendar, moved, left=other.day)
                if total is not None:
                    found.append((total, line, moved))
            calendar.take(line.post.slot.id)
    calendar.put(other)
    return found


def _total_with(calendar: Calendar, moved: Line, *, left: tuple[int, int]) -> int | None:
    """The total with this line put in; null if a rule forbids it, or the day the visit left cannot do without it."""
    if not fits(calendar, moved):
        return None
    calendar.put(moved)
    total = calendar.score.total if stands(calendar, left) else None
    calendar.take(moved.post.slot.id)
    return total


def _name(calendar: Calendar, line: Line) -> str:
    return calendar.index.mediators[line.mediator].id
