# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing a repair that calls somebody away: which lines may do so, and what becomes of the presence she leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall
from dispatch.planning.calling import NOBODY_LEAVES, Calls, calls_due
from dispatch.planning.difference import Line
from dispatch.records.intake import Slot
from dispatch.records.offers import Notice
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import AppointmentStatus, RunKind, SlotStatus
from dispatch.roster.week import Week
from solver.check import day_violations
from solver.plan import Assignment as Visit
from solver.problem import PlanningProblem

CALLED_AWAY = "called_away"  # the notice that the owner of the presence reads


def calls_of_run(session: Session, run: PlanningRun, problem: PlanningProblem, now: dt.datetime) -> Calls:
    """What this run may still call people away for: what it was planned with, where that holds as it did then."""
    if run.kind != RunKind.REPAIR:
        return NOBODY_LEAVES
    calls = calls_due(session, Week(run.week_start, run.days), now)
    moved = {int(standing.slot) for standing in problem.published}
    return Calls(calls.urgent, calls.leaving & moved) if calls.leaving & moved else NOBODY_LEAVES


def leaves(line: Line, calls: Calls) -> bool:
    """Whether the line takes somebody off a presence."""
    return int(line.slot) in calls.leaving and line.change in ("moved", "dropped")


def is_called(problem: PlanningProblem, line: Line, given: Iterable[Line], calls: Calls) -> bool:
    """Whether ``given`` sends the one who leaves to an urgent slot that she cannot do beside her presence."""
    assert line.before is not None
    hers = [one for one in given if one.mediator == line.before.mediator and int(one.slot) in calls.urgent]
    lasts = {slot.id: one.duration for one in problem.appointments for slot in one.slots}
    stays = _visit(line.slot, line.before.mediator, line.before.start, lasts)
    goes = [_visit(one.slot, line.before.mediator, one.start or 0, lasts) for one in hers if one.slot in lasts]
    return bool(goes) and bool(day_violations(problem, line.before.mediator, [stays, *goes]))


def _visit(slot: str, mediator: str, start: int, lasts: Mapping[str, int]) -> Visit:
    return Visit(slot=slot, mediator=mediator, start=start, end=start + lasts[slot])


def free_presence(
    session: Session, line: Line, slot: Slot, run: PlanningRun, now: dt.datetime, *, is_asked: bool
) -> None:
    """Her place is open again, unless the plan gave it to somebody else or others are still asked; its owner is told.

    ``is_asked``: questions about it have left; the offers stage opens the slot once they are taken back.
    """
    assert line.before is not None
    appointment = slot.appointment
    if appointment.status == AppointmentStatus.CONFIRMED:
        appointment.status = AppointmentStatus.OPEN
    if line.change == "dropped" and not is_asked:
        slot.status, slot.replan_due, slot.reasons, slot.changed_at = SlotStatus.OPEN, now, None, now
    start = from_wall(run.week_start, line.before.start)
    session.add(
        Notice(
            desk_id=appointment.request.desk_id,
            request_id=appointment.request_id,
            slot_id=slot.id,
            kind=CALLED_AWAY,
            values={"mediator": line.before.mediator, "start": start.isoformat()},
            created_at=now,
        )
    )
