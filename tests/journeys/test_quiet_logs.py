# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole small way with everything that is said on the way caught: no phone, no name, no text, no note, no link."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.logs import log_as_json
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.statuses import Role
from tests import make

PHONE = "+393401234567"
MEDIATOR = "Zubaida Quintavalle"
NOTE = "portare il modulo azzurro"
DESK = "Istituto Bersagliera"
REPLY = "ma il parcheggio c'è davvero?"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What this process says from here on, libraries and warnings too; everything is put back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger("httpx2"), "disabled", True)  # the visitor's own client, not ours
        log_as_json(logging.DEBUG, stream)
        root.setLevel(logging.DEBUG)
        yield stream
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def door(here: Installation) -> TestClient:
    return TestClient(create_app(here), follow_redirects=False, raise_server_exceptions=False)


def tick(here: Installation, work: Callable[[], None]) -> None:
    with here.database.begin() as session:
        for timed in TIMED:
            strike(session, timed)
    work()


def walk(here: Installation, door: TestClient, work: Callable[[], None]) -> None:
    """Request, plan, SMS, the signed page, an unclear reply and a yes."""
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-bersagliera", name=DESK)
        make.mediator(session, "m1", name=MEDIATOR, phone=PHONE, speaks={"ar": 3})
        make.account(session, "marta", Role.COORDINATOR)
    key = make.key_of(here.database, "ic-bersagliera")
    asked = door.post("/api/v1/requests", json=make.body("ic-bersagliera", note=NOTE), headers=key)
    assert asked.status_code == 201, asked.text
    make.signed_in(door, "marta")
    run = door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()["id"]
    work()
    assert door.post(f"/api/v1/planning-runs/{run}/publish", json={}).status_code == 200
    work()
    tick(here, work)
    with here.database.begin() as session:
        code, text = session.scalars(select(Offer.code)).one(), session.scalars(select(Message.body)).one()
    link = re.search(r"/m/(\w+)", text)
    assert link, text
    assert door.get(f"/m/{link[1]}").status_code == 200
    for words in (REPLY, f"SI {code}"):
        door.post(f"/handsets/{PHONE[1:]}/answer", data={"text": words})
        work()
    tick(here, work)
    assert door.get(f"/requests?q={MEDIATOR}").status_code == 200


def personal(here: Installation) -> dict[str, str]:
    """What no line may hold: who, what was written, and every signed link's token."""
    with here.database.begin() as session:
        texts = [*session.scalars(select(Message.body)), *session.scalars(select(Inbound.body))]
    assert len(texts) >= 4
    tokens = {token for text in texts for token in re.findall(r"/m/(\w+)", text)}
    found = {"phone": PHONE[1:], "mediator": "Quintavalle", "note": "modulo azzurro", "desk": "Bersagliera"}
    return found | {f"text {n}": text[:30] for n, text in enumerate(texts)} | {token: token for token in tokens}


def leaks(said: str, secrets: dict[str, str]) -> list[str]:
    """Which of them stand in what was said, also where JSON has escaped their signs."""
    return [name for name, value in secrets.items() if value in said or json.dumps(value)[1:-1] in said]


@pytest.mark.xdist_group("planner")
def test_the_whole_way_says_nothing_about_anybody(
    here: Installation, door: TestClient, work: Callable[[], None], said: io.StringIO
) -> None:
    """Every line is JSON, each request and each job has one, and none holds a value of a row, even at DEBUG."""
    walk(here, door, work)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert leaks(said.getvalue(), personal(here)) == []
    requests = {(line["method"], line["route"], line["role"]) for line in lines if line["event"] == "http"}
    assert {
        ("POST", "/api/v1/requests", "desk"),
        ("POST", "/handsets/{number}/answer", "coordinator"),
        ("GET", "/m/{token}", "mediator"),
        ("POST", "/login", "nobody"),
    } <= requests
    jobs = {(line["task"], line["ended"]) for line in lines if line["event"] == "job"}
    assert {("planning.run", "done"), ("offers.send", "done"), ("offers.read", "done")} <= jobs


def test_the_guard_hears_a_line_that_says_too_much(here: Installation, said: io.StringIO) -> None:
    """The control: a careless line of ours is found; a library's, and an error with the row in it, come out clean."""
    structlog.get_logger("careless").info("sms sent", to=PHONE)
    assert leaks(said.getvalue(), {"phone": PHONE[1:]}) == ["phone"]
    said.truncate(0)
    with here.database.begin() as session:
        make.mediator(session, "m1", phone=PHONE)
    try:
        with here.database.begin() as session:
            make.mediator(session, "m2", phone=PHONE, name=MEDIATOR)
    except IntegrityError:
        logging.getLogger("library").exception("could not send to %s by /m/2abcDEFGHJ", PHONE)
    [line] = [json.loads(line) for line in said.getvalue().strip("\0").splitlines() if '"library"' in line]
    assert leaks(said.getvalue(), {"phone": PHONE[1:], "name": "Quintavalle", "token": "2abcDEFGHJ"}) == []
    assert line["event"] == "could not send to *** by /m/***"
    assert line["error"][0]["kind"] == "sqlalchemy.exc.IntegrityError"
    assert line["error"][1]["constraint"] == "uq_mediator_phone"


def test_a_broken_page_says_where_and_not_what(
    here: Installation, door: TestClient, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unhandled error leaves its kind, its places and the request's number; the number is on the answer too."""

    def broken(*_: object) -> None:
        raise ValueError(f"the phone {PHONE} of {MEDIATOR}")

    monkeypatch.setattr("dispatch.access.health.missing", broken)
    answer = door.get("/readyz?phone=" + PHONE)
    assert answer.status_code == 500
    lines = {line["event"]: line for line in map(json.loads, said.getvalue().splitlines())}
    failed, http = lines["request failed"], lines["http"]
    assert failed["request"] == http["request"] == answer.headers["X-Request-Id"]
    assert failed["error"][0]["kind"] == "builtins.ValueError"
    assert any("health.py" in place for place in failed["error"][0]["at"])
    assert (http["route"], http["status"]) == ("/readyz", 500)
    assert leaks(said.getvalue(), {"phone": PHONE[1:], "name": "Quintavalle"}) == []
