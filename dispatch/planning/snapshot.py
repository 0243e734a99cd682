# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a week read as a planning problem, with what is a fact (locked) and what may still move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import PlanningPolicy
from dispatch.kit.clock import wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.planning.continuity import continue_cases
from dispatch.planning.purses import paid_by, read_budgets, read_periods
from dispatch.planning.queries import full_today, mediator_codes
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import SlotStatus
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
    """Read the days. Offers that have left and bookings are locked; other published assignments may move.

    So may, whatever was answered, those of the slots ``leaving``: presences whose mediator is called away.
    """
    week = Week(monday, days)
    rows = read_appointments(session, week)
    codes = mediator_codes(session)
    read = read_standing(session, [slot.id for row in rows for slot in row.slots])
    # A flexible visit that already stands on a day beyond the horizon is not planned a second time within it.
    stands = [(a, fact) for a, fact in read if week.begins <= starts(a) < week.ends]
    elsewhere = {str(a.slot_id) for a, _ in read} - {str(a.slot_id) for a, _ in stands}
    earliest = wall_minute(now, monday) + policy.earliest_minutes
    kept = {assignment.slot_id for assignment, _ in stands}
    periods, lapses = read_periods(session), _lapses(session, week)
    urgent = dt.timedelta(hours=policy_in_force(session).offers.urgent_hours)
    full = full_today(session, [slot.id for row in rows for slot in row.slots], now, urgent)
    resting = {str(slot_id): {codes[her] for her in people} for slot_id, people in full.items()}
    seen = []
    for row in rows:
        found = as_planner_sees(row, week, earliest, policy.start_step, kept, codes)
        if found is not None and (left := _without(found, elsewhere, lapses, resting)).slots:
            seen.append(replace(left, project=paid_by(row, periods)))
    planned = {slot.id for appointment in seen for slot in appointment.slots}
    held = {a.id for a, fact in stands if (fact and a.slot_id not in leaving) or _passed(a, earliest, monday)}
    facts = [a for a, _ in stands if a.id in held]
    movable = [a for a, _ in stands if a.id not in held]
    problem = planner.PlanningProblem(
        format="ponte-problem/1",
        horizon=week.horizon(),
        mediators=tuple(read_mediators(session, week, _needed(session, facts), begun=earliest)),
        appointments=tuple(seen),
        places=week.places_met(),
        budgets=tuple(read_budgets(session, week)),
        locked=tuple(standing(a, codes[a.mediator_id], week) for a in facts),
        published=tuple(standing(a, codes[a.mediator_id], week) for a in movable),
        policy=planner_policy(policy),
    )
    problem = continue_cases(session, week, problem)
    late = [slot.id for row in rows for slot in row.slots if _waits(slot) and str(slot.id) not in planned]
    return Snapshot(problem, tuple(late))


def starts(assignment: Assignment) -> dt.datetime:
    assert assignment.during.lower is not None
    return assignment.during.lower


def _without(
    appointment: planner.Appointment,
    elsewhere: Container[str],
    lapses: Mapping[str, Mapping[str, int]],
    resting: Mapping[str, Collection[str]],
) -> planner.Appointment:
    """Less the slots that stand elsewhere; whose skill may have ended by the visit is not asked for it.

    Nor is, today, who has had her SMS of the day (``resting``, by slot).
    """
    last = max((high for _low, high in appointment.windows), default=0)
    slots = []
    for slot in appointment.slots:
        ended = {
            code for code, ends in lapses.items() if any(ends.get(skill, last + 1) <= last for skill in slot.skills)
        }
        if slot.id not in elsewhere:
            slots.append(replace(slot, excluded=tuple(sorted({*slot.excluded, *ended, *resting.get(slot.id, ())}))))
    return replace(appointment, slots=tuple(slots))


def _lapses(session: Session, week: Week) -> dict[str, dict[str, int]]:
    """By mediator, the skills that end within the planned days, and the minute from which they are no more."""
    first, last = week.monday.isoformat(), week.last_day.isoformat()
    rows = session.execute(select(Mediator.code, Mediator.skills_until).where(Mediator.skills_until != {}))
    return {
        code: {
            skill: ((dt.date.fromisoformat(day) - week.monday).days + 1) * 1440
            for skill, day in until.items()
            if first <= day < last
        }
        for code, until in rows
    }


def _passed(assignment: Assignment, earliest: int, monday: dt.date) -> bool:
    """A start that cannot be offered again is a fact, whoever it was given to."""
    return wall_minute(starts(assignment), monday) < earliest


def _waits(slot: Slot) -> bool:
    return slot.status in (SlotStatus.OPEN, SlotStatus.UNFILLED)


def _needed(session: Session, facts: list[Assignment]) -> list[int]:
    """Active mediators, and those no longer active who still hold a fact."""
    active = session.scalars(select(Mediator.id).where(Mediator.active)).all()
    return sorted({*active, *(fact.mediator_id for fact in facts)})
