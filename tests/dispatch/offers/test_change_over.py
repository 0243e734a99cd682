# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator changes over to another provider: queued SMS go there, and what the first one has stays with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from dispatch.kit import running
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.line import service
from dispatch.offers import jobs
from dispatch.records.line import Line
from dispatch.records.offers import Inbound, Message
from dispatch.records.statuses import LineState, MessageStatus
from tests import make
from tests.dispatch.line.test_gate import CARRIER
from tests.dispatch.offers import scene
from tests.dispatch.offers.line_trials import queue
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio
from tests.notifications.fake_twilio_state import Mishap

NOBODY = "http://127.0.0.1:9"  # where webhooks go and are lost
A_WHILE_AGO = machine_now() - dt.timedelta(minutes=20)


@pytest.fixture
def fake(database: Database) -> Iterator[FakeTwilio]:
    """An installation whose carrier is the fake one."""
    with FakeTwilio() as carrier:
        account = {
            "public_url": NOBODY,
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_from": OUR_NUMBER,
        }
        running.start(
            make.installation(database, **(CARRIER | account | {"twilio_base_url": carrier.url, "sms_posts": 1}))
        )
        yield carrier
        running._current.clear()


def change_over(database: Database, provider: str) -> None:
    with database.begin() as session:
        service.use(session, running.current().settings, provider)


def ways(database: Database) -> list[tuple[str | None, str]]:
    with database.begin() as session:
        rows = session.execute(select(Message.provider, Message.status).order_by(Message.id))
        return [(provider, status) for provider, status in rows]


def minutes_pass(database: Database) -> None:
    """What is under way left a while ago, by the machine's clock."""
    with database.begin() as session:
        for row in session.scalars(select(Message).where(Message.status != MessageStatus.QUEUED)):
            row.sending_at = row.poll_due = A_WHILE_AGO


def test_queued_sms_change_over_and_those_under_way_stay(database: Database, fake: FakeTwilio) -> None:
    """One is in doubt at the carrier, two are queued: the doubt is settled there, the others go by phone, once each."""
    queue(database, 1, at=A_WHILE_AGO)
    fake.settings.mishaps = [Mishap.ERROR_AFTER]
    jobs.send()
    queue(database, 2, at=A_WHILE_AGO, first=1)
    change_over(database, "phone")
    jobs.send()
    assert ways(database) == [("twilio", "in_doubt"), ("phone", "sent"), ("phone", "sent")]
    minutes_pass(database)
    jobs.reconcile()
    assert ways(database)[0] == ("twilio", "sent")
    fake.report(fake.sent()[0].sid, "delivered")
    minutes_pass(database)
    jobs.poll()
    assert ways(database)[0] == ("twilio", "delivered")
    assert len(fake.sent()) == 1


def test_replies_still_come_in_from_the_carrier_after_a_change_over(database: Database, fake: FakeTwilio) -> None:
    """Its list is read whichever provider speaks, so an answer to what it brought is not lost."""
    change_over(database, "phone")
    fake.inbound(NOBODY, "+393401234567", "SI 12")
    jobs.poll()
    jobs.poll()
    with database.begin() as session:
        assert session.scalars(select(Inbound.body)).all() == ["SI 12"]


def test_an_alarm_stops_the_carriers_line_and_the_other_one_speaks(database: Database, fake: FakeTwilio) -> None:
    """The token was changed: the queue is as it was, nothing more is tried; after the change over all of it leaves."""
    queue(database, 3, at=A_WHILE_AGO)
    fake.auth_token = "another"
    jobs.send()
    jobs.send()
    with database.begin() as session:
        line = session.get_one(Line, "twilio")
        assert (line.state, line.why) == (LineState.STOPPED, "20003: the account or its token is refused")
        untouched = select(Message.id).where(Message.send_after == A_WHILE_AGO, Message.status == MessageStatus.QUEUED)
        assert len(session.scalars(untouched).all()) == 2
        tried = session.scalars(select(Message).where(Message.refusals == 1)).one()
        tried.send_after = A_WHILE_AGO
    change_over(database, "phone")
    jobs.send()
    assert ways(database) == [("phone", "sent")] * 3
    change_over(database, "twilio")
    with database.begin() as session:
        assert session.get_one(Line, "twilio").state == LineState.STOPPED
        service.start(session, running.current().settings)
    fake.auth_token = AUTH_TOKEN
    queue(database, 1, at=A_WHILE_AGO, first=3)
    jobs.send()
    assert ways(database)[-1] == ("twilio", "sent")


def test_a_probe_refused_for_the_lines_sake_does_not_use_up_its_tries(database: Database, fake: FakeTwilio) -> None:
    """The account is refused for an hour of trials; then it is mended, and every SMS leaves."""
    queue(database, 2, at=A_WHILE_AGO)
    fake.auth_token = "another"
    office = scene.office()
    for _ in range(office.sms.most_attempts * 2):
        jobs.send()
        with database.begin() as session:
            session.get_one(Line, "twilio").try_at = A_WHILE_AGO
            for row in session.scalars(select(Message)):
                assert row.status == MessageStatus.QUEUED
                row.send_after = A_WHILE_AGO
    fake.auth_token = AUTH_TOKEN
    jobs.send()
    assert ways(database) == [("twilio", "sent")] * 2
