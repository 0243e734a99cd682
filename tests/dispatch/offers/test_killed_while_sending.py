# SPDX-License-Identifier: AGPL-3.0-or-later
"""B1 at a tenth: workers are killed with SIGKILL in the middle of sending, and no SMS is lost and none goes out twice.

The real Twilio client posts to a stateful fake on this machine; the workers are processes of their own.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess

from sqlalchemy import func, select

from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from tests.dispatch.offers.sending_worker import work
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.fake_twilio_state import Mishap

SMS = 200
KILLS = 14
WORKERS = 2
FINAL = (MessageStatus.SENT, MessageStatus.DELIVERED)
# 429 was never taken; a 500, a hang and a lost connection may have been.
MISHAPS = (Mishap.TOO_MANY, Mishap.ERROR_AFTER, Mishap.ERROR_BEFORE, Mishap.RESET_AFTER, Mishap.HANG_AFTER)
PROCESSES = multiprocessing.get_context("forkserver")


class Crew:
    """Workers that are replaced when they die; forked from a process that has everything imported."""

    def __init__(self, database_url: str, carrier_url: str, *, marked: bool) -> None:
        PROCESSES.set_forkserver_preload(["tests.dispatch.offers.sending_worker"])
        self.arguments = (database_url, carrier_url, marked)
        self.workers = [self.hire() for _ in range(WORKERS)]

    def hire(self) -> BaseProcess:
        worker = PROCESSES.Process(target=work, args=self.arguments, daemon=True)
        worker.start()
        return worker

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(WORKERS)
        self.end(self.workers[place])
        self.workers[place] = self.hire()

    @staticmethod
    def end(worker: BaseProcess) -> None:
        worker.kill()
        worker.join()
        worker.close()

    def dismiss(self) -> None:
        for worker in self.workers:
            self.end(worker)


def queue_messages(database: Database, count: int = SMS) -> None:
    moment = machine_now()
    with database.begin() as session:
        session.add_all(
            Message(
                reference=f"{number:032x}",
                kind="help",
                to_phone=f"+39340{number % 20:07d}",
                body=f"Ponte: messaggio {number}",
                segments=1,
                created_at=moment,
                send_after=moment,
            )
            for number in range(count)
        )


def kill_while_sending(crew: Crew, fake: FakeTwilio, chance: random.Random, kills: int = KILLS) -> None:
    """Each kill comes right after the carrier has taken some more: often between the post and its answer."""
    for kill in range(kills):
        with fake.lock:
            fake.settings.mishaps += [chance.choice(MISHAPS)]
        taken = len(fake.messages) + chance.randint(1, SMS // (KILLS + 4))
        wait_until(partial(grown_to, fake, taken), 60, f"{taken} SMS taken before kill {kill + 1}")
        crew.kill_one(chance)


def grown_to(fake: FakeTwilio, count: int) -> bool:
    return len(fake.messages) >= count


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    pause, until = threading.Event(), time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        pause.wait(0.002)


def unfinished(database: Database) -> int:
    with database.begin() as session:
        return session.scalars(select(func.count()).where(Message.status.not_in(FINAL))).one()


def test_a_killed_worker_loses_and_doubles_nothing(database: Database) -> None:
    """200 SMS, 14 kills, 429s, 500s after accepting, hangs: every message final, each taken exactly once."""
    queue_messages(database)
    with FakeTwilio(list_lag=0.5, hang_seconds=1.2) as fake:
        crew = Crew(database.url, fake.url, marked=True)
        try:
            kill_while_sending(crew, fake, random.Random(1))
            wait_until(lambda: unfinished(database) == 0, 90, "every message final")
        finally:
            crew.dismiss()
        taken = Counter(message.body for message in fake.sent())
    assert len(taken) == SMS
    assert set(taken.values()) == {1}


def test_without_the_mark_the_same_kills_send_twice(database: Database) -> None:
    """Control: a worker that does not commit `sending` before the post repeats what it was killed at."""
    queue_messages(database)
    with FakeTwilio(hang_seconds=1.2) as fake:
        crew = Crew(database.url, fake.url, marked=False)
        try:
            kill_while_sending(crew, fake, random.Random(1), kills=8)
        finally:
            crew.dismiss()
        taken = Counter(message.body for message in fake.sent())
    assert max(taken.values()) > 1
