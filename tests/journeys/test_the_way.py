# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way over HTTP: one request posted, one plan, one SMS, one SI, one booking, on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.statuses import Role
from tests import make

PHONE = "+393401234567"


@pytest.fixture
def door(here: Installation) -> TestClient:
    return TestClient(create_app(here), follow_redirects=False)


@pytest.fixture
def people(here: Installation) -> dict[str, str]:
    """A school with an API key, a coordinator, and the only mediator who speaks Arabic."""
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1", phone=PHONE, speaks={"ar": 3, "fr": 2})
        make.account(session, "marta", Role.COORDINATOR)
    return make.key_of(here.database, "ic-trescore")


def tick(here: Installation, work: Callable[[], None]) -> None:
    with here.database.begin() as session:
        for timed in TIMED:
            strike(session, timed)
    work()


def test_from_a_desks_request_to_a_booked_mediator(
    here: Installation, door: TestClient, people: dict[str, str], work: Callable[[], None]
) -> None:
    """A desk asks, the coordinator plans and publishes, the mediator answers SI by SMS, the desk sees a booking."""
    asked = door.post("/api/v1/requests", json=make.body("ic-trescore"), headers=people)
    assert asked.status_code == 201, asked.text
    code = asked.json()["code"]

    make.signed_in(door, "marta")
    run = door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()
    work()
    draft = door.get(f"/api/v1/planning-runs/{run['id']}").json()
    assert (draft["status"], draft["difference"]["new"]) == ("draft", 1)
    assert draft["gap"] <= 0.01

    published = door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={})
    assert published.json()["outcome"]["published"] == 1
    work()
    tick(here, work)

    handsets = door.get("/handsets")
    assert handsets.status_code == 200
    offered = re.search(r"SI (\d{2,4})", handsets.text)
    assert offered, handsets.text
    answered = door.post(f"/handsets/{PHONE[1:]}/answer", data={"text": f"Si {offered[1]}"})
    assert answered.status_code in (200, 303), answered.text
    work()

    told = door.get(f"/api/v1/requests/{code}", headers=people).json()
    [slot] = told["appointments"][0]["slots"]
    assert slot["status"] == "booked"
    assert told["appointments"][0]["status"] == "confirmed"
    tick(here, work)
    assert "Ponte: confermato" in door.get("/handsets").text
