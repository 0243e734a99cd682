# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending workers that are killed and frozen while they send (B1), at any size.

The real drain and reconciling in processes of their own, the real Twilio client, a stateful fake on this machine.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess

from sqlalchemy import func, select

from config.policy import SmsPolicy
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from tests.dispatch.offers.line_trials import queue
from tests.dispatch.offers.sending_worker import work
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.fake_twilio_state import Mishap

FINAL = (MessageStatus.SENT, MessageStatus.DELIVERED)
PROCESSES = multiprocessing.get_context("forkserver")
# Of a hundred posts: 429 was never taken; a 500, a hang and a lost connection may have been.
MISHAPS = {
    Mishap.TOO_MANY: 3,
    Mishap.ERROR_AFTER: 5,
    Mishap.ERROR_BEFORE: 1,
    Mishap.RESET_AFTER: 1,
    Mishap.HANG_AFTER: 1,
}


@dataclass(frozen=True)
class Size:
    """``rules`` must leave the list time to catch up: settle > stale + longest freeze + post + lag."""

    sms: int
    kills: int
    lags: tuple[float, ...]
    rules: SmsPolicy
    posts: int = 1
    workers: int = 2
    frozen_seconds: float = 1.0


@dataclass(frozen=True)
class Seen:
    lost: int
    twice: int
    frozen: int


class Crew:
    """Workers that are replaced when they die; forked from a process that has everything imported."""

    def __init__(self, database_url: str, carrier_url: str, size: Size, *, marked: bool) -> None:
        PROCESSES.set_forkserver_preload(["tests.dispatch.offers.sending_worker"])
        self.size, self.frozen = size, 0
        self.arguments = (database_url, carrier_url, size.rules, size.posts, marked)
        self.workers = [self.hire() for _ in range(size.workers)]

    def hire(self) -> BaseProcess:
        worker = PROCESSES.Process(target=work, args=self.arguments, daemon=True)
        worker.start()
        return worker

    def strike_one(self, chance: random.Random) -> None:
        """Kill one for good; or freeze one for longer than its mark holds, wake it, and let it find itself fenced."""
        place = chance.randrange(len(self.workers))
        if chance.random() < 0.3:
            self.frozen += 1
            self.freeze(self.workers[place], chance.uniform(0.2, 1.0) * self.size.frozen_seconds)
        else:
            self.end(self.workers[place])
            self.workers[place] = self.hire()

    def freeze(self, worker: BaseProcess, seconds: float) -> None:
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        threading.Event().wait(seconds)
        os.kill(worker.pid, signal.SIGCONT)

    @staticmethod
    def end(worker: BaseProcess) -> None:
        worker.kill()
        worker.join()
        worker.close()

    def dismiss(self) -> None:
        for worker in self.workers:
            self.end(worker)


def send_under_fire(database: Database, size: Size, *, marked: bool = True, seconds: float = 90) -> Seen:
    """Everything is sent while workers die and freeze; then what the carrier took is counted."""
    queue(database, size.sms, at=machine_now(), phones=max(20, size.sms // 10))
    chance = random.Random(1)
    with FakeTwilio(list_lag=size.lags[0], hang_seconds=1.2) as fake:
        crew = Crew(database.url, fake.url, size, marked=marked)
        try:
            _strike_while_sending(crew, fake, chance, size)
            if marked:
                wait_until(lambda: unfinished(database) == 0, seconds, "every message final")
        finally:
            crew.dismiss()
        taken = Counter(message.body for message in fake.sent())
    return Seen(size.sms - len(taken), sum(times - 1 for times in taken.values()), crew.frozen)


def _strike_while_sending(crew: Crew, fake: FakeTwilio, chance: random.Random, size: Size) -> None:
    """Each strike comes right after the carrier has taken some more: often between a post and its answer."""
    for strike in range(size.kills):
        more = chance.randint(1, max(2, 2 * size.sms // (size.kills + 4) - 1))
        with fake.lock:
            fake.settings.list_lag = chance.choice(size.lags)
            for mishap, of_hundred in MISHAPS.items():
                fake.settings.mishaps += [mishap] * sum(chance.random() < of_hundred / 100 for _ in range(more))
        taken = min(len(fake.messages) + more, size.sms)
        wait_until(partial(grown_to, fake, taken), 60, f"{taken} SMS taken before strike {strike + 1}")
        crew.strike_one(chance)


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
