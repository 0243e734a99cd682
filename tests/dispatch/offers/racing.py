# SPDX-License-Identifier: AGPL-3.0-or-later
"""Races of A1 and A2 at any size: many yeses at once on few people, and eight yeses to one slot."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Barrier

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import OperationalError

from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, OfferStatus
from tests import make
from tests.dispatch.offers import scene

THREADS = 16
A_DAYS_WORTH = 60  # tries that fall on the same day: many more than anybody can do
MONDAY = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)
SOON = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # 17:00 in Italy the same day: all are asked at once
ONE_WINNER = ("confirmed", *["covered"] * 7)  # the answers to eight yeses
MINUTE = dt.timedelta(minutes=1)
OVERLAPS = text(
    "SELECT count(*) FROM assignment a JOIN assignment b ON a.mediator_id = b.mediator_id AND a.id < b.id "
    "AND a.during && b.during WHERE a.status IN ('published', 'booked') AND b.status IN ('published', 'booked')"
)


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Run all actions at the same moment, each in a thread of its own."""
    gate = Barrier(len(actions))

    def act(action: Callable[[], object]) -> object:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(act, actions))


@dataclass
class Race:
    """What came of it; ``longest`` is the longest that one answer took, in seconds."""

    booked: int = 0
    overlaps: int = 0
    deadlocks: int = 0
    longest: float = 0.0


def many_yeses(database: Database, mediators: int, tries: int) -> Race:
    """A1: sixteen threads say yes to offers of an hour at random times, a day's worth at a time, to few people."""
    chance, race = Random(mediators), Race()
    with database.begin() as session:
        people = [make.mediator(session) for _ in range(mediators)]
    for day in range(-(-tries // A_DAYS_WORTH)):
        offers = offered(database, people, chance, day, min(A_DAYS_WORTH, tries - day * A_DAYS_WORTH))
        with ThreadPoolExecutor(THREADS) as threads:
            list(
                threads.map(lambda mine: say_yes(database, mine, race), [offers[at::THREADS] for at in range(THREADS)])
            )
    with database.begin() as session:
        race.overlaps = session.execute(OVERLAPS).scalar_one()
        query = select(func.count()).where(Assignment.status == AssignmentStatus.BOOKED)
        race.booked = session.scalars(query).one()
    return race


def offered(database: Database, people: Sequence[Mediator], chance: Random, day: int, count: int) -> list[int]:
    """Offers that wait, each about a slot of its own within one working day; one request has them all."""
    begin = MONDAY + dt.timedelta(days=7 * (day // 5) + day % 5)
    starts = [begin + dt.timedelta(minutes=15 * chance.randrange(28)) for _ in range(count)]
    with database.begin() as session:
        first = scene.slot(session, starts[0])
        slots = [first, *scene.more_slots(session, first, starts[1:])]
        offers = [
            Offer(
                slot_id=slot.id,
                mediator_id=chance.choice(people).id,
                during=Range(start, start + dt.timedelta(hours=1)),
                status=OfferStatus.WAITING,
                code=1000 + number,
                policy="all",
                reply_by=scene.MONDAY_MORNING + dt.timedelta(hours=1),
                created_at=scene.MONDAY_MORNING,
            )
            for number, (slot, start) in enumerate(zip(slots, starts, strict=True))
        ]
        session.add_all(offers)
        session.flush()
        return [row.id for row in offers]


def say_yes(database: Database, offers: Sequence[int], race: Race) -> None:
    for offer_id in offers:
        began = time.monotonic()
        try:
            with database.begin() as session:
                settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING + MINUTE)
        except OperationalError as trouble:
            if not isinstance(trouble.orig, psycopg.errors.DeadlockDetected):
                raise
            race.deadlocks += 1
        race.longest = max(race.longest, time.monotonic() - began)


@dataclass
class Rounds:
    """How many rounds had so many winners, how many had these answers to the eight SMS; the longest until all were written."""

    winners: Counter[int] = field(default_factory=Counter)
    answers: Counter[tuple[str, ...]] = field(default_factory=Counter)
    longest: float = 0.0


def eight_yeses(database: Database, rounds: int, people: int = 8) -> Rounds:
    """A2: an urgent slot is offered to eight, and eight SMS with the right code come within 50 ms, ``rounds`` times."""
    seen = Rounds()
    with database.begin() as session:
        mediators = [make.mediator(session) for _ in range(people)]
    for round_ in range(rounds):
        start = SOON + dt.timedelta(days=7 * round_)
        now = start - dt.timedelta(hours=8)
        with database.begin() as session:
            wanted = scene.slot(session, start)
            scene.publish(session, wanted, mediators, start)
        scene.ask_all(database, scene.office(), now)
        scene.send_all(database, scene.office())
        with database.begin() as session:
            codes = dict(session.execute(select(Offer.mediator_id, Offer.code).where(Offer.slot_id == wanted.id)).all())
        assert len(codes) == people
        began = time.monotonic()
        at_once([saying_yes(database, her.phone, codes[her.id], now + MINUTE) for her in mediators])
        seen.longest = max(seen.longest, time.monotonic() - began)
        count_round(database, wanted.id, now + MINUTE, seen)
    return seen


def saying_yes(database: Database, phone: str, code: int, now: dt.datetime) -> Callable[[], object]:
    return lambda: scene.says(database, phone, f"SI {code}", now)


ANSWERS = text(
    "SELECT m.kind FROM message m JOIN inbound i ON i.id = m.reply_to_id WHERE i.received_at = :said ORDER BY m.kind"
)


def count_round(database: Database, slot_id: int, said: dt.datetime, seen: Rounds) -> None:
    with database.begin() as session:
        booked = select(func.count()).where(Assignment.slot_id == slot_id, Assignment.status == AssignmentStatus.BOOKED)
        seen.winners[session.scalars(booked).one()] += 1
        seen.answers[tuple(session.execute(ANSWERS, {"said": said}).scalars())] += 1
