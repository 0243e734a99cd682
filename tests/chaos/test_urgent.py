# SPDX-License-Identifier: AGPL-3.0-or-later
"""An urgent request on the real processes: from the POST to the first question handed to the provider, at most 5 s."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import func, select

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.intake import Request, Slot
from dispatch.records.offers import Message, Offer
from tests import make
from tests.journeys.test_run import free_port, ready, until

ROUNDS, WARM_UP, WITHIN = 20, 2, 5.0
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Italy
PEOPLE = 40


@pytest.fixture
def port(database: Database) -> Iterator[int]:
    """`ponte run` on a province of forty who speak Arabic, at ten on a Monday."""
    with database.begin() as session:
        set_virtual(session, MONDAY)
        make.desk(session, "ic-trescore")
        for _ in range(PEOPLE):
            make.mediator(session)
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PONTE_")}
    environment = kept | {"DATABASE_URL": database.url, "PONTE_PORT": str(port), "PONTE_SECRET": "prova"}
    process = subprocess.Popen(
        [sys.executable, "-m", "dispatch", "run"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: ready(port))
    yield port
    process.terminate()
    process.wait(timeout=60)


def first_offer(database: Database, code: str) -> bool:
    """Whether one question about this request has been handed over."""
    handed = (
        select(func.count())
        .select_from(Message)
        .join(Offer, Offer.id == Message.offer_id)
        .join(Slot, Slot.id == Offer.slot_id)
        .where(
            Message.sent_at.is_not(None),
            Slot.appointment.has(request_id=select(Request.id).where(Request.code == code).scalar_subquery()),
        )
    )
    with database.begin() as session:
        return session.scalars(handed).one() > 0


def ask(database: Database, port: int, key: dict[str, str], number: int) -> float:
    """Seconds from the POST of one urgent request to its first question at the provider."""
    minutes = 30 + 15 * (number % 6)
    start = f"{10 + minutes // 60}:{minutes % 60:02d}"  # from 10:30 to 11:45, over and over
    body = make.body("ic-trescore", priority="urgent", when=[{"day": "2026-11-23", "from": start}], duration=30)
    began = time.monotonic()
    answer = httpx.post(
        f"http://127.0.0.1:{port}/api/v1/requests",
        json=body,
        headers=key | {"Idempotency-Key": f"urgent-{number}"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    code = answer.json()["code"]
    while not first_offer(database, code):
        assert time.monotonic() - began < 120, f"{code} was never asked about"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.chaos
def test_the_first_question_of_an_urgent_request_leaves_within_five_seconds(
    database: Database, port: int, chaos_figures: Callable[..., None]
) -> None:
    """Twenty requests less than two hours ahead, one after the other, after two that warm the planner up."""
    began = time.monotonic()
    key = make.key_of(database, "ic-trescore")
    took = sorted([ask(database, port, key, number) for number in range(WARM_UP + ROUNDS)][WARM_UP:])
    p95 = took[int(0.95 * ROUNDS) - 1]
    result = f"median {statistics.median(took):.2f} s, p95 {p95:.2f} s"
    chaos_figures(row="urgent", size=f"{ROUNDS} urgent requests", result=result, seconds=time.monotonic() - began)
    assert p95 <= WITHIN, result
