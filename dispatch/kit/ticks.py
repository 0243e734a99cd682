# SPDX-License-Identifier: AGPL-3.0-or-later
"""A tick is a unique row (job, run time) and a queued job in one transaction, so any number of clocks may strike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now, now
from dispatch.kit.queue import enqueue

# Plain SQL, because the tables (dispatch.records.time) stand above the kit.
STRIKE = text("INSERT INTO tick (job, run_at) VALUES (:job, :run_at) ON CONFLICT DO NOTHING RETURNING job")
FORGET = text("DELETE FROM tick WHERE job = :job AND run_at < :before")
KEPT = dt.timedelta(days=2)


@dataclass(frozen=True)
class Timed:
    """A task and how often it is struck, in seconds; ``by_machine`` when it looks after processes and wires.

    Those live in real time: a worker that dies while a rehearsal's time stands still must be missed all the same.
    """

    job: str
    every: int
    by_machine: bool = False


TIMED = (
    Timed("kit.rescue", 10, by_machine=True),
    Timed("planning.rescue", 60, by_machine=True),
    Timed("planning.repair", 60),
    Timed("planning.week", 60),
    Timed("offers.expire", 60),
    Timed("offers.send", 10),
    Timed("offers.reconcile", 30, by_machine=True),
    Timed("offers.poll", 300, by_machine=True),
    Timed("intake.forget_keys", 3600),
    Timed("attendance.remind", 60),
    Timed("attendance.ask", 60),
    Timed("mediators.take_left", 60),
)


def strike(session: Session, timed: Timed) -> bool:
    """Queue the job unless its present period was struck already; true when this call did it."""
    instant = machine_now() if timed.by_machine else now(session)
    run_at = dt.datetime.fromtimestamp(instant.timestamp() // timed.every * timed.every, dt.UTC)
    if session.execute(STRIKE, {"job": timed.job, "run_at": run_at}).scalar() is None:
        return False
    session.execute(FORGET, {"job": timed.job, "before": run_at - KEPT})
    enqueue(session, timed.job)
    return True
