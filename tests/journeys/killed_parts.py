# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of `ponte run` are killed one after the other while urgent requests come in (E1), at any size."""

from __future__ import annotations

import datetime as dt
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import httpx
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from dispatch.doctor.invariants import broken
from dispatch.family import PARTS, Family
from dispatch.kit.clock import set_virtual
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from dispatch.records.intake import Request, Slot
from dispatch.records.offers import Message, Offer
from tests import make
from tests.journeys.test_run import free_port, ready, until

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Italy
LOOK_EVERY = 0.2
COMPILED = Path(tempfile.gettempdir()) / f"ponte-compiled-{os.getuid()}"
UNDONE = text("SELECT count(*)::int FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
ORDER = ("worker", "serve", "clock")  # whose turn it is to be killed; then the database's, where it is this test's own


@dataclass
class Seen:
    """Seconds from each kill until what was asked for after it had its first question; what was taken; what is wrong."""

    went_on: list[float] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def parts_of_ponte(
    database: Database, people: int, parts: tuple[str, ...] = PARTS, *, looked_after: bool = True
) -> Iterator[tuple[Family, Desk]]:
    """These parts on a province of so many mediators, at ten on a Monday; restarted when ``looked_after``."""
    with database.begin() as session:
        set_virtual(session, MONDAY)
        make.desk(session, "ic-trescore")
        for _ in range(people):
            make.mediator(session)
    port, over = free_port(), threading.Event()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PONTE_", "PYTHONDONTWRITE"))}
    environment = kept | {"DATABASE_URL": database.url, "PONTE_PORT": str(port), "PONTE_SECRET": "prova"}
    environment["PYTHONPYCACHEPREFIX"] = str(COMPILED)  # as installed: what is started again is not compiled again
    served = "serve" in parts  # or else this process answers the desk itself
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) if served else make.client(database)
    with Path(os.devnull).open("wb") as nowhere, client, Family(environment, parts, output=nowhere) as family:
        looking = threading.Thread(target=_look, args=(family, over))
        if looked_after:
            looking.start()
        try:
            until(lambda: ready(port) or not served)
            yield family, Desk(client, make.key_of(database, "ic-trescore"))
        finally:
            over.set()
            if looked_after:
                looking.join()


def _look(family: Family, over: threading.Event) -> None:
    while not over.wait(LOOK_EVERY):
        family.look()


class Desk:
    """A program that asks for urgent visits and tries again until it has its answer."""

    def __init__(self, client: httpx.Client | TestClient, key: dict[str, str]) -> None:
        self.client, self.key, self.asked = client, key, 0

    def ask(self) -> str:
        self.asked += 1
        minutes = 30 + 15 * (self.asked % 6)
        start = f"{10 + minutes // 60}:{minutes % 60:02d}"  # from 10:30 to 11:45, over and over
        body = make.body("ic-trescore", priority="urgent", when=[{"day": "2026-11-23", "from": start}], duration=30)
        headers = self.key | {"Idempotency-Key": f"killed-{self.asked}"}
        while True:
            try:
                answer = self.client.post("/api/v1/requests", json=body, headers=headers)
            except httpx.TransportError:
                time.sleep(LOOK_EVERY)
                continue
            if answer.status_code == 201:
                return str(answer.json()["code"])
            assert answer.status_code == 503, answer.text
            time.sleep(LOOK_EVERY)


def asked_about(database: Database, code: str) -> bool:
    """Whether one question about this request has been handed to the provider; a database that is away says no."""
    request = select(Request.id).where(Request.code == code).scalar_subquery()
    handed = (
        select(func.count())
        .select_from(Message)
        .join(Offer, Offer.id == Message.offer_id)
        .join(Slot, Slot.id == Offer.slot_id)
        .where(Message.sent_at.is_not(None), Slot.appointment.has(request_id=request))
    )
    try:
        with database.begin() as session:
            return session.scalars(handed).one() > 0
    except DBAPIError:
        return False


def kill_parts(
    database: Database, kills: int, people: int, parts: tuple[str, ...] = PARTS, server: Server | None = None
) -> Seen:
    """One request just before each kill, one just after; at the end all that was taken is there once and asked about.

    Without a clock nobody gives the job of a dead worker back: there a part is killed when no job is left undone.
    """
    seen, chance = Seen(), Random(1)
    turns = [*(name for name in ORDER if name in parts), *(["database"] if server else [])]
    with parts_of_ponte(database, people, parts) as (family, desk):
        first = desk.ask()
        until(lambda: asked_about(database, first))
        for number in range(kills):
            seen.taken.append(desk.ask())
            if "clock" in parts:
                time.sleep(chance.uniform(0, 1))
            else:
                until(lambda: undone(database) == 0)
            seen.killed[name := turns[number % len(turns)]] += 1
            if server and name == "database":
                kill_database(server)
            else:
                kill(family, name)
            began = time.monotonic()
            seen.taken.append(code := desk.ask())
            until(partial(asked_about, database, code))
            seen.went_on.append(time.monotonic() - began)
        for code in seen.taken:
            until(partial(asked_about, database, code))
        until(lambda: all(part.process.poll() is None for part in family.parts))
    seen.wrong = what_is_wrong(database, seen.taken)
    return seen


def undone(database: Database) -> int:
    with database.begin() as session:
        return int(session.execute(UNDONE).scalar_one())


def kill(family: Family, name: str) -> None:
    part = next(part for part in family.parts if part.name == name)
    until(lambda: part.process.poll() is None)
    os.kill(part.process.pid, signal.SIGKILL)


def kill_database(server: Server) -> None:
    """The postmaster dies without a word; whoever owns the server starts another on the same files."""
    until(lambda: server.pid is not None)
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def what_is_wrong(database: Database, taken: list[str]) -> list[str]:
    """A request that was taken and is not there once, or a broken promise between rows."""
    with database.begin() as session:
        there = Counter(session.scalars(select(Request.code)))
        lost = [f"request {code}: {there[code]} times" for code in taken if there[code] != 1]
        more = [] if there.total() == len(taken) + 1 else [f"{there.total()} requests, {len(taken) + 1} taken"]
        return [*lost, *more, *map(str, broken(session))]
