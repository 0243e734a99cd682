# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests put aside: incomplete as they are, the desk's own, gone when sent, forgotten one day, never with a name."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from config.policy import load_policy
from dispatch.intake.jobs import forget_keys
from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records import Request, RequestDraft
from dispatch.records.statuses import Role
from tests import make

FORM = {
    "desk": "ic-trescore",
    "kind": "interpreting",
    "languages-0-code": "arabo",
    "languages-0-must": "true",
    "when-0-from": "10:15",
    "when-1-day": "2026-12-03",
    "duration": "90",
    "mode": "onsite",
    "note": "aula 3",
}
KEPT = dt.timedelta(days=load_policy().intake.draft_days)


def browser(database: Database, login: str) -> TestClient:
    visitor = make.client(database)
    visitor.headers["accept"] = "text/html"
    return make.signed_in(visitor, login)


@pytest.fixture
def people(database: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestClient]:
    """Two of one school, one of another, and a coordinator."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        school, other = make.desk(session, "ic-trescore"), make.desk(session, "ic-lovere")
        make.languages(session, "ar")
        for login, desk in (("sara", school), ("ugo", school), ("ines", other)):
            make.account(session, login, Role.DESK, desk_id=desk.id)
        make.account(session, "marta", Role.COORDINATOR)
    return {login: browser(database, login) for login in ("sara", "ugo", "ines", "marta")}


def saved(who: TestClient, **changes: str) -> str:
    """The address of the draft that these answers became."""
    answer = who.post("/requests/drafts", data=FORM | changes)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_an_incomplete_form_is_put_aside_and_opened_again(people: dict[str, TestClient]) -> None:
    """Without a day, with a second one: everything typed is there again, also for a colleague, and looks like a draft."""
    address = saved(people["sara"])
    for who in ("sara", "ugo"):
        page = people[who].get(address).text
        for typed in (
            'value="arabo"',
            'value="10:15"',
            'value="2026-12-03"',
            ">aula 3</textarea>",
            'value="90" selected',
        ):
            assert typed in page
        assert "Bozza salvata" in page
    listed = people["ugo"].get("/requests").text
    assert "arabo, interpretariato" in listed
    assert "manca: il giorno, il luogo" in listed


def test_a_draft_asks_nobody(people: dict[str, TestClient], database: Database) -> None:
    """No request and no slot comes of it."""
    saved(people["sara"])
    with database.begin() as session:
        assert session.scalars(select(Request)).all() == []


def test_nobody_else_sees_it(people: dict[str, TestClient]) -> None:
    """Another school and a coordinator get 404, find it in no list, and delete nothing."""
    address = saved(people["sara"]).removesuffix("&saved=1")
    number = address.rpartition("=")[2]
    for who in ("ines", "marta"):
        assert people[who].get(address).status_code == 404
        assert 'class="po-put-aside"' not in people[who].get("/requests").text
        people[who].post("/requests/drafts/delete", data={"draft": number})
        assert people[who].post("/requests/drafts", data=FORM | {"draft": number}).status_code == 404
    assert people["sara"].get(address).status_code == 200


def test_a_coordinator_has_drafts_of_her_own(people: dict[str, TestClient]) -> None:
    """What she puts aside is hers alone."""
    address = saved(people["marta"])
    assert people["marta"].get(address).status_code == 200
    assert people["sara"].get(address).status_code == 404


def test_a_draft_that_is_sent_is_gone(people: dict[str, TestClient], database: Database) -> None:
    """Refused it stays, sent it goes; saving it again makes no second one."""
    number = saved(people["sara"]).partition("=")[2].partition("&")[0]
    again = saved(people["sara"], draft=number, duration="60")
    assert f"draft={number}&" in again
    whole = FORM | {"draft": number, "place": "ic-trescore", "when-0-day": "2026-11-30", "when-1-day": ""}
    assert people["sara"].post("/requests/new", data=whole | {"place": ""}).status_code == 422
    assert people["sara"].get(f"/requests/new?draft={number}").status_code == 200
    assert people["sara"].post("/requests/new", data=whole).status_code == 303
    assert people["sara"].get(f"/requests/new?draft={number}").status_code == 404
    with database.begin() as session:
        assert session.scalars(select(RequestDraft)).all() == []


def test_a_colleague_in_the_same_draft_is_told(people: dict[str, TestClient]) -> None:
    """Ugo saved it while Sara had it open: she gets 409 with hers and his, and nothing is overwritten."""
    address = saved(people["sara"])
    number = address.partition("=")[2].partition("&")[0]
    shown = people["sara"].get(address).text.partition('name="shown" value="')[2].partition('"')[0]
    saved(people["ugo"], draft=number, duration="60")
    late = people["sara"].post("/requests/drafts", data=FORM | {"draft": number, "shown": shown, "duration": "120"})
    assert late.status_code == 409
    assert "ugo" in late.text
    assert 'value="120" selected' in late.text


@pytest.mark.parametrize("note", ["Chiamare Mario Rossi", "RSSMRA80A01H501U"])
def test_no_name_is_kept_in_a_draft(people: dict[str, TestClient], database: Database, note: str) -> None:
    """A note that may name a person is refused before it is kept, with everything typed still there."""
    refused = people["sara"].post("/requests/drafts", data=FORM | {"note": note})
    assert refused.status_code == 422
    assert note in refused.text
    with database.begin() as session:
        assert session.scalars(select(RequestDraft)).all() == []


def test_deleting_takes_one_press(people: dict[str, TestClient]) -> None:
    number = saved(people["sara"]).partition("=")[2].partition("&")[0]
    assert people["ugo"].post("/requests/drafts/delete", data={"draft": number}).status_code == 303
    assert people["sara"].get(f"/requests/new?draft={number}").status_code == 404


def test_old_drafts_are_forgotten_and_young_ones_are_not(people: dict[str, TestClient], database: Database) -> None:
    """The hourly job deletes what nobody touched for the policy's days."""
    for title, age in (("old", KEPT + dt.timedelta(minutes=1)), ("young", KEPT - dt.timedelta(minutes=1))):
        with database.begin() as session:
            moment = make.NOW - age
            row = RequestDraft(created_by=title, changed_by=title, typed=[], created_at=moment, changed_at=moment)
            session.add(row)
    running.start(make.installation(database))
    forget_keys.func()
    with database.begin() as session:
        assert session.scalars(select(RequestDraft.created_by)).all() == ["young"]


def test_the_next_form_starts_from_what_the_desk_usually_asks(people: dict[str, TestClient]) -> None:
    """Two hours of interpreting by phone, twice: the empty form offers that, and a colleague elsewhere gets the plain one."""
    whole = FORM | {"when-0-day": "2026-11-30", "when-1-day": "", "mode": "phone", "duration": "120"}
    for _ in range(2):
        assert people["sara"].post("/requests/new", data=whole).status_code == 303
    fresh, plain = people["ugo"].get("/requests/new").text, people["ines"].get("/requests/new").text
    for chosen in ('value="120" selected', 'value="interpreting" checked', 'value="phone" checked'):
        assert chosen in fresh
        assert chosen not in plain
