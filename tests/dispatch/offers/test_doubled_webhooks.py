# SPDX-License-Identifier: AGPL-3.0-or-later
"""C2 at a tenth: each webhook comes one to five times at once, and all again a year later: each has one effect."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.kit.session import Database
from dispatch.offers import reading, webhooks
from dispatch.records.offers import Inbound, Message, Offer
from notifications.providers.port import InboundSms
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.offers.test_webhooks import CARRIER, post, receipt, reply

TENTH, FULL, SEED, MOST = 24, 240, 2, 5
A_YEAR = dt.timedelta(days=365)
THREADS = 8


@dataclass(frozen=True)
class Webhook:
    """One thing that the carrier has to tell, and how we answer it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    answer: int


def each_has_one_effect(database: Database, size: int, seed: int = SEED) -> int:
    """`size` replies and as many receipts, each one to five times at once; how many deliveries that made."""
    chance = random.Random(seed)
    told = [*conversation(database, size), *receipts(database)]
    deliveries = [webhook for webhook in told for _ in range(chance.randint(1, MOST))]
    chance.shuffle(deliveries)
    deliver(database, deliveries)
    assert jobs(database) == size
    read_twice(database, scene.MONDAY_MORNING)
    effect = standing(database)
    assert effect["inbound settled"] == size
    assert effect["offer accepted"] == effect["assignment booked"] == effect["message confirmed"] == size // 2
    assert effect["message help"] == size - size // 2
    assert effect["sms delivered"] == size // 2
    with database.begin() as session:
        scene.set_time(session, scene.MONDAY_MORNING + A_YEAR)
    deliver(database, told)
    read_twice(database, scene.MONDAY_MORNING + A_YEAR)
    assert standing(database) == effect
    return len(deliveries) + len(told)


def conversation(database: Database, size: int) -> list[Webhook]:
    """Half of the replies accept an offer by its code, half ask for help: an answer that could be given twice."""
    with database.begin() as session:
        scene.set_time(session, scene.MONDAY_MORNING)
        people = [make.mediator(session) for _ in range(size)]
        for person in people[: size // 2]:
            scene.publish(session, scene.slot(session), [person])
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        codes = {row.mediator_id: row.code for row in session.execute(select(Offer.mediator_id, Offer.code))}
    return [
        Webhook(
            "/webhooks/twilio/inbound",
            tuple(reply(From=one.phone, MessageSid=f"SM{at:032x}", Body=says(codes.get(one.id))).items()),
            200,
        )
        for at, one in enumerate(people)
    ]


def says(code: int | None) -> str:
    return "AIUTO" if code is None else f"SI {code}"


def receipts(database: Database) -> list[Webhook]:
    """The carrier reports each question as delivered."""
    with database.begin() as session:
        sent = session.scalars(select(Message).where(Message.kind == "offer")).all()
        for at, message in enumerate(sent):
            message.sid = f"SM{at + 10**6:032x}"
    return [
        Webhook(
            f"/webhooks/twilio/status/{message.reference}",
            tuple((receipt(str(message.sid), "delivered") | {"To": message.to_phone}).items()),
            204,
        )
        for message in sent
    ]


def deliver(database: Database, webhooks_: Iterable[Webhook]) -> None:
    """All at once, by eight threads; whatever comes twice is thanked for like the first."""

    def knock(visitor: TestClient, webhook: Webhook) -> tuple[int, int]:
        return post(visitor, webhook.path, dict(webhook.fields)), webhook.answer

    with make.client(database, **CARRIER) as visitor, ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda webhook: knock(visitor, webhook), webhooks_))
    assert [pair for pair in answers if pair[0] != pair[1]] == []


def jobs(database: Database) -> int:
    with database.begin() as session:
        return int(session.execute(scene.READING_JOBS).scalar_one())


def read_twice(database: Database, now: dt.datetime) -> None:
    """A job may come twice too."""
    with database.begin() as session:
        waiting = list(session.scalars(select(Inbound.id).order_by(Inbound.id)))
    for inbound_id in [*waiting, *waiting]:
        with database.begin() as session:
            reading.read_inbound(session, scene.office(), inbound_id, now)


COUNTS = {
    "inbound": "SELECT count(*) FROM inbound",
    "inbound settled": "SELECT count(*) FROM inbound WHERE status IN ('settled', 'answered')",
    "offer accepted": "SELECT count(*) FROM offer WHERE status = 'accepted'",
    "assignment booked": "SELECT count(*) FROM assignment WHERE status = 'booked'",
    "message": "SELECT count(*) FROM message",
    "message confirmed": "SELECT count(*) FROM message WHERE kind = 'confirmed'",
    "message help": "SELECT count(*) FROM message WHERE kind = 'help'",
    "sms delivered": "SELECT count(*) FROM message WHERE status = 'delivered'",
    "notice": "SELECT count(*) FROM notice",
    "jobs": "SELECT count(*) FROM procrastinate_jobs",
}


def standing(database: Database) -> dict[str, int]:
    """Every count that a second effect would change."""
    with database.begin() as session:
        return {name: session.execute(text(query)).scalar_one() for name, query in COUNTS.items()}


def test_a_webhook_that_comes_five_times_and_next_year_has_one_effect(database: Database) -> None:
    """One row, one reading, one booking, one answer each, whatever the copies and whenever."""
    assert each_has_one_effect(database, TENTH) > 2 * TENTH


def test_without_the_unique_id_the_effects_double(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the unique constraint the same deliveries are read and answered more than once."""

    def store_each(session: Session, provider: str, sms: InboundSms, now: dt.datetime) -> int:
        row = make.kept(
            session,
            Inbound(
                provider=provider,
                sid=sms.sid,
                from_phone=sms.from_phone,
                to_phone=sms.to_phone,
                body=sms.body,
                raw=dict(sms.raw),
                received_at=now,
            ),
        )
        enqueue(session, "offers.read", inbound_id=row.id)
        return row.id

    with database.begin() as session:
        session.execute(text("DROP INDEX uq_inbound_provider_sid"))
    monkeypatch.setattr(webhooks, "store", store_each)
    with pytest.raises(AssertionError):
        each_has_one_effect(database, 8)
    read_twice(database, scene.MONDAY_MORNING)
    assert standing(database)["message help"] > 4
