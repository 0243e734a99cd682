# SPDX-License-Identifier: AGPL-3.0-or-later
"""B3 and B6 at full size: fifty posts of 9.9 seconds while desks ask; every code of the table through the real client."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.session import Database
from dispatch.offers import polling, sending
from dispatch.records.offers import Message
from notifications.message import Sms
from notifications.providers.port import Accepted
from notifications.providers.recording import Recording
from tests import make
from tests.chaos.figures import Write
from tests.dispatch.offers import scene
from tests.dispatch.offers.line_trials import BEGAN, SHIPPED, queue
from tests.dispatch.offers.sending_worker import twilio
from tests.dispatch.offers.test_codes_and_receipts import ALL_CODES, CODES, REFUSED, REPORTED, one_sms, told
from tests.notifications.fake_twilio import FakeTwilio

POSTS, SLOW = 50, 9.9
ASKED = 150  # requests before and after, and at most as many during
LOOKS = 3


class Slow(Recording):
    """A carrier that takes its time; it notes how many posts were under way and how many connections were out."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database, self.under_way, self.most = database, 0, 0
        self.lock, self.all_there = threading.Lock(), threading.Event()

    def send(self, sms: Sms) -> Accepted:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            if self.under_way == POSTS:
                self.all_there.set()
        time.sleep(SLOW)
        with self.lock:
            self.under_way -= 1
            return super().send(sms)


def ask(client: TestClient, key: dict[str, str], until: threading.Event | None = None) -> list[float]:
    """Requests one after the other: how long each took, sorted."""
    took = []
    for _ in range(ASKED):
        began = time.monotonic()
        assert client.post("/api/v1/requests", json=make.body("a"), headers=key).status_code == 201
        took.append(time.monotonic() - began)
        if until is not None and until.is_set():
            break
    return sorted(took)


def p99(sorted_: list[float]) -> float:
    return sorted_[min(len(sorted_) - 1, int(len(sorted_) * 0.99))]


@dataclass(frozen=True)
class Stretch:
    """One look: connections out while all posts hang, and intake's p99 meanwhile and around it, in seconds."""

    held: int
    asked: int
    during: float
    around: float


def look(database: Database, client: TestClient, key: dict[str, str], first: int) -> Stretch:
    before = ask(client, key)
    queue(database, POSTS, first=first)
    slow, ended = Slow(database), threading.Event()

    def drain() -> None:
        sending.drain(database, scene.office(), slow, posts=POSTS)
        ended.set()

    sender = threading.Thread(target=drain)
    sender.start()
    assert slow.all_there.wait(60)
    time.sleep(0.2)  # the sender's own loop has put its last connection back
    held = database.engine.pool.checkedout()  # type: ignore[attr-defined]  # a QueuePool has it
    during = ask(client, key, until=ended)
    sender.join()
    assert slow.most == POSTS
    return Stretch(held, len(during), p99(during), max(p99(before), p99(ask(client, key))))


@pytest.mark.chaos
def test_b3_fifty_slow_posts_hold_no_connection_and_no_desk_waits(database: Database, chaos_figures: Write) -> None:
    """All fifty hang together; the sender's pool is whole, and intake is as quick as around it.

    Others on the machine only ever add to a p99, so of three looks the one with the least difference counts.
    """
    began = time.monotonic()
    with database.begin() as session:
        make.desk(session, "a")
        scene.set_time(session, BEGAN)
    desks = Database(database.url)
    client, key = make.client(desks), make.key_of(desks, "a")
    ask(client, key)
    looks: list[Stretch] = []
    while len(looks) < LOOKS and not any(seen.during <= 1.2 * seen.around for seen in looks):
        looks.append(look(database, client, key, first=POSTS * len(looks)))
    desks.close()
    best = min(looks, key=lambda seen: seen.during / seen.around)
    chaos_figures(
        row="B3",
        size=f"{POSTS} posts of {SLOW} s at once, {best.asked} requests meanwhile",
        result=f"connections held {max(seen.held for seen in looks)}, intake p99 {best.during * 1000:.0f} ms, "
        f"around it {best.around * 1000:.0f} ms (look {len(looks)} of {LOOKS})",
        seconds=time.monotonic() - began,
    )
    assert {seen.held for seen in looks} == {0}
    assert best.during <= 1.2 * best.around


@pytest.mark.chaos
def test_b6_every_code_through_the_real_client(database: Database, chaos_figures: Write) -> None:
    """Refused at once, or taken and reported as failed: one outcome each, as the table of classes says."""
    began, wrong, later = time.monotonic(), Counter[int](), BEGAN + dt.timedelta(days=1)
    office = scene.office(base_url="http://127.0.0.1:9")  # No webhook arrives: the receipts are asked for.
    with FakeTwilio() as fake:
        line = twilio(fake.url)
        for code in ALL_CODES:
            klass = CODES.classify(code)
            refused = one_sms(database)
            fake.settings.refused = {_phone(database, refused): code}
            sending.drain(database, office, line)
            wrong[code] += told(database, refused, line.name) != REFUSED[klass]
            reported = one_sms(database)
            sending.drain(database, office, line)
            fake.report(fake.sent(to=_phone(database, reported))[-1].sid, "undelivered", code)
            polling.poll_receipts(database, SHIPPED, line, machine=lambda: later)
            wrong[code] += told(database, reported, line.name) != REPORTED[klass]
    chaos_figures(
        row="B6",
        size=f"{len(ALL_CODES)} codes (one nobody knows), refused and reported",
        result=f"other outcomes {wrong.total()}",
        seconds=time.monotonic() - began,
    )
    assert wrong.total() == 0, wrong


def _phone(database: Database, message_id: int) -> str:
    with database.begin() as session:
        return session.get_one(Message, message_id).to_phone
