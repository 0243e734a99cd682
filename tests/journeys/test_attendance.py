# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a booking to what counts, over HTTP: reminded the evening before, asked after the end, told by both sides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.statuses import Role
from tests import make

PHONE = "+393401234567"
EVENING = dt.datetime(2026, 11, 29, 18, 0, tzinfo=dt.UTC)  # Sunday, 19:00 in Italy
AFTER = dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)  # 20 minutes after the first visit's end


class Walk:
    """One installation whose time the test moves, with everything due done at each stop."""

    def __init__(self, here: Installation, work: Callable[[], None]) -> None:
        self.here, self.work = here, work
        self.door = TestClient(create_app(here), follow_redirects=False)

    def until(self, instant: dt.datetime) -> None:
        with self.here.database.begin() as session:
            set_virtual(session, instant)
        for _ in range(2):  # what the first round writes, the second one sends
            with self.here.database.begin() as session:
                for timed in TIMED:
                    strike(session, timed)
            self.work()
            instant += dt.timedelta(minutes=1)
            with self.here.database.begin() as session:
                set_virtual(session, instant)

    def writes(self, text: str) -> None:
        assert self.door.post(f"/handsets/{PHONE[1:]}/answer", data={"text": text}).status_code == 303
        for _ in range(3):  # read, taken, answered: each queues the next, and this worker goes home when it sees none
            self.work()

    def handsets(self) -> str:
        return self.door.get("/handsets").text


@pytest.fixture
def walk(here: Installation, work: Callable[[], None]) -> Walk:
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1", phone=PHONE)
        make.account(session, "marta", Role.COORDINATOR)
    return Walk(here, work)


def booked(walk: Walk, key: dict[str, str]) -> None:
    """Two visits on Monday 30 November, 9:10–10:10 and 14:00–15:00, asked for, planned, offered and accepted."""
    for hour in ("09:10", "14:00"):
        when = [{"day": "2026-11-30", "from": hour}]
        asked = walk.door.post("/api/v1/requests", json=make.body("ic-trescore", when=when), headers=key)
        assert asked.status_code == 201, asked.text
    make.signed_in(walk.door, "marta")
    run = walk.door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()
    walk.work()
    walk.door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={})
    walk.until(make.NOW + dt.timedelta(minutes=1))
    codes = sorted(set(re.findall(r"Rispondi SI (\d{2,4})", walk.handsets())))
    assert len(codes) == 2, walk.handsets()
    walk.writes(" ".join(f"SI {code}" for code in codes))


def visits(walk: Walk, key: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = walk.door.get("/api/v1/attendance", headers=key).json()["items"]
    return sorted(found, key=lambda visit: str(visit["planned"]["start"]))


def test_from_a_booking_to_what_counts(walk: Walk) -> None:
    """One visit told alike by SMS and by the desk is held; the other is disputed and settled with one click."""
    key = make.key_of(walk.here.database, "ic-trescore")
    booked(walk, key)
    assert "promemoria" not in walk.handsets()
    walk.until(EVENING)
    assert walk.handsets().count("Ponte: promemoria, lun 30/11") == 2
    walk.until(EVENING + dt.timedelta(minutes=5))
    assert walk.handsets().count("Ponte: promemoria, lun 30/11") == 2

    walk.until(AFTER)
    assert walk.handsets().count("com&#39;è andata lun 30/11") == 1
    walk.writes("FATTO 9:15 10:15")
    assert "segnato: lun 30/11 9:15-10:15" in walk.handsets()
    (first,) = visits(walk, key)
    assert (first["status"], first["outcome"], first["minutes"]) == ("told", "held", 60)
    told = walk.door.post(f"/api/v1/attendance/{first['id']}", json={"outcome": "held"}, headers=key)
    assert (told.json()["status"], told.json()["settled_by"]) == ("agreed", None)
    request = walk.door.get(f"/api/v1/requests/{first['request']}", headers=key).json()
    assert (request["status"], request["appointments"][0]["status"]) == ("closed", "held")

    walk.until(AFTER + dt.timedelta(hours=5))
    assert re.search(r"FATTO \d+</button>", walk.handsets())
    walk.writes("FATTO")
    second = visits(walk, key)[1]
    walk.door.post(f"/api/v1/attendance/{second['id']}", json={"outcome": "person_absent"}, headers=key)
    assert "Versioni diverse" in walk.door.get("/attendance").text
    assert walk.door.post(f"/attendance/{second['id']}", data={"as_told": "desk"}).status_code == 303
    settled = visits(walk, key)[1]
    assert (settled["status"], settled["outcome"], settled["minutes"]) == ("agreed", "person_absent", 60)
    request = walk.door.get(f"/api/v1/requests/{second['request']}", headers=key).json()
    assert (request["status"], request["appointments"][0]["status"]) == ("closed", "not_held")
