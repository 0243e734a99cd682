# SPDX-License-Identifier: AGPL-3.0-or-later
"""Desks' programs that post through a faulty network while the database is killed, and what they find afterwards (A4)."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from sqlalchemy import text

from dispatch.kit.clock import set_virtual
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from tests import make
from tests.faulty_proxy import Fault, FaultyProxy

PATH = "/api/v1/requests"
DESK = "ic-trescore"
POSTERS = 8
PATIENCE = 1.5  # seconds until a program gives an answer up
PERSISTENCE = 120.0  # seconds that it asks again
HOW_OFTEN = text("SELECT body->>'case' AS asked, count(*) AS times, min(code) AS code FROM request GROUP BY 1")


@contextmanager
def door(database: Database) -> Iterator[int]:
    """The real web door on a port of this machine."""
    app = make.client(database).app
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@dataclass
class Posted:
    """What the programs were told (case → code), what stands in the table, and what happened on the way."""

    acked: dict[str, str] = field(default_factory=dict)
    stored: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: Counter[Fault] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def lost(self) -> list[str]:
        """Acknowledged, and not there, or under another code."""
        return [case for case, code in self.acked.items() if self.stored.get(case, (0, ""))[1] != code]

    @property
    def doubled(self) -> list[str]:
        return [case for case, (times, _) in self.stored.items() if times > 1]


def post_through_faults(database: Database, posts: int, server: Server | None = None, kills: int = 0) -> Posted:
    """Each program asks until it has a 201, always with the same key; the database is killed now and then."""
    with database.begin() as session:
        make.desk(session, DESK)
        make.mediator(session)
        set_virtual(session, make.NOW)
    key, seen, cases = make.key_of(database, DESK), Posted(), [f"c-{number}" for number in range(posts)]
    at = {posts * (number + 1) // (kills + 1) for number in range(kills)}
    with door(database) as port, FaultyProxy(port) as proxy:

        def post(number: int) -> None:
            if number in at and server is not None and server.pid is not None:
                os.kill(server.pid, signal.SIGKILL)
            ask_until_taken(f"http://127.0.0.1:{proxy.port}{PATH}", key, cases[number], seen)

        with ThreadPoolExecutor(POSTERS) as programs:
            list(programs.map(post, range(posts)))
        seen.faults = Counter(proxy.drawn)
    with database.begin() as session:
        seen.stored = {asked: (times, code) for asked, times, code in session.execute(HOW_OFTEN)}
    return seen


def ask_until_taken(url: str, key: dict[str, str], case: str, seen: Posted) -> None:
    headers = key | {"Idempotency-Key": f"key-{case}", "Connection": "close"}
    until = time.monotonic() + PERSISTENCE
    with httpx.Client(timeout=PATIENCE) as program:
        while time.monotonic() < until:
            try:
                answer = program.post(url, json=make.body(DESK, case=case), headers=headers)
            except httpx.TransportError:
                continue
            seen.answers[answer.status_code] += 1
            if answer.status_code == 201:
                seen.acked[case] = answer.json()["code"]
                return
            assert answer.status_code == 503, answer.text
            time.sleep(0.2)


def the_same_key(database: Database, keys: int, at_once: int = 32) -> Counter[tuple[int, int]]:
    """``at_once`` posts of each key at the same moment: how many keys had so many codes and so many requests."""
    with database.begin() as session:
        make.desk(session, DESK)
        make.mediator(session)
        set_virtual(session, make.NOW)
    key, client, outcomes = make.key_of(database, DESK), make.client(database), Counter[tuple[int, int]]()
    with ThreadPoolExecutor(at_once) as programs:
        for number in range(keys):
            headers, body = key | {"Idempotency-Key": f"k-{number}"}, make.body(DESK, case=f"c-{number}")
            posts = [programs.submit(client.post, PATH, json=body, headers=headers) for _ in range(at_once)]
            answers = [post.result() for post in posts]
            # Who waits too long for the first to end is told to come again.
            codes = {answer.json()["code"] for answer in answers if answer.status_code == 201}
            assert {answer.status_code for answer in answers} <= {201, 503}
            with database.begin() as session:
                stored = {asked: times for asked, times, _ in session.execute(HOW_OFTEN)}
            outcomes[len(codes), stored.get(f"c-{number}", 0)] += 1
    return outcomes
