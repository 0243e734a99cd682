# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thursday at six strikes: a draft of two weeks lies ready, a coordinator publishes it, and its questions go out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from fastapi.testclient import TestClient

from dispatch.app import create_app
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.statuses import Role
from tests import make

THURSDAY = from_wall(dt.date(2026, 11, 26), 1080)


def tick(here: Installation, work: Callable[[], None], instant: dt.datetime) -> None:
    with here.database.begin() as session:
        set_virtual(session, instant)
        for timed in TIMED:
            strike(session, timed)
    work()


def test_the_coming_weeks_plan_themselves(here: Installation, work: Callable[[], None]) -> None:
    """Two requests, one for each of the coming weeks, become one draft that nobody asked for, and then two SMS."""
    door = TestClient(create_app(here), follow_redirects=False, headers={"Accept-Language": "it"})
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1", speaks={"ar": 3, "fr": 2})
        make.account(session, "marta", Role.COORDINATOR)
    key = make.key_of(here.database, "ic-trescore")
    for day in ("2026-12-01", "2026-12-10"):
        body = make.body("ic-trescore", when=[{"day": day, "from": "09:10"}])
        assert door.post("/api/v1/requests", json=body, headers=key).status_code == 201
    make.signed_in(door, "marta")
    tick(here, work, THURSDAY - dt.timedelta(minutes=1))
    assert "bozza delle prossime settimane" not in door.get("/agenda").text

    tick(here, work, THURSDAY)
    agenda = door.get("/agenda").text
    assert "La bozza delle prossime settimane è pronta" in agenda
    [address] = set(re.findall(r"/planning/runs/\d+", agenda))
    for week in ("2026-W49", "2026-W50"):
        assert address in door.get(f"/agenda?week={week}").text
    run = door.get(address).text
    lines = re.findall(r'name="line" value="(\d+)"', run)
    assert len(lines) == 2
    assert "13 dicembre 2026" in run

    assert door.post(f"{address}/publish", data={"line": lines}).status_code == 303
    assert "La bozza delle prossime settimane è pronta" not in door.get("/agenda").text
    work()
    tick(here, work, THURSDAY + dt.timedelta(minutes=1))
    assert len(re.findall(r"SI \d{2,4}", door.get("/handsets").text)) >= 2
