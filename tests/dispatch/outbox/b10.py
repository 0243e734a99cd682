# SPDX-License-Identifier: AGPL-3.0-or-later
"""B10, at any size: a year of questions and reminders, a stopped worker, and days with too many SMS; what went wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.policy import OfferPolicy, Policy
from dispatch.kit.session import Database
from dispatch.outbox.asking import Way, how_to_ask
from dispatch.outbox.due import dues_of_booking
from dispatch.outbox.posting import post
from dispatch.records.offers import Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Reminders
from notifications.message import MessageKind, ReminderWords
from tests import make
from tests.dispatch.offers import scene

ROME = ZoneInfo("Europe/Rome")
NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
YEAR = 365 * 24 * 60
TENTH, FULL = 20_000, 200_000
CHOICES = tuple(Reminders)


def by_night(instant: dt.datetime) -> bool:
    """Between 21:00 and 7:30 on the clocks in Italy, said without the code that is judged."""
    wall = instant.astimezone(ROME).time()
    return wall >= dt.time(21) or wall < dt.time(7, 30)


def a_year(size: int, policy: Policy, seed: int = 1) -> Counter[str]:
    """What went wrong with so many questions and reminders at random minutes of a year, by kind."""
    chance, wrong = Random(seed), Counter[str]()
    for _ in range(size):
        now = NEW_YEAR + dt.timedelta(minutes=chance.randrange(YEAR))
        start = now + dt.timedelta(minutes=int(chance.lognormvariate(7.5, 1.8)))
        wrong.update(_question(now, start, policy.offers))
        wrong.update(
            _reminders(now, start, Mediator(reminders=chance.choice(CHOICES), quiet_hours_allowed=False), policy)
        )
    return wrong


def _question(now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> list[str]:
    asking = how_to_ask(now, start, policy)
    if asking is None:
        return [] if start <= now else ["not asked"]
    found = []
    if by_night(asking.send_at) and asking.way is not Way.URGENT and not asking.only_night_owls:
        found.append("question by night")
    if not now <= asking.send_at < asking.reply_by <= start:
        found.append("question after its deadline")
    if by_night(asking.reply_by) and asking.way is Way.CASCADE:
        found.append("deadline by night")
    return found


def _reminders(now: dt.datetime, start: dt.datetime, her: Mediator, policy: Policy) -> list[str]:
    dues = dues_of_booking(her, Range(start, start + dt.timedelta(hours=1)), now, policy)
    found = []
    for due in (dues["evening_due"], dues["hours_due"]):
        if due is not None and by_night(due):
            found.append("reminder by night")
        if due is not None and not now < due < start:
            found.append("reminder out of time")
    return found


def a_full_day(database: Database, size: int) -> Counter[dt.date]:
    """So many reminders for one person on one morning: how many are queued to leave on each day, none lost from sight."""
    morning = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
    start = morning + dt.timedelta(days=3)
    values = ReminderWords(
        start=start, end=start + dt.timedelta(hours=1), desk="scuola", link="ponte.example/m/7fK2", comune="Clusone"
    )
    with database.begin() as session:
        her = make.mediator(session)
        for number in range(size):
            moment = morning + dt.timedelta(seconds=number)
            post(session, Random(number), MessageKind.REMINDER, her, values, created_at=moment, send_after=moment,
                 priority=4, useless_after=start)  # fmt: skip
            session.flush()
        rows = session.scalars(select(Message).order_by(Message.send_after)).all()
        assert len(rows) == size
        return Counter(row.send_after.astimezone(ROME).date() for row in rows if row.status == "queued")


def a_stopped_worker(database: Database, size: int) -> Counter[str]:
    """SMS due through two hours in which nobody sends; then one drain: what left, and what was too late."""
    noon = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
    chance = Random(3)
    with database.begin() as session:
        scene.set_time(session, noon)
        people = [make.mediator(session) for _ in range(10)]
        for number in range(size):
            due = noon + dt.timedelta(minutes=chance.randrange(120))
            session.add(
                Message(
                    reference=f"{number:032x}",
                    kind="reminder",
                    to_phone=people[number % 10].phone,
                    mediator_id=people[number % 10].id,
                    body="Ponte: prova",
                    segments=1,
                    priority=4,
                    created_at=noon,
                    send_after=due,
                    useless_after=due + dt.timedelta(minutes=chance.choice([5, 30, 60, 180])),
                )
            )
    again = noon + dt.timedelta(hours=2)
    with database.begin() as session:
        scene.set_time(session, again)
    scene.send_all(database, scene.office())
    found: Counter[str] = Counter()
    with database.begin() as session:
        for row in session.scalars(select(Message)):
            assert row.useless_after is not None
            stale = row.useless_after <= again
            found[f"{'stale' if stale else 'fresh'} {row.status}"] += 1
    return found
