# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plan says about itself must be true: its ids, ends, lists, reasons, score, bound, gap and status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from solver.check.book import Book
from solver.check.goals import score
from solver.check.reasons import Explanation
from solver.plan import Plan, Violation
from solver.problem import PlanningProblem

GAP_TOLERANCE = 1e-9


def unknown(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    """Every id of the plan must exist in the problem; nothing else can be judged before."""
    slots = {slot.id for appointment in problem.appointments for slot in appointment.slots}
    mediators = {mediator.id for mediator in problem.mediators}
    for line in plan.assignments:
        if line.slot not in slots:
            yield Violation("unknown", f"assignment of slot {line.slot}: the problem has no such slot")
        if line.mediator not in mediators:
            yield Violation(
                "unknown", f"assignment of {line.slot} to {line.mediator}: the problem has no such mediator"
            )
    for empty in plan.unfilled:
        if empty.slot not in slots:
            yield Violation("unknown", f"unfilled slot {empty.slot}: the problem has no such slot")


def lists(book: Book, plan: Plan) -> Iterator[Violation]:
    """Every slot is in exactly one of the two lists (twice among the assignments is the rule one_mediator)."""
    filled = {line.slot for line in plan.assignments}
    empty = Counter(entry.slot for entry in plan.unfilled)
    for slot in book.slots:
        places = (slot in filled) + empty[slot]
        if places != 1:
            yield Violation("lists", f"{slot} must be listed once as assigned or unfilled, not {places} times")


def end(book: Book, _: Plan) -> Iterator[Violation]:
    """A visit ends when its duration is over."""
    for line in book.lines:
        due = line.assignment.start + line.appointment.duration
        if line.assignment.end != due:
            yield Violation("end", f"{line}: ends at {line.assignment.end}, must be {due}")


def reasons(book: Book, plan: Plan) -> Iterator[Violation]:
    """Each empty slot's reasons count every mediator once and say what stopped her."""
    explanation = Explanation(book)
    for empty in plan.unfilled:
        due = explanation.of_slot(empty.slot)
        if {reason: count for reason, count in empty.reasons.items() if count} != due:
            yield Violation("reasons", f"{empty.slot}: says {_counts(empty.reasons)}, must be {_counts(due)}")


def score_terms(book: Book, plan: Plan) -> Iterator[Violation]:
    """Each term of the score, to the unit."""
    due = score(book)
    for term in due.__struct_fields__:
        said, right = getattr(plan.score, term), getattr(due, term)
        if said != right:
            yield Violation("score", f"{term}: says {said}, must be {right}")


def bound(_: Book, plan: Plan) -> Iterator[Violation]:
    """No plan is better than the bound, this one included."""
    if plan.bound < plan.score.total:
        yield Violation("bound", f"{plan.bound} is below the plan's own total {plan.score.total}")


def gap(_: Book, plan: Plan) -> Iterator[Violation]:
    """gap = (bound - total) / max(1, bound)."""
    due = (plan.bound - plan.score.total) / max(1, plan.bound)
    if not abs(plan.gap - due) <= GAP_TOLERANCE:  # said this way round so that a NaN is caught too
        yield Violation("gap", f"says {plan.gap}, must be {due}")


def status(_: Book, plan: Plan) -> Iterator[Violation]:
    """Optimal when total = bound, else feasible."""
    due = "optimal" if plan.score.total == plan.bound else "feasible"
    if plan.status != due:
        yield Violation("status", f"says {plan.status}, must be {due}")


PAPER: dict[str, Callable[[Book, Plan], Iterator[Violation]]] = {
    "lists": lists,
    "end": end,
    "reasons": reasons,
    "score": score_terms,
    "bound": bound,
    "gap": gap,
    "status": status,
}


def _counts(reasons: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items())) or "nothing"
