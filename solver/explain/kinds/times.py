# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking the desk for another time: another start on the same day, or another day of the horizon."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from solver.explain.answer import Figures, RelaxationKind
from solver.explain.calendar import Line
from solver.explain.question import Proposal, Question
from solver.index import day_of
from solver.problem import DAY


def other_start(question: Question) -> Iterator[Proposal]:
    """A start on a day the desk allowed, as few minutes as possible from one it allowed.

    Starts keep the grid of the window they belong to: its first start less, or its last start plus, whole steps.
    """
    if question.settled:
        return
    for minutes, starts in _around(question):
        lines = question.fitting(question.post, question.able, starts)
        for line in question.best(lines):
            yield _at(question, "start", {"minutes": minutes}, line)


def other_day(question: Question) -> Iterator[Proposal]:
    """A day of the horizon on which no window lies: the same time of day first, then ever further from it.

    Among equal distances in time of day the nearest day, then the best total.
    """
    if question.settled or not question.starts:
        return
    for minutes, times in _times_of_day(question):
        lines = question.fitting(question.post, question.able, _on_other_days(question, times))
        sized = [(_days_away(question, line.start), line) for line in lines]
        for days, line in question.smallest(sized):
            yield _at(question, "day", {"days": days, "minutes": minutes}, line)


def _around(question: Question) -> Iterator[tuple[int, list[int]]]:
    """(minutes away, the starts that lie so far from the nearest allowed one on the same day), nearest first."""
    step, allowed = question.calendar.policy.start_step, set(question.starts)
    for minutes in range(step, question.leeway.start + 1, step):
        starts = {
            start
            for known in question.starts
            for start in (known - minutes, known + minutes)
            if day_of(start) == day_of(known) and start >= question.leeway.earliest
        }
        new = sorted(starts - allowed)
        allowed.update(new)
        if new:
            yield minutes, new


def _times_of_day(question: Question) -> Iterator[tuple[int, list[int]]]:
    """(minutes away, the times of day that lie so far from the nearest allowed one), nearest first."""
    allowed, seen = {start % DAY for start in question.starts}, set[int]()
    for minutes in range(0, question.leeway.start + 1, question.calendar.policy.start_step):
        times = {time + sign * minutes for time in allowed for sign in (-1, 1)} - seen
        seen |= times
        yield minutes, sorted(time for time in times if 0 <= time < DAY)


def _on_other_days(question: Question, times: list[int]) -> list[int]:
    """These times of day on every day without an allowed start."""
    taken = {day_of(start) for start in question.starts}
    days = [day for day in range(question.calendar.problem.horizon.days) if day not in taken]
    starts = [day * DAY + time for day in days for time in times]
    return [start for start in starts if start >= question.leeway.earliest]


def _days_away(question: Question, start: int) -> int:
    return min(abs(day_of(start) - day_of(known)) for known in question.starts)


def _at(question: Question, kind: RelaxationKind, figures: Figures, line: Line) -> Proposal:
    post = question.post
    windows = tuple(sorted((*post.appointment.windows, (line.start, line.start))))
    return Proposal(kind, figures, line, appointment=msgspec.structs.replace(post.appointment, windows=windows))
