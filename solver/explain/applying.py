# SPDX-License-Identifier: AGPL-3.0-or-later
"""A relaxation carried out: the relaxed problem and its plan, first as a trial for the checker, then whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from solver.check import RULES, all_reasons, goals, score
from solver.check.book import Book
from solver.explain.answer import Relaxation
from solver.explain.calendar import Calendar
from solver.explain.question import Proposal
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import Appointment, Mediator, PlanningProblem

Part = TypeVar("Part", Appointment, Mediator)


class Stale(ValueError):
    """A relaxation that was made for another problem or another plan than it is applied to."""


def verified(calendar: Calendar, proposal: Proposal) -> Relaxation | None:
    """The proposal as a relaxation with its exact score; null where the checker finds the relaxed plan broken."""
    lines = [proposal.line] if proposal.moved is None else [proposal.line, proposal.moved]
    before = standing(calendar)
    added = tuple(calendar.assignment(line) for line in lines)
    relaxation = Relaxation(
        kind=proposal.kind,
        slot=proposal.line.post.slot.id,
        figures=proposal.figures,
        appointments=() if proposal.appointment is None else (proposal.appointment,),
        mediators=() if proposal.mediator is None else (proposal.mediator,),
        budgets=proposal.budgets,
        assignments=added,
        score=calendar.score,
        gain=0,
    )
    relaxed, after = relaxed_problem(calendar.problem, relaxation), _merged(before, added)
    book = Book(relaxed, after)
    if any(True for rule in RULES.values() for _ in rule(book)):
        return None
    reached = goals.score(book)
    return msgspec.structs.replace(relaxation, score=reached, gain=reached.total - calendar.score.total)


def standing(calendar: Calendar) -> list[Assignment]:
    """Every line of the plan as it stands, locked ones too."""
    durations = ((lock, calendar.index.post(lock.slot).duration) for lock in calendar.problem.locked)
    locked = [Assignment(lock.slot, lock.mediator, lock.start, lock.start + minutes) for lock, minutes in durations]
    return locked + [calendar.assignment(line) for line in calendar.lines.values()]


def relaxed_problem(problem: PlanningProblem, relaxation: Relaxation) -> PlanningProblem:
    """The problem with the relaxation's parts in the place of those with their ids. Raises Stale for an unknown id."""
    raised = {(budget.project, budget.ambito): budget for budget in relaxation.budgets}
    known = {(budget.project, budget.ambito) for budget in problem.budgets}
    if not raised.keys() <= known:
        raise Stale(f"the problem has no budget {sorted(raised.keys() - known, key=str)[0]}: explain the slot again")
    return msgspec.structs.replace(
        problem,
        appointments=_replaced(problem.appointments, relaxation.appointments),
        mediators=_replaced(problem.mediators, relaxation.mediators),
        budgets=tuple(raised.get((budget.project, budget.ambito), budget) for budget in problem.budgets),
    )


def applied(problem: PlanningProblem, plan: Plan, relaxation: Relaxation) -> tuple[PlanningProblem, Plan]:
    """The relaxed problem and its plan, true to itself in every line: reasons, score, a proven bound, gap.

    A plan that moves a visit without relaxing anything keeps its bound; else the bound is what all slots are worth,
    which nothing passes but which is far from tight. Raises Stale where slot or ids do not fit this problem and plan.
    """
    _refuse_stale(problem, plan, relaxation)
    relaxed = relaxed_problem(problem, relaxation)
    lines = _merged(plan.assignments, relaxation.assignments)
    filled = {line.slot for line in lines}
    empty = [slot.id for visit in relaxed.appointments for slot in visit.slots if slot.id not in filled]
    why = all_reasons(relaxed, lines, empty)
    reached = score(relaxed, lines)
    worth = sum(slot.value for visit in relaxed.appointments for slot in visit.slots)
    bound = max(plan.bound if relaxed == problem else worth, reached.total)
    return relaxed, msgspec.structs.replace(
        plan,
        assignments=tuple(lines),
        unfilled=tuple(Unfilled(slot, why[slot]) for slot in empty),
        score=reached,
        bound=bound,
        gap=(bound - reached.total) / max(1, bound),
        status="optimal" if bound == reached.total else "feasible",
    )


def _refuse_stale(problem: PlanningProblem, plan: Plan, relaxation: Relaxation) -> None:
    filled, added = {line.slot for line in plan.assignments}, [line.slot for line in relaxation.assignments]
    slots = {slot.id for visit in problem.appointments for slot in visit.slots}
    people = {mediator.id for mediator in problem.mediators}
    if relaxation.slot in filled:
        raise Stale(f"slot {relaxation.slot} is assigned in this plan already: nothing is left to relax")
    for line in relaxation.assignments:
        if line.slot not in slots or line.mediator not in people:
            raise Stale(f"the problem has no slot {line.slot} or no mediator {line.mediator}: explain the slot again")
    for slot in added[1:]:
        if slot not in filled:
            raise Stale(f"slot {slot}, which would be moved, is not assigned in this plan: explain the slot again")


def _replaced(parts: tuple[Part, ...], changed: tuple[Part, ...]) -> tuple[Part, ...]:
    new = {part.id: part for part in changed}
    unknown = new.keys() - {part.id for part in parts}
    if unknown:
        raise Stale(f"the problem has no {min(unknown)}: explain the slot again")
    return tuple(new.get(part.id, part) for part in parts)


def _merged(before: Iterable[Assignment], added: tuple[Assignment, ...]) -> list[Assignment]:
    """The lines before, each replaced where the added ones speak of its slot, then those that are new."""
    new = {line.slot: line for line in added}
    return [new.pop(line.slot, line) for line in before] + list(new.values())
