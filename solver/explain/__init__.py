# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why her, why nobody, and what would help: answers about a finished plan, each relaxation checked before it is shown.

A plan is explained as it stands: an alternative or a relaxation never asks for more than one other visit to change.
The search says what should work (``solver.explain.kinds``, in the order of how small it is), the checker says what
does (``solver.explain.applying``); what only one of them believes is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from solver.check import OUTBID, RULES, broken_rules
from solver.check.book import Book
from solver.check.paper import unknown
from solver.check.reasons import Explanation
from solver.explain.alternatives import assigned
from solver.explain.answer import (
    Alternative,
    Answer,
    Assigned,
    Closest,
    Figures,
    Hopeless,
    Leeway,
    Near,
    Relaxation,
    Unfilled,
)
from solver.explain.applying import Stale, applied, relaxed_problem, verified
from solver.explain.calendar import Calendar
from solver.explain.elsewhere import Elsewhere
from solver.explain.kinds import KINDS
from solver.explain.near import hopeless, near
from solver.explain.question import Proposal, Question
from solver.plan import Plan, Violation
from solver.problem import PlanningProblem

__all__ = [
    "Alternative",
    "Answer",
    "Assigned",
    "BrokenPlan",
    "Closest",
    "Explainer",
    "Figures",
    "Hopeless",
    "Leeway",
    "Near",
    "Relaxation",
    "Stale",
    "Unfilled",
    "UnknownSlot",
    "applied",
    "explain",
    "relaxed_problem",
]

MOST_TRIES = 5  # proposals of one kind that the checker may refuse before the kind is given up


class BrokenPlan(ValueError):
    """A plan that breaks hard rules explains nothing: ``violations`` says which."""

    def __init__(self, violations: list[Violation]) -> None:
        self.violations = violations
        first = violations[0]
        super().__init__(f"the plan breaks {len(violations)} rules, first {first.rule}: {first.message}")


class UnknownSlot(LookupError):
    """A slot that the problem does not have; ``close`` are ids that look like it."""

    def __init__(self, slot: str, close: list[str]) -> None:
        self.slot, self.close = slot, close
        hint = f"did you mean {' or '.join(close)}?" if close else "take an id of appointments[].slots[]"
        super().__init__(f"slot {slot}: the problem has no such slot: {hint}")


def explain(problem: PlanningProblem, plan: Plan, slot: str, leeway: Leeway | None = None) -> Answer:
    """Why one slot has whom it has, or nobody. Raises UnknownSlot, or BrokenPlan for a plan that breaks hard rules."""
    return Explainer(problem, plan, leeway).of(slot)


class Explainer:
    """Answers any number of questions about one plan; what they share is worked out once.

    Raises BrokenPlan if the plan names what the problem does not have or breaks a hard rule; what it claims about
    itself (score, reasons, bound) is not read.
    """

    def __init__(self, problem: PlanningProblem, plan: Plan, leeway: Leeway | None = None) -> None:
        broken = list(unknown(problem, plan)) or broken_rules(problem, plan.assignments)
        if broken:
            raise BrokenPlan(broken)
        self._leeway = leeway if leeway is not None else Leeway()
        self.calendar = Calendar(problem, plan.assignments)
        self._elsewhere = Elsewhere(self.calendar)
        self._reasons = Explanation(Book(problem, plan.assignments))

    @property
    def unfilled(self) -> list[str]:
        """Ids of the slots that nobody has, in the problem's order."""
        index = self.calendar.index
        taken = self.calendar.lines.keys() | index.locked.keys()
        return [post.slot.id for post in index.posts if post.slot.id not in taken]

    def of(self, slot: str) -> Answer:
        """Why one slot has whom it has, or nobody. Raises UnknownSlot."""
        numbers = self.calendar.index.post_number
        if slot not in numbers:
            raise UnknownSlot(slot, get_close_matches(slot, list(numbers)))
        if slot in self.calendar.lines or slot in self.calendar.index.locked:
            return assigned(self.calendar, slot)
        question = Question(self.calendar, self._elsewhere, slot, self._leeway)
        found, relaxations = near(question), tuple(self._relaxations(question))
        why = None if relaxations else hopeless(question, found)
        counts = self._reasons.of_slot(slot)
        reasons = {rule: counts[rule] for rule in (*RULES, OUTBID) if rule in counts}
        return Unfilled(slot, reasons, found, relaxations, why)

    def _relaxations(self, question: Question) -> Iterator[Relaxation]:
        """The smallest of each kind that the checker lets pass, in the order of ``KINDS``.

        Where somebody could come as it is, nobody need be asked for anything that does not lead to more.
        """
        least: int | None = None
        for kind in KINDS:
            for variant in kind(question):
                shown = self._first_that_stands(variant)
                if shown is None or (least is not None and shown.gain <= least):
                    continue
                if shown.kind == "insert":
                    least = shown.gain
                yield shown

    def _first_that_stands(self, proposals: Iterator[Proposal]) -> Relaxation | None:
        tried = (verified(self.calendar, proposal) for proposal in islice(proposals, MOST_TRIES))
        return next((relaxation for relaxation in tried if relaxation is not None), None)
