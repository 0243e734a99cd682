# SPDX-License-Identifier: AGPL-3.0-or-later
"""A school's series over HTTP from the form to the last date: planned week by week, booked, moved, called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from dispatch.app import create_app
from dispatch.kit.clock import at_home, from_wall, set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records import Absence, Mediator, Message, Offer
from dispatch.records.statuses import OfferStatus, Role
from notifications.message import MessageKind
from tests import make

PHONES = {"m1": "+393401111111", "m2": "+393402222222"}
EVERY_TWO_WEEKS = {"every": "two_weeks", "until": "2027-04-12", "holidays": "skip", "school_days": True}


@pytest.fixture
def door(here: Installation) -> TestClient:
    return TestClient(create_app(here), follow_redirects=False)


@pytest.fixture
def key(here: Installation, door: TestClient, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A school with a key, a coordinator who is signed in, and two mediators of Arabic; the cheaper is away on the first day."""
    make.cheap_passwords(monkeypatch)
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        cheaper = make.mediator(session, "m1", phone=PHONES["m1"], hourly_cost=2600)
        day = from_wall(dt.date(2026, 11, 30), 0)
        session.add(Absence(mediator_id=cheaper.id, during=Range(day, day + dt.timedelta(days=1))))
        make.mediator(session, "m2", phone=PHONES["m2"], hourly_cost=2700)
        make.account(session, "marta", Role.COORDINATOR)
    make.signed_in(door, "marta")
    return make.key_of(here.database, "ic-trescore")


class Series:
    """The series as the school's program sees it."""

    def __init__(self, here: Installation, door: TestClient, key: dict[str, str], work: Callable[[], None]) -> None:
        self.here, self.door, self.key, self.work = here, door, key, work
        body = make.body("ic-trescore", when=[{"day": "2026-11-30", "from": "09:00"}], repeat=EVERY_TWO_WEEKS)
        answer = door.post("/api/v1/requests", json=body, headers=key)
        assert answer.status_code == 201, answer.text
        self.path, self.first = f"/api/v1/requests/{answer.json()['code']}", answer.json()

    def dates(self) -> dict[str, dict[str, Any]]:
        """What stands, by day and hour in Italy."""
        found = self.door.get(self.path, headers=self.key).json()["appointments"]
        return {_wall(one): one for one in found if one["status"] != "cancelled"}

    def plan(self, monday: str) -> None:
        run = self.door.post("/api/v1/planning-runs", json={"week": monday}).json()
        self.work()
        assert self.door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={}).status_code == 200
        self.tick()

    def tick(self) -> None:
        self.work()
        with self.here.database.begin() as session:
            for timed in TIMED:
                strike(session, timed)
        self.work()

    def say_yes(self, mediator: str) -> None:
        """The only question that waits for an answer is hers, and she says yes."""
        with self.here.database.begin() as session:
            waiting = select(Mediator.code, Offer.code).join(Offer).where(Offer.status == OfferStatus.WAITING)
            [(asked, code)] = session.execute(waiting).all()
        assert asked == mediator
        sent = self.door.post(f"/handsets/{PHONES[mediator][1:]}/answer", data={"text": f"SI {code}"})
        assert sent.status_code in (200, 303), sent.text
        self.tick()

    def act(self, number: int, **change: Any) -> None:
        answer = self.door.patch(f"{self.path}/appointments/{number}", json=change, headers=self.key)
        assert answer.status_code == 200, answer.text

    def mediator(self, date: str) -> str | None:
        mediator: str | None = self.dates()[date]["slots"][0]["mediator"]
        return mediator


def _wall(one: dict[str, Any]) -> str:
    return f"{at_home(dt.datetime.fromisoformat(one['asked_start'])):%d/%m %H:%M}"


def test_a_school_keeps_its_mediator_through_a_changing_series(
    here: Installation, door: TestClient, key: dict[str, str], work: Callable[[], None]
) -> None:
    """Every two weeks on school days; one date moves, the rest moves, one is called off, and who comes stays who came."""
    series = Series(here, door, key, work)
    assert "Senza 28/12 e 8/2 (scuole chiuse)." in series.first["understood"]
    assert [day[:5] for day in series.dates()] == [
        "30/11",
        "14/12",
        "11/01",
        "25/01",
        "22/02",
        "08/03",
        "22/03",
        "05/04",
    ]

    series.plan("2026-11-30")
    series.say_yes("m2")
    assert series.mediator("30/11 09:00") == "Amina m2"

    series.plan("2026-12-14")
    series.say_yes("m2")
    assert series.mediator("14/12 09:00") == "Amina m2"

    number = series.dates()["14/12 09:00"]["number"]
    series.act(number, when={"day": "2026-12-16", "from": "10:00"})
    series.tick()
    with here.database.begin() as session:
        assert session.scalars(select(Message.kind)).all().count(MessageKind.MOVED) == 1
    assert series.dates()["16/12 10:00"]["is_exception"]
    series.say_yes("m2")
    assert series.mediator("16/12 10:00") == "Amina m2"

    series.act(series.dates()["11/01 09:00"]["number"], scope="following", when={"day": "2027-01-12", "from": "11:00"})
    called_off = series.dates()["26/01 11:00"]["number"]
    assert door.post(f"{series.path}/appointments/{called_off}/cancel", json={}, headers=key).status_code == 200
    longer = EVERY_TWO_WEEKS | {"until": "2027-04-26"}
    assert door.patch(series.path, json={"repeat": longer, "note": "aula 3"}, headers=key).status_code == 200
    assert list(series.dates()) == [
        "30/11 09:00",
        "16/12 10:00",
        "12/01 11:00",
        "23/02 11:00",
        "09/03 11:00",
        "23/03 11:00",
        "06/04 11:00",
        "20/04 11:00",
    ]
    assert series.mediator("16/12 10:00") == "Amina m2"

    series.plan("2027-01-11")
    series.say_yes("m2")
    assert series.mediator("12/01 11:00") == "Amina m2"
