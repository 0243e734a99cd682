# SPDX-License-Identifier: AGPL-3.0-or-later
"""What anybody could have filled: the slots for which somebody suitable existed who would have said yes in time.

Nothing here depends on how people were asked. Each slot is judged on the rows of the finished month without its
assignments: who may take it by the planner's own rules, whether her drawn answer is a yes, and whether it would have
come before the start had she been asked as soon as the request was in (by day, or at once if she allows the night).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import Policy
from dispatch.kit.clock import from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.hours import awake
from dispatch.planning.purses import paid_by, read_periods
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.roster import Mediator
from dispatch.records.territory import Budget
from dispatch.rehearsal.people import People
from dispatch.roster.visits import as_planner_sees as appointment_seen
from dispatch.roster.visits import read_appointments
from dispatch.roster.week import Week, days_off, read_known, shifts_of
from dispatch.roster.week import as_planner_sees as mediator_seen
from solver import problem as planner
from solver.eligibility import Eligibility
from solver.index import Index
from solver.solve import solve

WORTH = 1000  # of every slot alike: the best plan is then the one that fills most
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Possible:
    """``willing`` says by slot who would have taken it, for each slot that has somebody.

    ``together`` is how many of them at once, with nobody in two places and nobody beyond her hours: a proven bound that
    no way of asking can beat; a plan that fills ``reached`` of them exists.
    """

    willing: dict[int, set[str]]
    together: int
    reached: int


def possible(session: Session, week: Week, people: People, *, seconds: float) -> Possible:
    """Judge the slots of these days that were not cancelled."""
    problem = month_problem(session, week)
    willing = _willing(session, problem, people, week.monday)
    kept = [(one, [slot for slot in one.slots if willing.get(slot.id)]) for one in problem.appointments]
    everybody = {mediator.id for mediator in problem.mediators}
    worth = [
        replace(one, case=None, slots=tuple(_worth(slot, everybody - willing[slot.id]) for slot in slots))
        for one, slots in kept
        if slots
    ]
    narrowed = replace(problem, appointments=tuple(worth))
    plan = solve(narrowed, seconds=seconds, seed=1, workers=2)
    found = {int(slot): people for slot, people in willing.items()}
    return Possible(found, min(len(found), plan.bound // WORTH), len(plan.assignments))


def month_problem(session: Session, week: Week) -> planner.PlanningProblem:
    """The days with nobody booked: every appointment as it was asked, every mediator as she is there."""
    policy, periods = policy_in_force(session), read_periods(session)
    appointments = []
    for row in read_appointments(session, week):
        every = {slot.id for slot in row.slots}
        seen = appointment_seen(row, week, 0, policy.planning.start_step, every, {})
        if seen is not None and seen.windows:
            appointments.append(replace(seen, project=paid_by(row, periods)))
    rows = session.scalars(select(Mediator).where(Mediator.active).order_by(Mediator.code)).all()
    known, off = read_known(session, week, rows), days_off(week, policy.offers, policy.planning)
    mediators = [mediator_seen(row, week, known, shifts_of(row.id, week, known, off), week.monday) for row in rows]
    budgets = session.scalars(select(Budget).order_by(Budget.project_code, Budget.ambito_code))
    return planner.PlanningProblem(
        format="ponte-problem/1",
        horizon=week.horizon(),
        mediators=tuple(mediators),
        appointments=tuple(appointments),
        places=week.places_met(),
        budgets=tuple(planner.Budget(project=b.project_code, ambito=b.ambito_code, minutes=b.minutes) for b in budgets),
        locked=(),
        published=(),
        policy=_only_rules(policy),
    )


def _only_rules(policy: Policy) -> planner.Policy:
    """The rules of the house with every cost left out: what counts here is whether, not how well."""
    rules = policy.planning
    return planner.Policy(
        start_step=rules.start_step,
        travel_speed_kmh=rules.travel_speed_kmh,
        road_factor=rules.road_factor,
        arrival_minutes=rules.arrival_minutes,
        remote_gap=rules.remote_gap,
        shift_covers_travel=rules.shift_covers_travel,
        travel_is_work=rules.travel_is_work,
        travel_cost=0,
        change_cost=0,
    )


def _worth(slot: planner.Slot, excluded: Iterable[str]) -> planner.Slot:
    return replace(slot, value=WORTH, wishes=planner.Wishes(), excluded=tuple(sorted(excluded)))


def _willing(
    session: Session, problem: planner.PlanningProblem, people: People, monday: dt.date
) -> dict[str, set[str]]:
    """By slot, the codes of those who may take it and whose yes would have come before a start she can make."""
    policy = policy_in_force(session)
    owls = set(session.scalars(select(Mediator.code).where(Mediator.quiet_hours_allowed)))
    asked = dict(
        session.execute(
            select(Slot.id, Request.created_at)
            .join(Appointment, Appointment.id == Slot.appointment_id)
            .join(Request, Request.id == Appointment.request_id)
        ).all()
    )
    eligible = Eligibility.of(Index(problem))
    found: dict[str, set[str]] = {}
    for post in eligible.index.posts:
        slot, since = int(post.slot.id), asked[int(post.slot.id)]
        for number in eligible.candidates[post.number]:
            code = problem.mediators[number].id
            if not people.says_yes(code, slot):
                continue
            moments = [awake(since, policy.offers)] + ([since] if code in owls else [])
            answered = min(moment + people.answers_after(code, slot, moment) for moment in moments)
            earliest = max(answered, since + policy.planning.earliest_minutes * MINUTE)
            if any(from_wall(monday, start) >= earliest for start in eligible.starts(post.number, int(number))):
                found.setdefault(post.slot.id, set()).add(code)
    return found
