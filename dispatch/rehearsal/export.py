# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's files of a rehearsed week: what a run was asked and answered, and the bookings as a plan of the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.clock import wall_minute
from dispatch.planning.queries import mediator_codes, run_with_plan
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus
from solver.check import all_reasons, score
from solver.files import write_plan, write_problem
from solver.plan import Assignment as Visit
from solver.plan import Plan, Unfilled
from solver.problem import PlanningProblem


def files_of(session: Session, run_id: int) -> tuple[PlanningProblem, Plan]:
    """What the planner got and gave in a run."""
    run = run_with_plan(session, run_id)
    return msgspec.convert(run.problem, PlanningProblem), msgspec.convert(run.plan, Plan)


def bookings_as_plan(session: Session, monday: dt.date, problem: PlanningProblem, last: Plan) -> Plan:
    """The settled bookings of the week, those that took place among them, as the answer to ``problem``, with their own score and reasons.

    ``last`` is the planner's own answer: its bound holds for every plan of the problem, so for this one too.
    """
    durations = {slot.id: a.duration for a in problem.appointments for slot in a.slots}
    codes = mediator_codes(session)
    booked = session.scalars(
        select(Assignment)
        .where(
            Assignment.status.in_((AssignmentStatus.BOOKED, AssignmentStatus.DONE)),
            Assignment.slot_id.in_(map(int, durations)),
        )
        .order_by(Assignment.slot_id)
    )
    visits = [_visit(row, codes[row.mediator_id], monday, durations) for row in booked]
    return as_plan(problem, visits, last)


def _visit(row: Assignment, mediator: str, monday: dt.date, durations: dict[str, int]) -> Visit:
    assert row.during.lower is not None
    slot, start = str(row.slot_id), wall_minute(row.during.lower, monday)
    return Visit(slot=slot, mediator=mediator, start=start, end=start + durations[slot])


def as_plan(problem: PlanningProblem, visits: Iterable[Visit], last: Plan) -> Plan:
    visits = tuple(visits)
    taken = {visit.slot for visit in visits}
    empty = [slot.id for a in problem.appointments for slot in a.slots if slot.id not in taken]
    why, points = all_reasons(problem, visits, empty), score(problem, visits)
    bound = max(last.bound, points.total)
    return Plan(
        format="ponte-plan/1",
        status="optimal" if points.total == bound else "feasible",
        seconds=last.seconds,
        seed=last.seed,
        assignments=visits,
        unfilled=tuple(Unfilled(slot, why[slot]) for slot in empty),
        score=points,
        bound=bound,
        gap=(bound - points.total) / max(1, bound),
    )


def write(folder: Path, settled: tuple[PlanningProblem, Plan], week: tuple[PlanningProblem, Plan]) -> None:
    """The last problem with the settled bookings, and the planned week with the planner's plan."""
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, (problem, plan) in (("", settled), ("week-", week)):
        write_problem(problem, folder / f"{prefix}problem.json")
        write_plan(plan, folder / f"{prefix}plan.json")
