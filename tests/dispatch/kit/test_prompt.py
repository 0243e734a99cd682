# SPDX-License-Identifier: AGPL-3.0-or-later
"""The carrier's doors answer in time while the database is slow or away, and what was stored late is stored once."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool
from starlette.types import Message, Receive, Scope, Send

from dispatch.errors import Unavailable
from dispatch.kit import session as kit_session
from dispatch.kit.prompt import Prompt
from dispatch.kit.session import Database
from tests import make
from tests.dispatch.offers.test_webhooks import CARRIER, SID, a_sent_message, post, receipt, reply, rows

PATH = "/webhooks/twilio/inbound"
HURRIED = CARRIER | {"webhook_seconds": 0.5}
LONG = 60  # seconds; only a broken test waits so long


@contextmanager
def held(database: Database, table: str) -> Iterator[None]:
    """Somebody holds the whole table, for as long as the block lasts."""
    with database.begin() as session:
        session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


@pytest.fixture
def patient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that lets a statement wait for a lock for ever: whoever answers all the same does so by itself."""
    monkeypatch.setattr(kit_session, "LOCK_TIMEOUT_MS", 0)
    monkeypatch.setattr(kit_session, "STATEMENT_TIMEOUT_MS", 0)
    opened = Database(database_url)
    yield opened
    pool = opened.engine.pool
    assert isinstance(pool, QueuePool)
    wait_until(lambda: pool.checkedout() == 0)  # the work behind an answer ends before its database does
    opened.close()


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(LONG * 100):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("not within a minute")


def test_the_door_answers_while_the_table_is_held(patient: Database) -> None:
    """The lock is let go only after the answer, 503; the reply is stored then, and told again it stays one row."""
    with make.client(patient, **HURRIED) as visitor:
        with held(patient, "inbound"):
            assert post(visitor, PATH, reply()) == 503
        wait_until(lambda: rows(patient) == 1)
    assert post(make.client(patient, **CARRIER), PATH, reply()) == 200
    assert rows(patient) == 1


def test_a_receipt_is_answered_while_its_message_is_held(patient: Database) -> None:
    """The other door has the same patience."""
    reference = a_sent_message(patient)
    with make.client(patient, **HURRIED) as visitor, held(patient, "message"):
        assert post(visitor, f"/webhooks/twilio/status/{reference}", receipt(SID, "sent")) == 503


def test_a_patient_door_keeps_the_carrier_waiting(patient: Database) -> None:
    """Control: with more patience no answer comes before the lock is let go."""
    with make.client(patient, **CARRIER) as visitor, ThreadPoolExecutor(1) as thread:
        with held(patient, "inbound"):
            waiting: Future[int] = thread.submit(post, visitor, PATH, reply())
            with pytest.raises(TimeoutError):
                waiting.result(timeout=2)  # four times as long as the patience it had
        assert waiting.result(timeout=LONG) == 200


def test_the_door_answers_while_the_database_is_silent_or_gone() -> None:
    """A server that takes connections and says nothing, and one that is not there: 503, so that the carrier tells it again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (silent.getsockname()[1], 9):
            nowhere = Database(f"postgresql://nobody@127.0.0.1:{port}/none")
            with make.client(nowhere, **HURRIED) as visitor:
                assert post(visitor, PATH, reply()) == 503
            nowhere.close()


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    """A door that hangs."""
    await asyncio.Event().wait()


async def unheard() -> Message:
    """Nothing more comes from the visitor."""
    await asyncio.Event().wait()
    return {}


async def nothing(_: Message) -> None:
    raise AssertionError("a late answer must not be sent twice")


def test_behind_a_database_that_is_away_nothing_piles_up() -> None:
    """At most so many wait at once; the next is refused without being begun."""

    async def knock() -> int:
        prompt = Prompt(never, ("/webhooks/",), seconds=0.01, most=3)
        for _ in range(5):
            with pytest.raises(Unavailable):
                await prompt({"type": "http", "path": "/webhooks/x"}, unheard, nothing)
        return len(prompt._working)

    assert asyncio.run(knock()) == 3


def test_other_pages_have_all_the_time_they_need() -> None:
    """Only the carrier's doors are hurried."""

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200})

    async def visit() -> list[Message]:
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await Prompt(slow, ("/webhooks/",), seconds=0.01)({"type": "http", "path": "/"}, unheard, keep)
        return sent

    assert [message["status"] for message in asyncio.run(visit())] == [200]
