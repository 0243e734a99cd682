# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages and the API over HTTP: each side tells, a coordinator settles, a slip loses nothing that was typed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.access import links
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.access import AuditEntry
from dispatch.records.attendance import Attendance
from dispatch.records.statuses import AttendanceStatus, Outcome, Role
from tests import make

SECRET = b"test"  # of make.installation


@dataclass
class House:
    """A desk, its visit that ended an hour ago (8:00–9:00 in Italy), and who has to do with it."""

    database: Database
    door: TestClient
    key: dict[str, str]
    visit: int
    code: str

    def row(self) -> Attendance:
        with self.database.begin() as session:
            return session.get_one(Attendance, self.visit)

    def phone(self) -> str:
        return links.visit_path(self.visit, SECRET)


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        desk, amina = make.desk(session, "ic-trescore"), make.mediator(session, "m1")
        visit = make.ended_visit(session, desk, amina)
        make.account(session, "sara", Role.DESK, desk_id=desk.id)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "amina", Role.MEDIATOR, mediator_id=amina.id)
        code = visit.assignment.slot.appointment.request.code
        number = visit.id
    return House(database, make.client(database), make.key_of(database, "ic-trescore"), number, code)


def test_the_desk_tells_on_its_request(house: House) -> None:
    """One press for "as planned"; afterwards the page shows what was told and asks no more."""
    desk = make.signed_in(house.door, "sara")
    before = desk.get(f"/requests/{house.code}")
    assert "Come previsto" in before.text
    answer = desk.post(f"/attendance/{house.visit}", data={"outcome": "held"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/requests/{house.code}#told")
    after = desk.get(f"/requests/{house.code}")
    assert "Come previsto" not in after.text
    assert "Detto da una parte" in after.text
    assert house.row().outcome == Outcome.HELD


def test_her_page_behind_the_link(house: House) -> None:
    """Reading tells nothing; what she sends is noted with kilometres, and the page says so."""
    assert "È andata come previsto" in house.door.get(house.phone()).text
    assert house.row().status == AttendanceStatus.AWAITED
    told = {"outcome": "held", "from": "08:05", "to": "09:10", "km": "24", "note": "chiesto un altro incontro"}
    assert house.door.post(house.phone(), data=told).status_code == 303
    row = house.row()
    assert (row.status, row.minutes, row.km, row.note) == ("told", 65, 24, "chiesto un altro incontro")
    assert "Segnato:" in house.door.get(house.phone()).text
    agenda = links.agenda_path(row.mediator_id, SECRET)
    assert house.phone() not in house.door.get(agenda).text


def test_her_agenda_asks_for_what_she_has_not_told(house: House) -> None:
    """Behind her link and in her account: the visit that is over leads to its page."""
    assert house.phone() in house.door.get(links.agenda_path(house.row().mediator_id, SECRET)).text
    assert house.phone() in make.signed_in(house.door, "amina").get("/my/agenda").text


@pytest.mark.parametrize(
    ("field", "told", "words"),
    [
        ("to", {"from": "09:00", "to": "08:00"}, "Finisce prima di cominciare"),
        ("to", {"from": "08:00", "to": "14:00"}, "deve ancora venire"),
        ("to", {"from": "02:00", "to": "03:00"}, "a ore di distanza"),
        ("from", {"from": "25:00", "to": "09:00"}, "09:10"),
        ("from", {"from": "", "to": "09:15"}, "09:10"),
        ("to", {"from": "08:10", "to": ""}, "09:10"),
        ("to", {"from": "08:10", "to": " "}, "09:10"),
        ("km", {"km": "401"}, "fra 0 e 400"),
        ("note", {"note": "era con Maria Rossi"}, "Maria Rossi"),
        ("note", {"note": "RSSMRA80A01A794X"}, "codice fiscale"),
    ],
)
def test_a_slip_is_shown_with_what_was_typed(house: House, field: str, told: dict[str, str], words: str) -> None:
    """422, the field says why, everything typed stands there again, and nothing is noted."""
    whole = {"outcome": "held", "from": "08:00", "to": "09:00", "km": "", "note": ""} | told
    answer = house.door.post(house.phone(), data=whole)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{value}"' in answer.text for value in told.values())
    assert house.row().status == AttendanceStatus.AWAITED


def test_a_note_that_names_nobody_can_be_confirmed(house: House) -> None:
    """Two capitals may be a street: whoever says so is believed, a tax code never is."""
    note = {"outcome": "held", "note": "in Via Roma", "note_confirmed": "true"}
    assert house.door.post(house.phone(), data=note).status_code == 303


def test_a_dispute_is_settled_with_one_click(house: House) -> None:
    """Both sayings on the coordinator's list; one press makes hers count, and the audit knows who did it."""
    house.door.post(house.phone(), data={"outcome": "held", "from": "08:00", "to": "09:30"})
    answer = house.door.post(
        f"/api/v1/attendance/{house.visit}", json={"outcome": "mediator_absent"}, headers=house.key
    )
    assert (answer.status_code, answer.json()["status"], answer.json()["minutes"]) == (200, "disputed", 0)
    marta = make.signed_in(house.door, "marta")
    listed = marta.get("/attendance?status=disputed").text
    assert "8:00–9:30" in listed
    assert "Mediatore assente" in listed
    assert marta.post(f"/attendance/{house.visit}", data={"as_told": "mediator"}).status_code == 303
    row = house.row()
    assert (row.status, row.minutes, row.settled_by) == ("agreed", 90, "account:marta")
    with house.database.begin() as session:
        assert "settle" in session.scalars(select(AuditEntry.action)).all()
    assert "1 h 30 min" in marta.get(f"/attendance/{house.visit}").text


def test_a_desk_reads_what_was_said_and_not_through_which_account(house: House) -> None:
    """Settled by Marta: her colleagues read her login; the desk, over the API and on the page, that a coordinator did."""
    house.door.post(house.phone(), data={"outcome": "held"})
    marta = make.signed_in(make.client(house.database), "marta")
    marta.post(f"/attendance/{house.visit}", data={"outcome": "person_absent"})
    (seen,) = house.door.get("/api/v1/attendance", headers=house.key).json()["items"]
    assert (seen["by_mediator"]["outcome"], seen["settled_by"]) == ("held", "coordinator")
    assert "via" not in seen["by_mediator"]
    assert marta.get("/api/v1/attendance").json()["items"][0]["settled_by"] == "account:marta"
    page = make.signed_in(house.door, "sara").get(f"/attendance/{house.visit}").text
    assert "Coordinamento" in page
    assert "marta" not in page
    assert "marta" in marta.get(f"/attendance/{house.visit}").text


def test_a_coordinator_settles_what_nobody_told(house: House) -> None:
    """On the page of the visit with an outcome of her own; a click for a side that was silent is refused."""
    marta = make.signed_in(house.door, "marta")
    assert marta.post(f"/attendance/{house.visit}", data={"as_told": "desk"}).status_code == 409
    told = {"outcome": "interrupted", "from": "08:00", "to": "08:20", "km": "12"}
    assert marta.post(f"/attendance/{house.visit}", data=told).status_code == 303
    assert (house.row().outcome, house.row().minutes, house.row().km) == ("interrupted", 60, 12)


def test_after_both_agreed_a_side_is_told_so(house: House) -> None:
    """The same again is as once; another outcome is a conflict, and her page has no form any more."""
    path = f"/api/v1/attendance/{house.visit}"
    house.door.post(house.phone(), data={"outcome": "held"})
    for _ in range(2):
        answer = house.door.post(path, json={"outcome": "held"}, headers=house.key)
        assert (answer.status_code, answer.json()["status"]) == (200, "agreed")
    assert house.door.post(path, json={"outcome": "person_absent"}, headers=house.key).status_code == 409
    assert "<button" not in house.door.get(house.phone()).text


def test_the_list_is_filtered(house: House) -> None:
    """By status, desk, mediator and week; a value that is no choice filters nothing; nothing found says so."""
    marta = make.signed_in(house.door, "marta")
    for query in ("", "status=awaited", "desk=ic-trescore", "mediator=m1", "week=2026-11-16", "status=boh"):
        assert f"/attendance/{house.visit}" in marta.get(f"/attendance?{query}").text, query
    for query in ("status=agreed", "week=2026-11-09"):
        text = marta.get(f"/attendance?{query}").text
        assert f'href="/attendance/{house.visit}"' not in text
        assert re.search("[Tt]ogli i filtri", text)


def test_the_api_lists_and_refuses(house: House) -> None:
    """A desk's key sees its own visits; a wrong field is named with its remedy."""
    found = house.door.get("/api/v1/attendance?since=2026-11-22&until=2026-11-22", headers=house.key).json()
    assert [item["id"] for item in found["items"]] == [house.visit]
    assert found["items"][0]["planned"]["start"] == (make.NOW - dt.timedelta(hours=2)).isoformat().replace(
        "+00:00", "Z"
    )
    assert house.door.get("/api/v1/attendance?since=2026-11-23", headers=house.key).json()["total"] == 0
    turned = house.door.get("/api/v1/attendance?since=2026-12-01&until=2026-11-01", headers=house.key)
    assert turned.status_code == 422, turned.text
    [problem] = turned.json()["errors"]
    assert (problem["field"], problem["value"], bool(problem["remedy"])) == ("since", "2026-12-01", True)
    refused = house.door.post(
        f"/api/v1/attendance/{house.visit}",
        json={"outcome": "held", "from": "9", "to": "10:00"},
        headers=house.key,
    )
    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json()["errors"]] == ["from"]
