# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking a mediator for more of her time, or a project for more of its money: shift, max_day, max_week, budget."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from solver.explain.answer import Figures
from solver.explain.calendar import Line
from solver.explain.figures import excess, extension, timed_figures
from solver.explain.question import Proposal, Question
from solver.explain.refusals import short_purses
from solver.problem import Mediator
from solver.rules import budget


def longer_shift(question: Question) -> Iterator[Proposal]:
    """One shift of hers begun earlier or ended later, by as few minutes as will do."""
    found = [
        (longer[1], line)
        for line in question.stopped_by("shift")
        if (longer := extension(question.calendar, line)) is not None and longer[1] <= question.leeway.hours
    ]
    for minutes, line in question.smallest(found):
        longer = extension(question.calendar, line)
        assert longer is not None
        she = msgspec.structs.replace(_mediator(question, line), shifts=longer[0])
        yield Proposal("shift", {"mediator": she.id, "minutes": minutes}, line, mediator=she)


def longer_day(question: Question) -> Iterator[Proposal]:
    """More working minutes on one day of hers than she agreed to, as few as will do."""
    for minutes, limit, line in _over(question, "max_day"):
        she = msgspec.structs.replace(_mediator(question, line), max_day=limit)
        yield Proposal("max_day", {"mediator": she.id, "minutes": minutes, "to": limit}, line, mediator=she)


def longer_week(question: Question) -> Iterator[Proposal]:
    """More working minutes in one week of hers than she agreed to, as few as will do."""
    for minutes, limit, line in _over(question, "max_week"):
        she = msgspec.structs.replace(_mediator(question, line), max_week=limit)
        yield Proposal("max_week", {"mediator": she.id, "minutes": minutes, "to": limit}, line, mediator=she)


def more_money(question: Question) -> Iterator[Proposal]:
    """As many further budget minutes as the slot lacks, in every budget it is charged to that is short."""
    calendar = question.calendar
    short = {purse: by for purse, by in short_purses(calendar, question.post).items() if by > 0}
    if not short:
        return
    raised = tuple(
        msgspec.structs.replace(entry, minutes=_spent(question, (entry.project, entry.ambito)) + question.post.duration)
        for entry in calendar.problem.budgets
        if (entry.project, entry.ambito) in short
    )
    was = {(entry.project, entry.ambito): entry.minutes for entry in calendar.problem.budgets}
    added = max(entry.minutes - was[entry.project, entry.ambito] for entry in raised)
    where = raised[0].ambito if len(raised) == 1 else None
    for line in question.best(question.stopped_by("budget")):
        figures: Figures = {"project": raised[0].project, "ambito": where, "budgets": len(raised), "minutes": added}
        yield Proposal("budget", figures, line, budgets=raised)


def _over(question: Question, rule: str) -> Iterator[tuple[int, int, Line]]:
    """(minutes over her limit, the limit it would take, line) of the lines that this limit alone forbids."""
    found = []
    for line in question.stopped_by(rule):
        figures = timed_figures(question.calendar, rule, line)
        if excess(figures) <= question.leeway.hours:
            found.append((excess(figures), line))
    for minutes, line in question.smallest(found):
        limit = timed_figures(question.calendar, rule, line)["minutes"]
        assert isinstance(limit, int)
        yield minutes, limit, line


def _mediator(question: Question, line: Line) -> Mediator:
    return question.calendar.index.mediators[line.mediator]


def _spent(question: Question, purse: budget.Purse) -> int:
    """Minutes of all filled slots, locked ones included, that are charged to a budget."""
    calendar = question.calendar
    posts = [line.post for line in calendar.lines.values()]
    posts += [calendar.index.post(slot) for slot in calendar.index.locked]
    return sum(post.duration for post in posts if purse in budget.purses(calendar.index, post))
