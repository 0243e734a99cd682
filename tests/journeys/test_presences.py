# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences over HTTP: a fixed desk and a territorial shift are planned with on-call work, and an urgent call takes somebody off."""

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

AMINA, BILAL = "+393401234567", "+393407654321"
Work = Callable[[], None]
LATER = dt.timedelta(minutes=1)


class Day:
    """One installation with its clock, its people and its worker."""

    def __init__(self, here: Installation, work: Work) -> None:
        self.here, self.work, self.now = here, work, make.NOW
        with here.database.begin() as session:
            set_virtual(session, self.now)
            make.desk(session, "ic-trescore")
            make.mediator(session, "m1", phone=AMINA)
            make.mediator(session, "m2", phone=BILAL, name="Bilal", speaks={"fr": 3})
            make.account(session, "marta", Role.COORDINATOR)
        self.door = make.signed_in(TestClient(create_app(here), follow_redirects=False), "marta")
        self.key = make.key_of(here.database, "ic-trescore")

    def pass_time(self, by: dt.timedelta = LATER) -> None:
        """Let the clock strike, and do all that is queued."""
        self.now += by
        with self.here.database.begin() as session:
            set_virtual(session, self.now)
            for timed in TIMED:
                strike(session, timed)
        self.work()

    def enter(self, **changes: Any) -> str:
        answer = self.door.post("/api/v1/presences", json=make.shift(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def first_date(self, code: str) -> tuple[str, str | None]:
        date = self.door.get(f"/api/v1/presences/{code}").json()["dates"][0]
        return date["status"], date["mediator"]

    def ask(self, **changes: Any) -> str:
        answer = TestClient(self.door.app).post(
            "/api/v1/requests", json=make.body("ic-trescore", **changes), headers=self.key
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def slot(self, code: str) -> dict[str, Any]:
        told = TestClient(self.door.app).get(f"/api/v1/requests/{code}", headers=self.key).json()
        found: dict[str, Any] = told["appointments"][0]["slots"][0]
        return found

    def say_yes_to_everything(self) -> None:
        """Every mediator answers SI to each code she was sent."""
        page = self.door.get("/handsets").text
        for phone in (AMINA, BILAL):
            for code in sorted(set(re.findall(r"SI (\d{3,4})", page))):
                self.door.post(f"/handsets/{phone[1:]}/answer", data={"text": f"SI {code}"})
        self.work()

    def plan_the_week(self) -> None:
        run = self.door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()
        self.work()
        published = self.door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={})
        assert published.status_code == 200, published.text
        self.work()
        self.pass_time()


@pytest.fixture
def day(here: Installation, work: Work, monkeypatch: pytest.MonkeyPatch) -> Day:
    make.cheap_passwords(monkeypatch)
    return Day(here, work)


@pytest.mark.parametrize("cover", ["may_leave", "always"])
def test_a_presence_is_planned_and_booked_and_gives_way_only_where_it_may(day: Day, cover: str) -> None:
    """Amina is called off a desk that may be left, told not to go, and books the call; the control keeps her there."""
    desk = day.enter(cover=cover)
    territorial = day.enter(
        desk=..., ambito="BG05", place="ic-trescore", kind="territorial", weekdays=["tue"], languages=[], mediator="m2"
    )
    on_call = day.ask(when=[{"day": "2026-12-02", "from": "09:10"}])
    day.plan_the_week()
    day.say_yes_to_everything()
    assert day.first_date(desk) == ("booked", "Amina m1")
    assert day.first_date(territorial) == ("booked", "Bilal")
    assert day.slot(on_call)["status"] == "booked"
    assert "presidio" in day.door.get("/agenda?week=2026-W49").text

    day.pass_time(dt.timedelta(days=5))  # Friday: an urgent call for Monday at ten, in Arabic
    call = day.ask(when=[{"day": "2026-11-30", "from": "10:00"}], priority="urgent")
    for _ in range(6):
        day.pass_time()
    if cover == "always":
        assert day.slot(call)["status"] == "unfilled"
        assert day.first_date(desk) == ("booked", "Amina m1")
        return
    assert day.slot(call)["status"] == "offered"
    assert day.first_date(desk)[0] in ("open", "unfilled")
    assert "ANNULLATO" in day.door.get("/handsets").text
    day.say_yes_to_everything()
    assert (day.slot(call)["status"], day.slot(call)["mediator"]) == ("booked", "Amina m1")
    owner = day.door.get(f"/api/v1/presences/{desk}").json()["request"]
    assert "è stato chiamato per un’urgenza" in day.door.get(f"/requests/{owner}").text
    assert "è stato chiamato per un’urgenza" in day.door.get(f"/presences/{desk}").text
