# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator moves in on screen: a place, a service, a project, a mediator with her week; then a request is planned."""

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
from dispatch.territory.load import load
from tests import filled, make

WEEK = "2026-11-30"  # make.body asks for its Monday, 9:10
PHONE = "393331234567"


@pytest.fixture
def door(here: Installation) -> TestClient:
    """A coordinator's browser, on an installation with the territory's facts and nothing else."""
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        load(session, here.settings.territory)
        make.account(session, "marta", Role.COORDINATOR)
    return make.signed_in(TestClient(create_app(here), follow_redirects=False), "marta")


def enter(door: TestClient, path: str, **typed: str | list[str]) -> None:
    """Open a form, type into it, send it; the answer leads on to what was saved."""
    page = door.get(path)
    assert page.status_code == 200, page.text
    answer = door.post(path, data=filled.fields(page.text, path) | typed)
    assert answer.status_code == 303, re.findall(r'-error">(.*?)</p>', answer.text, re.S) or answer.text
    assert "Salvato" in door.get(answer.headers["location"]).text


def move_in(door: TestClient) -> None:
    """What a cooperative enters on its first morning."""
    enter(door, "/organisations/new", code="coop", name="Cooperativa", role="provider")
    enter(door, "/organisations/new", code="ic", name="Istituto comprensivo", role="requesting")
    budget: dict[str, str] = {"budgets-0-ambito": "BG05", "budgets-0-hours": "1"}
    enter(door, "/projects/new", code="fami", name="FAMI", starts="2026-01-01", ends="2027-12-31", **budget)
    enter(
        door, "/places/new", code="ic-trescore", name="IC Trescore", comune="Trescore Balneario", address="Via Roma 1"
    )
    own: dict[str, str] = {"organisation": "ic", "place": "ic-trescore", "project": "fami"}
    enter(door, "/desks/new", code="ic-trescore", name="Segreteria", sector="school", sms_label="scuola", **own)
    speaks: dict[str, str] = {"languages-0-code": "arabo", "hourly_cost": "27,50", "phone": f"+{PHONE}"}
    enter(door, "/roster/new", code="m1", name="Amina B.", organisation="coop", home="Trescore Balneario", **speaks)


def tick(here: Installation, work: Callable[[], None]) -> None:
    with here.database.begin() as session:
        for timed in TIMED:
            strike(session, timed)
    work()


def plan(door: TestClient, work: Callable[[], None]) -> dict[str, object]:
    run = door.post("/api/v1/planning-runs", json={"week": WEEK}).json()
    work()
    found: dict[str, object] = door.get(f"/api/v1/planning-runs/{run['id']}").json()["difference"]
    return found


def test_what_was_entered_on_screen_is_planned(here: Installation, door: TestClient, work: Callable[[], None]) -> None:
    """Without her week nobody can come; with it she can; the project pays; an absence over the visit frees it."""
    move_in(door)
    asked = door.post("/api/v1/requests", json=make.body("ic-trescore", project="fami"))
    assert asked.status_code == 201, asked.text
    assert plan(door, work)["new"] == 0

    monday = {"shift-0-day": "0", "shift-0-from": "08:30", "shift-0-to": "12:30"}
    assert door.post("/roster/m1/availability", data=monday).is_redirect
    run = door.post("/api/v1/planning-runs", json={"week": WEEK}).json()
    work()
    assert door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={}).json()["outcome"]["published"] == 1
    work()
    tick(here, work)
    code = re.search(r"SI (\d{2,4})", door.get("/handsets").text)
    assert code
    door.post(f"/handsets/{PHONE}/answer", data={"text": code[0]})
    work()
    assert "lun 30 nov" in door.get("/roster").text
    assert "1 h prenotate su 1 h" in door.get("/projects").text

    away = {"absence-first": "2026-11-30"}
    assert "Segreteria" in door.post("/roster/m1/absences", data=away).text
    assert door.post("/roster/m1/absences", data=away | {"visits": "release"}).is_redirect
    tick(here, work)
    tick(here, work)  # the first frees her, the second sends what it wrote
    [slot] = door.get(f"/api/v1/requests/{asked.json()['code']}").json()["appointments"][0]["slots"]
    assert slot["status"] == "open"
    assert "non hai più" in door.get("/handsets").text
    assert plan(door, work)["new"] == 0
