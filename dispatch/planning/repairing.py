# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a slot is looked at again, so that none is forgotten, and when a run that got nowhere is given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dispatch.kit.clock import local_midnight
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.planning import queries
from dispatch.planning.service import MOST_ATTEMPTS, call_somebody, set_aside
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import PlanningRunStatus, RunKind, SlotStatus

NEARBY = dt.timedelta(hours=12)  # who is freed of a visit on Tuesday may do another one on Tuesday
AT_LATEST = dt.timedelta(days=1)
PAUSE = dt.timedelta(minutes=2)  # a repair that failed would fail again at once, every minute and for ever
SILENCE = dt.timedelta(seconds=60)  # beyond a run's own limit; a planner that lives is ended well before


def look_again(session: Session, now: dt.datetime) -> int:
    """Make due what nobody would come back to by himself; how many slots that were."""
    soon = now + dt.timedelta(hours=policy_in_force(session).intake.repair_within_hours)
    forgotten = [
        *queries.pressing_unplanned(session, now, soon),
        *queries.worth_another_look(session, now, NEARBY, AT_LATEST),
    ]
    if forgotten:
        _make_due(session, forgotten, now)
    return len(forgotten)


def _make_due(session: Session, slot_ids: Sequence[int], now: dt.datetime) -> None:
    """Compare and set; a slot that somebody holds just now is left to the next tick, so that nobody waits in a circle."""
    free = select(Slot.id).where(Slot.id.in_(slot_ids)).order_by(Slot.id).with_for_update(skip_locked=True)
    waits = Slot.status.in_([SlotStatus.OPEN, SlotStatus.UNFILLED])
    session.execute(
        update(Slot)
        .where(Slot.id.in_(session.scalars(free).all()), waits, Slot.replan_due.is_(None))
        .values(replan_due=now)
        .execution_options(synchronize_session=False)
    )


def postpone(session: Session, run_id: int, now: dt.datetime) -> None:
    """After a repair that came to nothing, its week is left in peace for a moment."""
    run = session.get_one(PlanningRun, run_id)
    if run.kind != RunKind.REPAIR:
        return
    begins = local_midnight(run.week_start)
    ends = local_midnight(run.week_start + dt.timedelta(days=run.days))
    of_the_week = (
        select(Slot.id)
        .join(Appointment)
        .where(Slot.replan_due <= now, Appointment.first_start >= begins, Appointment.first_start < ends)
        .order_by(Slot.id)
        .with_for_update(of=Slot, skip_locked=True)
    )
    session.execute(
        update(Slot)
        .where(Slot.id.in_(session.scalars(of_the_week).all()), Slot.replan_due <= now)
        .values(replan_due=now + PAUSE)
        .execution_options(synchronize_session=False)
    )


def refuse(session: Session, run_id: int, why: str, now: dt.datetime) -> None:
    """A run whose week cannot be read as a problem says so and is over: asked again it would only stand in the way."""
    session.execute(
        update(PlanningRun)
        .where(PlanningRun.id == run_id, PlanningRun.status == PlanningRunStatus.ASKED)
        .values(status=PlanningRunStatus.FAILED, trouble=why[:500], finished_at=now)
    )
    call_somebody(session, run_id, why, now)
    postpone(session, run_id, now)


def give_back(session: Session, machine: dt.datetime, now: dt.datetime) -> None:
    """Runs of dead workers, and runs whose job was lost, are asked again; after so many deaths one is given up.

    A frozen worker that wakes up finds its attempt fenced out.
    """
    for run in queries.runs_gone_silent(session, machine, SILENCE):
        given_up = run.attempt >= MOST_ATTEMPTS
        values = (
            {"status": PlanningRunStatus.FAILED, "trouble": f"its worker died {run.attempt} times", "finished_at": now}
            if given_up
            else {"status": PlanningRunStatus.ASKED}
        )
        done = session.execute(
            update(PlanningRun)
            .where(
                PlanningRun.id == run.id,
                PlanningRun.attempt == run.attempt,
                PlanningRun.status == PlanningRunStatus.RUNNING,
            )
            .values(**values)
            .returning(PlanningRun.id)
        ).scalar()
        if done is None:
            continue
        if given_up:
            call_somebody(session, run.id, str(values["trouble"]), now)
            postpone(session, run.id, now)
        else:
            enqueue(session, "planning.run", queue="planning", run_id=run.id)
    for run_id in queries.repairs_left_over(session, now - SILENCE):
        set_aside(session, run_id, now)
        postpone(session, run_id, now)
    for run_id in queries.never_begun(session, now - SILENCE):
        enqueue(session, "planning.run", queue="planning", run_id=run_id)
