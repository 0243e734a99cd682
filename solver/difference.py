# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one plan changes against another of the same problem, slot by slot: what, why, and what it is worth.

The gain of a line is exact: the new plan's total less the total of the new plan with this line alone as in the old
one, lawful or not. Lines that depend on each other each show what undoing them alone would lose, so gains need not
add up to the difference of the totals.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

from solver.check import RULES
from solver.check.book import Book
from solver.check.paper import unknown
from solver.check.reasons import Explanation
from solver.explain import BrokenPlan
from solver.explain.answer import Figures
from solver.explain.calendar import Calendar, Line
from solver.explain.figures import figures_of
from solver.explain.refusals import first_refusal, stands
from solver.index import Post
from solver.plan import Assignment, Plan, Score
from solver.problem import Frozen, PlanningProblem

Change = Literal["new", "moved", "reassigned", "dropped", "unchanged", "unfilled"]
Worth = Literal["better", "equal", "worse"]


class Changed(Frozen, frozen=True):
    """One slot in both plans. ``moved``: same mediator, other start. ``reassigned``: another mediator.

    ``reason`` of a change is the first rule that forbids going back while all else is new, with its ``figures``; where
    none does, whether the total is better, equal or worse for it. ``reasons`` of a dropped slot count the mediators
    by rule, as in a plan. An unchanged or still unfilled slot has no reason and gains 0.
    """

    slot: str
    change: Change
    mediator: str | None
    start: int | None
    mediator_before: str | None
    start_before: int | None
    gain: int
    reason: str | None
    figures: Figures
    reasons: dict[str, int]


class Difference(Frozen, frozen=True):
    """The two scores, how many slots changed how, and every slot in the problem's order."""

    before: Score
    after: Score
    counts: dict[Change, int]
    lines: tuple[Changed, ...]


def difference(problem: PlanningProblem, old: Plan, new: Plan) -> Difference:
    """What ``new`` changes against ``old``. Raises BrokenPlan for unknown ids, a slot given twice or a broken lock."""
    for plan in (old, new):
        _refuse(problem, plan)
    before = Calendar(problem, old.assignments).score
    comparison = _Comparison(problem, old, new)
    lines = tuple(comparison.of(post) for post in comparison.calendar.index.posts)
    return Difference(before, comparison.calendar.score, dict(Counter(line.change for line in lines)), lines)


def _refuse(problem: PlanningProblem, plan: Plan) -> None:
    """Other rules may be broken: a plan changed by hand is compared as it is."""
    broken = list(unknown(problem, plan))
    if not broken:
        book = Book(problem, plan.assignments)
        broken = [violation for name in ("one_mediator", "locked") for violation in RULES[name](book)]
    if broken:
        raise BrokenPlan(broken)


class _Comparison:
    """The new plan, open to be changed back one line at a time."""

    def __init__(self, problem: PlanningProblem, old: Plan, new: Plan) -> None:
        self.calendar = Calendar(problem, new.assignments)
        self._was = {line.slot: line for line in old.assignments}
        self._is = {line.slot: line for line in new.assignments}
        self._reasons = Explanation(Book(problem, new.assignments))

    def of(self, post: Post) -> Changed:
        was, now = self._was.get(post.slot.id), self._is.get(post.slot.id)
        unchanged = Changed(
            slot=post.slot.id,
            change=_change(was, now),
            mediator=None if now is None else now.mediator,
            start=None if now is None else now.start,
            mediator_before=None if was is None else was.mediator,
            start_before=None if was is None else was.start,
            gain=0,
            reason=None,
            figures={},
            reasons={},
        )
        if unchanged.change in {"unchanged", "unfilled"}:
            return unchanged
        gain, rule, figures = self._undone(post.slot.id, was)
        worth: Worth = "better" if gain > 0 else "worse" if gain < 0 else "equal"
        why = self._reasons.of_slot(post.slot.id) if unchanged.change == "dropped" else {}
        return msgspec.structs.replace(unchanged, gain=gain, reason=rule or worth, figures=figures, reasons=why)

    def _undone(self, slot: str, was: Assignment | None) -> tuple[int, str | None, Figures]:
        """(what is lost by changing this slot back alone, the first rule that forbids it, its figures)."""
        calendar, reached = self.calendar, self.calendar.score.total
        now = calendar.take(slot) if slot in calendar.lines else None
        rule, without = None, calendar.score.total
        figures: Figures = {}
        if was is not None:
            back = calendar.line(was)
            rule = first_refusal(calendar, back)
            figures = {} if rule is None else figures_of(calendar, rule, back)
            without = calendar.scored_with(back).total
        if rule is None and now is not None and not stands(calendar, now.day):
            rule = "shift"
        self._put_back(now)
        return reached - without, rule, figures

    def _put_back(self, line: Line | None) -> None:
        if line is not None:
            self.calendar.put(line)


def _change(was: Assignment | None, now: Assignment | None) -> Change:
    if was is None:
        return "unfilled" if now is None else "new"
    if now is None:
        return "dropped"
    if was.mediator != now.mediator:
        return "reassigned"
    return "unchanged" if was.start == now.start else "moved"
