# SPDX-License-Identifier: AGPL-3.0-or-later
"""APScheduler as the clock: it strikes, the queue carries. In UTC, so no hour comes twice on the autumn night."""

from __future__ import annotations

import datetime as dt

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from dispatch.kit.heartbeat import beat
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, Timed, strike

log = structlog.get_logger(__name__)


def run(installation: Installation) -> None:
    """Strike every timed job until stopped; other clocks may run beside this one."""
    scheduler = BlockingScheduler(timezone=dt.UTC)
    for timed in TIMED:
        scheduler.add_job(
            strike_and_beat,
            IntervalTrigger(seconds=timed.every, timezone=dt.UTC),
            args=(installation, timed),
            id=timed.job,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=timed.every,
            next_run_time=dt.datetime.now(dt.UTC),
        )
    scheduler.start()


def strike_and_beat(installation: Installation, timed: Timed) -> None:
    """A strike that reached the database is also the sign that this clock lives."""
    if strike_once(installation, timed):
        beat(installation.settings.home, "clock")


def strike_once(installation: Installation, timed: Timed) -> bool:
    """One strike; a database that does not answer costs this strike only, the next one catches up."""
    try:
        with installation.database.begin() as session:
            strike(session, timed)
    except SQLAlchemyError as trouble:
        log.warning("tick missed", job=timed.job, trouble=type(trouble).__name__)
        return False
    return True
