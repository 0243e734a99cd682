# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the mediator of a case across the weeks: who holds or held it at another time is wished for in this one.

The planner counts the mediators of a case within its own days only. Somebody new to a case that others have been given
outside them costs ``case_cost`` once more, shared among its dates of the week: a week with one visit costs exactly that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus
from dispatch.roster.week import Week
from solver import problem as planner

ANYONE_ELSE = "*"
GIVEN = (*LIVE_ASSIGNMENT, AssignmentStatus.DONE)


def continue_cases(session: Session, week: Week, problem: planner.PlanningProblem) -> planner.PlanningProblem:
    """The problem with a wish for the mediators that its cases have outside the week."""
    cases = {appointment.case for appointment in problem.appointments if appointment.case}
    holders = _holders(session, week, cases)
    dates = Counter(appointment.case for appointment in problem.appointments)
    speak = {mediator.id: mediator.languages for mediator in problem.mediators}
    seen = [
        _pulled(one, able, problem.policy.case_cost, dates[one.case], speak)
        if (able := holders.get(one.case or ""))
        else one
        for one in problem.appointments
    ]
    return replace(problem, appointments=tuple(seen))


def merged(wished: Mapping[str, int], holders: Collection[str], cost: int) -> dict[str, int]:
    """What each mediator costs by both wishes: who is no holder costs ``cost`` more than before."""
    before = dict(wished)
    anyone = before.get(ANYONE_ELSE, 0)
    named = sorted({*before, *holders} - {ANYONE_ELSE})
    both = {mediator: before.get(mediator, anyone) + (0 if mediator in holders else cost) for mediator in named}
    return both | {ANYONE_ELSE: anyone + cost}


def _holders(session: Session, week: Week, cases: Collection[str]) -> dict[str, set[str]]:
    """By case, who was given a visit of it that lies wholly outside the week."""
    query = (
        select(Appointment.case_code, Mediator.code)
        .join(Slot, Slot.appointment_id == Appointment.id)
        .join(Assignment, Assignment.slot_id == Slot.id)
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(
            Appointment.case_code.in_(sorted(cases)),
            Assignment.status.in_(GIVEN),
            ~Assignment.during.overlaps(Range(week.begins, week.ends)),
        )
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for case, mediator in session.execute(query):
        found[case or ""].add(mediator)
    return dict(found)


def _pulled(
    appointment: planner.Appointment,
    holders: Collection[str],
    case_cost: int,
    shared_by: int,
    speak: Mapping[str, Mapping[str, int]],
) -> planner.Appointment:
    """Each slot wishes for those of the holders who could take it; nobody else can be missed there."""
    slots = []
    for slot in appointment.slots:
        able = {mediator for mediator in holders if _could(mediator, speak.get(mediator), slot)}
        if able and (cost := -(-case_cost // shared_by)):
            wishes = replace(slot.wishes, mediators=merged(slot.wishes.mediators, able, cost))
            slot = replace(slot, wishes=wishes)
        slots.append(slot)
    return replace(appointment, slots=tuple(slots))


def _could(mediator: str, languages: Mapping[str, int] | None, slot: planner.Slot) -> bool:
    """Whether she speaks for it and has not been ruled out; null languages are those of nobody in the roster."""
    if languages is None or mediator in slot.excluded or (slot.only is not None and mediator not in slot.only):
        return False
    reached: Sequence[bool] = [languages.get(code, 0) >= level for code, level in slot.languages.items()]
    return not reached or (any(reached) if slot.any_language else all(reached))
