# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the webhooks did not bring is fetched: replies and receipts, through the real client from a stateful fake.

The fake's clock and ours are the trial's own; a webhook that is lost is one that is posted where nobody listens.
"""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from sqlalchemy import func, select

from dispatch.kit.session import Database
from dispatch.offers import polling, sending
from dispatch.offers.inbound import store
from dispatch.records.line import Line
from dispatch.records.offers import Inbound, Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import Found, InboundSms, InDoubt, WireStatus
from notifications.providers.recording import Recording
from tests.dispatch.offers import scene
from tests.dispatch.offers.line_trials import BEGAN, SHIPPED, Time, queue
from tests.dispatch.offers.sending_worker import twilio
from tests.notifications.fake_twilio import OUR_NUMBER, FakeTwilio

TENTH = 60
NOWHERE = "http://127.0.0.1:9/nobody"
EVERY = dt.timedelta(minutes=5)


def lost_webhooks(database: Database, count: int, *, polled: bool = True, minutes: int = 60) -> tuple[int, int]:
    """`count` replies within an hour, each fifth webhook lost, some doubled: how many are stored, and in how many rows."""
    time, chance = Time(database), Random(5)
    step = minutes * 60 / count
    with FakeTwilio(clock=time) as fake:
        carrier, polled_at = twilio(fake.url), time()
        for number in range(count):
            time.pass_(step)
            fake.inbound(NOWHERE, f"+39340{number:07d}", f"SI {number}")
            if chance.random() >= 0.2:
                for _ in range(chance.choice((1, 1, 2))):
                    _webhook(database, list(fake.messages.values())[-1].sid, number, time())
            if polled and time() - polled_at >= EVERY:
                polled_at = time()
                polling.poll_replies(database, carrier, machine=time)
        time.pass_(EVERY.total_seconds())
        if polled:
            polling.poll_replies(database, carrier, machine=time)
    with database.begin() as session:
        return (
            session.scalars(select(func.count(func.distinct(Inbound.sid)))).one(),
            session.scalars(select(func.count()).select_from(Inbound)).one(),
        )


def _webhook(database: Database, sid: str, number: int, now: dt.datetime) -> None:
    sms = InboundSms(sid=sid, from_phone=f"+39340{number:07d}", to_phone=OUR_NUMBER, body=f"SI {number}")
    with database.begin() as session:
        store(session, "twilio", sms, now)


def test_every_reply_whose_webhook_was_lost_is_fetched_once(database: Database) -> None:
    """C3: a fifth lost for an hour, the list read each five minutes: all stored, none twice."""
    assert lost_webhooks(database, TENTH) == (TENTH, TENTH)
    with database.begin() as session:
        assert session.get_one(Line, "twilio").polled_until == BEGAN + dt.timedelta(minutes=65)
        kept = session.scalars(select(Inbound).where(Inbound.raw["polled"].astext == "yes").limit(1)).one()
        assert kept.body == f"SI {int(kept.from_phone[6:])}"


def test_without_the_list_a_fifth_is_lost(database: Database) -> None:
    """Control: the same hour, and nobody asks."""
    stored, _rows = lost_webhooks(database, TENTH, polled=False)
    assert TENTH * 0.6 < stored < TENTH * 0.95


class Unreadable(Recording):
    """A carrier whose lists cannot be read."""

    def __init__(self) -> None:
        super().__init__(is_carrier=True)

    def inbound_since(self, since: dt.datetime) -> list[InboundSms]:
        raise InDoubt("no list")

    def status_of(self, sid: str) -> Found | None:
        self.asked.append(sid)
        raise InDoubt("no answer")


def test_a_list_that_cannot_be_read_is_read_from_the_same_place_next_time(database: Database) -> None:
    """Two polls fail; the third reads from before the first, and a day back at the very beginning."""
    time = Time(database)
    line = Recording(is_carrier=True)
    line.inbound = [(BEGAN - dt.timedelta(hours=20), InboundSms("IN1", "+393401", OUR_NUMBER, "SI"))]
    with database.begin() as session:
        session.add(Line(provider=line.name))
    assert polling.poll_replies(database, Unreadable(), machine=time) == 0
    assert polling.poll_replies(database, line, machine=time) == 1
    line.inbound += [(BEGAN + EVERY, InboundSms("IN2", "+393401", OUR_NUMBER, "NO"))]
    time.pass_(7200)
    assert polling.poll_replies(database, Unreadable(), machine=time) == 0
    time.pass_(7200)
    assert polling.poll_replies(database, line, machine=time) == 1
    assert polling.poll_replies(database, line, machine=time) == 0


def sent_without_a_receipt(database: Database, count: int) -> tuple[Recording, Time]:
    time = Time(database)
    line = Recording(clock=time, is_carrier=True)
    queue(database, count)
    sending.drain(database, scene.office(), line, machine=time, pause=time.pass_)
    return line, time


def statuses(database: Database) -> list[str]:
    with database.begin() as session:
        return list(session.scalars(select(Message.status).order_by(Message.id)))


def test_a_receipt_that_never_came_is_asked_for(database: Database) -> None:
    """After ten minutes: delivered, failed with its code, or still under way and asked about again later."""
    line, time = sent_without_a_receipt(database, 3)
    sids = [sid for sid, _at, _sms in line.taken]
    line.statuses = {
        sids[0]: Found(sids[0], WireStatus.DELIVERED),
        sids[1]: Found(sids[1], WireStatus.FAILED, 30005),
        sids[2]: Found(sids[2], WireStatus.SENT),
    }
    assert polling.poll_receipts(database, SHIPPED, line, machine=time) == 0  # not yet due
    time.pass_(601)
    assert polling.poll_receipts(database, SHIPPED, line, machine=time) == 2
    assert statuses(database) == [MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.SENT]
    assert polling.poll_receipts(database, SHIPPED, line, machine=time) == 0
    assert line.asked == sids
    time.pass_(1201)
    line.statuses[sids[2]] = Found(sids[2], WireStatus.DELIVERED)
    assert polling.poll_receipts(database, SHIPPED, line, machine=time) == 1


def test_one_that_never_gets_a_receipt_is_asked_about_ever_more_rarely_and_then_no_more(database: Database) -> None:
    """Eight times in two days: 10, 20, 40 minutes … apart."""
    line, time = sent_without_a_receipt(database, 1)
    for _ in range(7 * 24 * 2):
        time.pass_(1800)
        polling.poll_receipts(database, SHIPPED, line, machine=time)
    assert len(line.asked) == polling.MOST_POLLS
    assert statuses(database) == [MessageStatus.SENT]


def test_a_carrier_that_does_not_answer_is_asked_about_one_only(database: Database) -> None:
    """The others are as due as before."""
    _line, time = sent_without_a_receipt(database, 5)
    time.pass_(601)
    silent = Unreadable()
    assert polling.poll_receipts(database, SHIPPED, silent, machine=time) == 0
    assert len(silent.asked) == 1
    healthy = Recording(is_carrier=True)
    polling.poll_receipts(database, SHIPPED, healthy, machine=time)
    assert len(healthy.asked) == 5


@pytest.mark.parametrize("status", ["delivered", "undelivered"])
def test_the_real_client_reads_a_status(status: str) -> None:
    """Through Twilio's own client: a status, an unknown id, and an account that is refused."""
    with FakeTwilio() as fake:
        message = fake.take("+393401234567", "Ponte: prova")
        fake.report(message.sid, status, None)
        found = twilio(fake.url).status_of(message.sid)
        assert found is not None
        assert found.status is (WireStatus.DELIVERED if status == "delivered" else WireStatus.FAILED)
        assert twilio(fake.url).status_of("SM" + "f" * 32) is None
        fake.auth_token = "another"
        with pytest.raises(InDoubt):
            twilio(fake.url).status_of(message.sid)
        with pytest.raises(InDoubt):
            twilio(fake.url).inbound_since(BEGAN)
