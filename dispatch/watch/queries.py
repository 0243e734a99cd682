# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signs of life of an installation, one cheap SELECT each: what waits, since when, who works, what the week holds."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import DateTime, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Slot
from dispatch.records.line import Line
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import OPEN_OFFER, InboundStatus, MessageStatus, PlanningRunStatus
from dispatch.records.time import Tick

# Plain SQL: the tables of the carrier are Procrastinate's.
JOBS = text(
    "SELECT queue_name, status::text AS status, count(*) AS jobs FROM procrastinate_jobs "
    "WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
)
OLDEST_JOB = text(
    "SELECT min(e.at) AS since FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id "
    "WHERE j.status = 'todo' AND e.type = 'deferred'"
).columns(since=DateTime(timezone=True))
WORKERS = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= :since")
FINISHED = (PlanningRunStatus.DRAFT, PlanningRunStatus.PUBLISHED, PlanningRunStatus.SET_ASIDE)


class LastRun(NamedTuple):
    """The newest finished run of a kind: how long it took from its snapshot on, and its last progress."""

    kind: str
    snapshot_at: dt.datetime
    finished_at: dt.datetime
    progress: dict[str, Any] | None


def slots_by_status(session: Session, since: dt.datetime, until: dt.datetime) -> dict[str, int]:
    """The slots of the appointments that may first start in this time."""
    counted = (
        select(Slot.status, func.count())
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .where(Appointment.first_start >= since, Appointment.first_start < until)
        .group_by(Slot.status)
    )
    return dict(session.execute(counted).all())


def open_offers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Offer).where(Offer.status.in_(OPEN_OFFER))) or 0


def messages_by_status(session: Session, since: dt.datetime) -> dict[str, int]:
    counted = select(Message.status, func.count()).where(Message.created_at >= since).group_by(Message.status)
    return dict(session.execute(counted).all())


def oldest_due_message(session: Session, instant: dt.datetime) -> dt.datetime | None:
    """Since when the longest waiting SMS should have left; quiet hours and pauses are not waiting."""
    due = select(func.min(Message.send_after)).where(
        Message.status == MessageStatus.QUEUED, Message.send_after <= instant
    )
    return session.scalar(due)


def lines(session: Session) -> dict[str, str]:
    """How each provider's line stands."""
    return dict(session.execute(select(Line.provider, Line.state).order_by(Line.provider)).all())


def replies_to_read(session: Session) -> int:
    waiting = select(func.count()).select_from(Inbound).where(Inbound.status == InboundStatus.PERSON)
    return session.scalar(waiting) or 0


def runs_by_status(session: Session, since: dt.datetime) -> dict[tuple[str, str], int]:
    counted = (
        select(PlanningRun.kind, PlanningRun.status, func.count())
        .where(PlanningRun.asked_at >= since)
        .group_by(PlanningRun.kind, PlanningRun.status)
    )
    return {(kind, status): number for kind, status, number in session.execute(counted)}


def last_runs(session: Session) -> list[LastRun]:
    """The newest finished run of each kind."""
    newest = (
        select(PlanningRun.kind, PlanningRun.snapshot_at, PlanningRun.finished_at, PlanningRun.progress)
        .where(
            PlanningRun.status.in_(FINISHED), PlanningRun.finished_at.is_not(None), PlanningRun.snapshot_at.is_not(None)
        )
        .ext(distinct_on(PlanningRun.kind))
        .order_by(PlanningRun.kind, PlanningRun.id.desc())
    )
    return [LastRun(*row) for row in session.execute(newest)]


def jobs_by_status(session: Session) -> dict[tuple[str, str], int]:
    """The jobs of each queue that wait, are worked on, or failed for good; those that succeeded leave no row."""
    return {(row.queue_name, row.status): row.jobs for row in session.execute(JOBS)}


def oldest_job(session: Session) -> dt.datetime | None:
    """Since when the longest waiting job waits, on the database's clock."""
    since: dt.datetime | None = session.execute(OLDEST_JOB).scalar()
    return since


def live_workers(session: Session, since: dt.datetime) -> int:
    """The workers that gave a sign since then."""
    found: int = session.execute(WORKERS, {"since": since}).scalar_one()
    return found


def last_ticks(session: Session) -> dict[str, dt.datetime]:
    """When each timed job was last struck."""
    return dict(session.execute(select(Tick.job, func.max(Tick.run_at)).group_by(Tick.job)).all())
