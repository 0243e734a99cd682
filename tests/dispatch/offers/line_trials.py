# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trials of the line at any size, on a clock that costs nothing: a carrier that is down, and one urgent SMS among many.

The sender, the reconciling and the rows are the real ones; time passes only when the trial or the sender's pace says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

import msgspec
from sqlalchemy import func, select

from config.policy import SmsPolicy, load_policy
from dispatch.kit.session import Database
from dispatch.offers import sending
from dispatch.offers.reconciling import reconcile
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from notifications.message import Sms
from notifications.providers.port import Accepted, Found, InDoubt
from notifications.providers.recording import Recording
from tests.dispatch.offers import scene

SHIPPED = load_policy().sms
NO_BREAKER = msgspec.structs.replace(SHIPPED, breaker_after=1_000_000)  # longer than any run: it never opens
BEGAN = scene.MONDAY_MORNING
TICK = dt.timedelta(seconds=10)


class Time:
    """The one clock of a trial, the machine's and the service's."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, BEGAN
        self.pass_(0)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        with self.database.begin() as session:
            scene.set_time(session, self.now)


class Troubled(Recording):
    """A carrier that answers every post with a 500 until it is mended, and shows by its list that it took none."""

    def __init__(self, time: Time, mended: dt.datetime) -> None:
        super().__init__(clock=time, is_carrier=True)
        self.time, self.mended = time, mended
        self.in_vain: list[dt.datetime] = []
        self.lists_read = 0

    def send(self, sms: Sms) -> Accepted:
        if self.time() < self.mended:
            self.in_vain.append(self.time())
            raise InDoubt("status 500")
        return super().send(sms)

    def find(
        self, to_e164: str, since: dt.datetime, body: str, known_sids: Collection[str] = frozenset()
    ) -> Found | None:
        self.lists_read += 1
        return super().find(to_e164, since, body, known_sids)


def queue(
    database: Database,
    count: int,
    *,
    at: dt.datetime = BEGAN,
    priority: int = 5,
    useless_after: list[dt.datetime | None] | None = None,
    first: int = 0,
    phones: int = 100_000,
) -> None:
    """So many SMS that are due, to so many phones."""
    deadlines = useless_after or [None]
    with database.begin() as session:
        session.add_all(
            Message(
                reference=f"{number:032x}",
                kind="help",
                to_phone=f"+39340{number % phones:07d}",
                body=f"Ponte: messaggio {number}",
                segments=1,
                priority=priority,
                created_at=at,
                send_after=at,
                useless_after=deadlines[number % len(deadlines)],
            )
            for number in range(first, first + count)
        )


@dataclass
class Outage:
    """What an outage came to: ``drained`` seconds after the carrier was mended, posts in vain, SMS sent too late."""

    drained: float
    posts_in_vain: int
    sent: int
    too_late: int
    kept_at_home: int
    taken_twice: int = field(default=0)


def outage(database: Database, count: int, rules: SmsPolicy = SHIPPED, *, minutes: int = 10) -> Outage:
    """`count` SMS are due when the carrier goes down; the ticks of the clock go on as ever."""
    time = Time(database)
    mended = BEGAN + dt.timedelta(minutes=minutes)
    carrier = Troubled(time, mended)
    deadlines = [None, None, None, BEGAN + dt.timedelta(minutes=minutes / 2), mended + dt.timedelta(seconds=30)]
    queue(database, count, useless_after=deadlines)
    office = scene.office(sms=rules, rng=Random(1))
    latest = mended + dt.timedelta(minutes=30)
    while _unfinished(database) and time() < latest:
        sending.drain(database, office, carrier, machine=time, pause=time.pass_)
        time.pass_(TICK.total_seconds())
        reconcile(database, office, carrier, machine=time)
    with database.begin() as session:
        rows = {row.body: row for row in session.scalars(select(Message))}
    bodies = [sms.body for _sid, _at, sms in carrier.taken]
    late = sum(
        deadline is not None and at >= deadline
        for at, deadline in ((at, rows[sms.body].useless_after) for _sid, at, sms in carrier.taken)
    )
    return Outage(
        drained=(time() - mended).total_seconds(),
        posts_in_vain=len(carrier.in_vain),
        sent=len(bodies),
        too_late=late,
        kept_at_home=sum(row.status == MessageStatus.FAILED for row in rows.values()),
        taken_twice=len(bodies) - len(set(bodies)),
    )


def _unfinished(database: Database) -> int:
    waiting = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.IN_DOUBT)
    with database.begin() as session:
        return session.scalars(select(func.count()).where(Message.status.in_(waiting))).one()


class Interrupted(Recording):
    """A carrier during whose work, after so many SMS, an urgent one is written."""

    URGENT = 1_000_000

    def __init__(self, time: Time, after: int, priority: int) -> None:
        super().__init__(clock=time, is_carrier=True)
        self.time, self.after, self.priority = time, after, priority
        self.written_at: dt.datetime | None = None

    def send(self, sms: Sms) -> Accepted:
        if len(self.taken) == self.after and self.written_at is None:
            self.written_at = self.time()
            queue(self.time.database, 1, at=self.time(), priority=self.priority, first=self.URGENT)
        return super().send(sms)

    def waited(self) -> float:
        """Seconds from its writing until the carrier had it."""
        assert self.written_at is not None
        at = next(at for _sid, at, sms in self.taken if sms.body.endswith(str(self.URGENT)))
        return (at - self.written_at).total_seconds()


def urgent_among(database: Database, count: int, *, priority: int) -> float:
    """`count` ordinary SMS are queued; while they leave at the sender's pace one of this priority comes: how long it waits."""
    time = Time(database)
    queue(database, count)
    carrier = Interrupted(time, after=count // 4, priority=priority)
    office = scene.office(rng=Random(1))
    while _unfinished(database):
        sending.drain(database, office, carrier, machine=time, pause=time.pass_)
    assert len(carrier.taken) == count + 1
    return carrier.waited()
