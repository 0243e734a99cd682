# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hands of the virtual clock: they move only when no job is queued or running, and strike what is then due."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dispatch.kit.clock import now, set_virtual
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import OPEN_OFFER, MessageStatus, SlotStatus
from dispatch.rehearsal.outcomes import next_due

BUSY = text("SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))")
FAILED = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
LOOK_EVERY = 0.005  # seconds; one cheap look on a kept connection
PATIENCE = 120.0  # a queue that stays busy longer than this is a fault to see
MOST_STRIKES = 3  # what is still due after so many is not waited for any longer
# Written once: a rehearsal asks it at every moment of its time.
FIRST_DUE = select(
    select(func.min(Offer.reply_by)).where(Offer.status.in_(OPEN_OFFER)).scalar_subquery(),
    select(func.min(Slot.replan_due)).where(Slot.status.in_((SlotStatus.OPEN, SlotStatus.UNFILLED))).scalar_subquery(),
    select(func.min(Message.send_after)).where(Message.status == MessageStatus.QUEUED).scalar_subquery(),
)
TICK = {timed.job: timed for timed in TIMED}


class Stuck(RuntimeError):
    """The queue did not run empty."""


@dataclass
class Hands:
    """``beat`` is the grain at which people act; ``alive`` looks after the processes while we wait for them."""

    database: Database
    beat: dt.timedelta
    alive: Callable[[], None]
    tried: Counter[tuple[str, dt.datetime]] = field(default_factory=Counter)

    def read(self) -> dt.datetime:
        with self.database.begin() as session:
            return now(session)

    def move(self, instant: dt.datetime) -> None:
        """Let everything end, then set the time."""
        self.settle()
        with self.database.begin() as session:
            set_virtual(session, instant)

    def settle(self) -> None:
        """Wait until no job is queued or running."""
        deadline = time.monotonic() + PATIENCE
        # One connection for the whole wait: looking must not take from the workers what it waits for.
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(BUSY).scalar_one():
                self.alive()
                if time.monotonic() > deadline:
                    raise Stuck(f"Jobs are still queued after {PATIENCE:.0f} s: see the service's log.")
                time.sleep(LOOK_EVERY)

    def failed_jobs(self) -> int:
        with self.database.begin() as session:
            return int(session.execute(FAILED).scalar_one())

    def on_beat(self, instant: dt.datetime) -> dt.datetime:
        """The first beat at or after the instant: what people do in one beat happens together."""
        return grain(instant, self.beat)

    def due(self) -> dict[str, dt.datetime]:
        """When each timed job has something to do next, by job."""
        with self.database.begin() as session:
            found = self.first_due(session)
            told = next_due(session)
        # What is said of visits can wait for the beat: every quarter of an hour one ends somewhere.
        found |= {job: None if instant is None else self.on_beat(instant) for job, instant in told.items()}
        just_after = dt.timedelta(seconds=1)  # a deadline is over only once it has passed
        return {
            job: instant + just_after
            for job, instant in found.items()
            if instant is not None and self.tried[job, instant + just_after] < MOST_STRIKES
        }

    def first_due(self, session: Session) -> dict[str, dt.datetime | None]:
        """The same for what people wait for: answers that are overdue, slots to look at again, SMS to send."""
        return dict(
            zip(("offers.expire", "planning.repair", "offers.send"), session.execute(FIRST_DUE).one(), strict=True)
        )

    def strike(self, instant: dt.datetime) -> None:
        """Strike each job that is due by now, as the clock process would."""
        for job, due in self.due().items():
            if due <= instant:
                self.tried[job, due] += 1
                self.strike_now(job)

    def strike_now(self, job: str) -> None:
        """Strike one timed job, whatever is due."""
        with self.database.begin() as session:
            strike(session, TICK[job])


def grain(instant: dt.datetime, step: dt.timedelta) -> dt.datetime:
    """The first whole step at or after the instant."""
    return instant + (-instant.timestamp() % step.total_seconds()) * dt.timedelta(seconds=1)
