# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a week read as a planning problem, with what is a fact (locked) and what may still move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import PlanningPolicy
from dispatch.kit.clock import wall_minute
from dispatch.planning.continuity import continue_cases
from dispatch.planning.queries import mediator_codes
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import SlotStatus
from dispatch.records.territory import Budget
from dispatch.roster.visits import as_planner_sees, read_appointments, read_standing, standing
from dispatch.roster.week import Week, planner_policy, read_mediators
from solver import problem as planner


@dataclass(frozen=True)
class Snapshot:
    """The problem, and the slots of the week whose last possible start has passed: nobody can take them any more."""

    problem: planner.PlanningProblem
    too_late: tuple[int, ...]


def read_snapshot(
    session: Session,
    monday: dt.date,
    days: int,
    now: dt.datetime,
    policy: PlanningPolicy,
    leaving: Container[int] = (),
) -> Snapshot:
    """Read the week. Offers that have left and bookings are locked; other published assignments may move.

    So may, whatever was answered, those of the slots ``leaving``: presences whose mediator is called away.
    """
    week = Week(monday, days)
    rows = read_appointments(session, week)
    codes = mediator_codes(session)
    stands = read_standing(session, [slot.id for row in rows for slot in row.slots])
    earliest = wall_minute(now, monday) + policy.earliest_minutes
    kept = {assignment.slot_id for assignment, _ in stands}
    seen = [as_planner_sees(row, week, earliest, policy.start_step, kept, codes) for row in rows]
    appointments = tuple(appointment for appointment in seen if appointment is not None)
    planned = {slot.id for appointment in appointments for slot in appointment.slots}
    held = {a.id for a, fact in stands if (fact and a.slot_id not in leaving) or _passed(a, earliest, monday)}
    facts = [a for a, _ in stands if a.id in held]
    movable = [a for a, _ in stands if a.id not in held]
    problem = planner.PlanningProblem(
        format="ponte-problem/1",
        horizon=week.horizon(),
        mediators=tuple(read_mediators(session, week, _needed(session, facts))),
        appointments=appointments,
        places=week.places_met(),
        budgets=tuple(_budgets(session)),
        locked=tuple(standing(a, codes[a.mediator_id], week) for a in facts),
        published=tuple(standing(a, codes[a.mediator_id], week) for a in movable),
        policy=planner_policy(policy),
    )
    problem = continue_cases(session, week, problem)
    late = [slot.id for row in rows for slot in row.slots if _waits(slot) and str(slot.id) not in planned]
    return Snapshot(problem, tuple(late))


def _passed(assignment: Assignment, earliest: int, monday: dt.date) -> bool:
    """A start that cannot be offered again is a fact, whoever it was given to."""
    assert assignment.during.lower is not None
    return wall_minute(assignment.during.lower, monday) < earliest


def _waits(slot: Slot) -> bool:
    return slot.status in (SlotStatus.OPEN, SlotStatus.UNFILLED)


def _needed(session: Session, facts: list[Assignment]) -> list[int]:
    """Active mediators, and those no longer active who still hold a fact."""
    active = session.scalars(select(Mediator.id).where(Mediator.active)).all()
    return sorted({*active, *(fact.mediator_id for fact in facts)})


def _budgets(session: Session) -> list[planner.Budget]:
    rows = session.scalars(select(Budget).order_by(Budget.project_code, Budget.ambito_code)).all()
    return [planner.Budget(project=row.project_code, ambito=row.ambito_code, minutes=row.minutes) for row in rows]
