# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many SMS a second leave, and how old the queue gets, with a carrier that takes 100 ms for each (loopback only).

    python -m bench.outbox --per-second 80 --seconds 60 --workers 1

Starts a PostgreSQL of its own, workers as processes with the real drain and the real Twilio client, and a small HTTP
server in the carrier's place. SMS are queued at an even pace; an SMS's age is what passes until it is marked as leaving.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import msgspec
from sqlalchemy import delete, func, select

from config.policy import load_policy
from dispatch.kit.clock import machine_now
from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from dispatch.offers import sending
from dispatch.offers.office import Office
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.twilio_sms import TwilioSms

ACCOUNT, NUMBER = "AC" + "0a" * 16, "+393399900000"
STEPS = 10  # a second


class Carrier(BaseHTTPRequestHandler):
    """Takes whatever comes, after its time."""

    protocol_version = "HTTP/1.1"
    takes = 0.1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.takes)
        answer = json.dumps({"sid": f"SM{uuid.uuid4().hex}", "status": "queued", "num_segments": "1"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def carry(address: Connection, takes: float) -> None:
    Carrier.takes = takes
    server = ThreadingHTTPServer(("127.0.0.1", 0), Carrier)
    server.request_queue_size = 128
    address.send(f"http://127.0.0.1:{server.server_address[1]}")
    server.serve_forever()


def work(database_url: str, carrier_url: str, posts: int) -> None:
    """Send until killed, as the jobs do that each queued SMS asks for."""
    database, policy = Database(database_url), load_policy()
    rules = msgspec.structs.replace(policy.sms, per_second=500, burst=500)
    office = Office(policy.offers, rules, Random(1), b"bench", "ponte.example", "https://ponte.example")
    carrier = TwilioSms(account_sid=ACCOUNT, auth_token="bench", sender=NUMBER, base_url=carrier_url)
    while True:
        if not sending.drain(database, office, carrier, posts=posts):
            time.sleep(0.02)


def queue(database: Database, count: int) -> None:
    moment = machine_now()
    with database.begin() as session:
        session.add_all(
            Message(
                reference=uuid.uuid4().hex,
                kind="help",
                to_phone=f"+39340{number:07d}",
                body="Ponte: prova",
                segments=1,
                created_at=moment,
                send_after=moment,
            )
            for number in range(count)
        )


def feed(database: Database, per_second: int, seconds: int) -> None:
    """So many each tenth of a second, by the clock: a slow insert does not make the load lighter."""
    began = time.monotonic()
    for step in range(seconds * STEPS):
        queue(database, per_second * (step + 1) // STEPS - per_second * step // STEPS)
        time.sleep(max(0.0, began + (step + 1) / STEPS - time.monotonic()))


def figures(database: Database, fed_for: float) -> dict[str, float]:
    waited = func.extract("epoch", Message.sending_at - Message.created_at)
    with database.begin() as session:
        ages = sorted(float(age) for age in session.scalars(select(waited)))
        taken = session.scalars(select(func.count()).where(Message.status == MessageStatus.SENT)).one()
        span = session.scalars(
            select(func.extract("epoch", func.max(Message.sent_at) - func.min(Message.created_at)))
        ).one()
    return {
        "sms": taken,
        "per_second": round(taken / float(span), 1),
        "fed_seconds": round(fed_for, 1),
        "age_median": round(ages[len(ages) // 2], 3),
        "age_p99": round(ages[int(len(ages) * 0.99)], 3),
        "age_max": round(ages[-1], 3),
    }


def measure(
    database_url: str, *, per_second: int, seconds: int, workers: int, posts: int, takes: float
) -> dict[str, float]:
    """Feed at this pace (0: everything at once) and wait until all have left."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    carrier = processes.Process(target=carry, args=(theirs, takes), daemon=True)
    carrier.start()
    url = ours.recv()
    crew = [processes.Process(target=work, args=(database_url, url, posts), daemon=True) for _ in range(workers)]
    for worker in crew:
        worker.start()
    database = Database(database_url)
    warm_up(database)
    began = time.monotonic()
    if per_second:
        feed(database, per_second, seconds)
    else:
        queue(database, seconds * 100)
    fed_for = time.monotonic() - began
    wait_until_sent(database)
    told = figures(database, fed_for)
    for process in (*crew, carrier):
        process.kill()
        process.join()
    database.close()
    return told


def warm_up(database: Database) -> None:
    """Until every worker has its imports and connections; these SMS are not counted."""
    queue(database, 50)
    wait_until_sent(database)
    time.sleep(1)
    with database.begin() as session:
        session.execute(delete(Message))


def wait_until_sent(database: Database) -> None:
    pause = threading.Event()
    while True:
        with database.begin() as session:
            if not session.scalars(select(func.count()).where(Message.status != MessageStatus.SENT)).one():
                return
        pause.wait(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--per-second", type=int, default=80, help="0: queue everything at once (100 x seconds)")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--posts", type=int, default=16, help="at once, in each worker")
    parser.add_argument("--takes", type=float, default=0.1, help="seconds the carrier takes for an SMS")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ponte-outbox-"))
    server = Server.start(folder / "server", durable=True)
    try:
        upgrade(server.url)
        print(json.dumps(measure(server.url, **vars(given))))
    finally:
        server.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
