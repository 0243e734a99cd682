# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the planning stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from dispatch.errors import NotFound
from dispatch.kit.clock import at_home, monday_of
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.records.statuses import LIVE_ASSIGNMENT, PlanningRunStatus, RunKind, SlotStatus
from dispatch.web.i18n import gettext as _

UNDER_WAY = (PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING)


def mediator_codes(session: Session) -> dict[int, str]:
    """Every mediator's code by id, active or not."""
    return dict(session.execute(select(Mediator.id, Mediator.code)).all())


def mediator_ids(session: Session) -> dict[str, int]:
    return {code: key for key, code in mediator_codes(session).items()}


def run_with_plan(session: Session, run_id: int, *, lock: bool = False) -> PlanningRun:
    query = (
        select(PlanningRun)
        .where(PlanningRun.id == run_id)
        .options(undefer(PlanningRun.problem), undefer(PlanningRun.plan))
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(_("There is no planning run %(id)s. Start one from the agenda.") % {"id": run_id})
    return found


def latest_runs(session: Session, monday: dt.date, most: int = 10) -> Sequence[PlanningRun]:
    """The runs of a week, newest first."""
    query = select(PlanningRun).where(PlanningRun.week_start == monday)
    return session.scalars(query.order_by(PlanningRun.id.desc()).limit(most)).all()


def run_under_way(session: Session, monday: dt.date, kind: RunKind) -> PlanningRun | None:
    query = select(PlanningRun).where(
        PlanningRun.week_start == monday, PlanningRun.kind == kind, PlanningRun.status.in_(UNDER_WAY)
    )
    return session.scalars(query.order_by(PlanningRun.id)).first()


def mondays_to_repair(session: Session, now: dt.datetime) -> list[dt.date]:
    """The weeks that hold an open slot whose repair is due, by the date of its appointment's first start."""
    query = (
        select(Appointment.first_start)
        .join(Slot)
        .where(Slot.replan_due <= now, Slot.status.in_([SlotStatus.OPEN, SlotStatus.UNFILLED]))
    )
    return sorted({monday_of(at_home(first).date()) for first in session.scalars(query)})


def lock_appointments_of(session: Session, slot_ids: Iterable[int]) -> dict[int, Slot]:
    """The slots, with their appointments locked first and then themselves, each in order of id."""
    wanted = select(Slot.appointment_id).where(Slot.id.in_(list(slot_ids)))
    appointments = select(Appointment.id).where(Appointment.id.in_(wanted)).order_by(Appointment.id)
    session.execute(appointments.with_for_update())
    slots = select(Slot).where(Slot.id.in_(list(slot_ids))).order_by(Slot.id).with_for_update()
    return {slot.id: slot for slot in session.scalars(slots.execution_options(populate_existing=True))}


def live_by_slot(session: Session, slot_ids: Iterable[int]) -> dict[int, Assignment]:
    query = select(Assignment).where(Assignment.slot_id.in_(list(slot_ids)), Assignment.status.in_(LIVE_ASSIGNMENT))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {assignment.slot_id: assignment for assignment in found}


def ranked_candidates(session: Session, slot_id: int) -> Sequence[Candidate]:
    """The candidates of the newest run that ranked this slot, best first."""
    newest = select(func.max(Candidate.run_id)).where(Candidate.slot_id == slot_id).scalar_subquery()
    query = select(Candidate).where(Candidate.slot_id == slot_id, Candidate.run_id == newest)
    return session.scalars(query.order_by(Candidate.rank)).all()


def runs_gone_silent(session: Session, instant: dt.datetime, grace: dt.timedelta) -> list[int]:
    """Running runs whose worker gave no sign for longer than their own time limit and ``grace``."""
    query = select(PlanningRun).where(PlanningRun.status == PlanningRunStatus.RUNNING)
    return [
        run.id
        for run in session.scalars(query)
        if run.alive_at is None or run.alive_at + dt.timedelta(seconds=run.seconds) + grace < instant
    ]
