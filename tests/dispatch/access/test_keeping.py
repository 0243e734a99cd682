# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form sent when the session was over comes back after signing in: whole, to the same account, and sends nothing itself."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from dispatch.access import keeping
from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.session import Database
from dispatch.records import KeptForm, Request, Session
from dispatch.records.statuses import Role
from tests import make
from tests.dispatch.intake.test_pages import FORM, inputs_of

NOTE = "aula 3, secondo piano"


@pytest.fixture
def sara(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A clerk who is signed in; a colleague of another school has an account too."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        make.languages(session, "ar")
        for login, code in (("sara", "ic-trescore"), ("ines", "ic-lovere")):
            make.account(session, login, Role.DESK, desk_id=make.desk(session, code).id)
        make.account(session, "marta", Role.COORDINATOR)
    visitor = make.client(database)
    visitor.headers["accept"] = "text/html"
    return make.signed_in(visitor, "sara")


def mark_in(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def sent_too_late(who: TestClient, database: Database, page: str, action: str, **fields: Any) -> str:
    """Where the form leads that was opened in time and sent when every session had ended."""
    mark = mark_in(who.get(page).text)
    assert mark
    with database.begin() as session:
        session.execute(update(Session).values(expires_at=machine_now() - dt.timedelta(minutes=1)))
    answer = who.post(action, data=fields | {"csrf": mark}, headers={"referer": f"http://testserver{page}"})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def signed_in_again(who: TestClient, login: str, address: str) -> Any:
    """The page on which she lands after the sign-in page."""
    onward = parse_qs(urlsplit(address).query)["next"][0]
    entered = who.post("/login", data={"login": login, "password": make.PASSWORD, "next": onward})
    return who.get(entered.headers["location"])


def test_the_request_form_comes_back_as_it_was_typed(sara: TestClient, database: Database) -> None:
    """Four days, a note, a gender: after the sign-in all of it is in the form, nothing was sent, one press sends it."""
    typed = FORM | {"note": NOTE, "gender-is": "m", "when-3-day": "2026-12-04", "when-3-from": "11:30"}
    address = sent_too_late(sara, database, "/requests/new", "/requests/new", **typed)
    assert "tenuto" in sara.get(address).text or "resta qui per un’ora" in sara.get(address).text
    page = signed_in_again(sara, "sara", address)
    assert page.status_code == 200
    assert "La sessione era finita prima dell’invio" in page.text
    shown = inputs_of(page.text)
    for name in ("when-0-day", "when-3-day", "when-3-from", "languages-0-code", "gender-is", "duration", "place"):
        assert shown[name] == [typed[name]]
    assert f">{NOTE}</textarea>" in page.text.replace(">\n", ">")
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 0
    assert sara.post("/requests/new", data=shown | {"note": NOTE}).status_code == 303


def test_any_other_form_comes_back_too(sara: TestClient, database: Database) -> None:
    """A coordinator's form of a place, which knows nothing of all this, is filled in again."""
    marta = make.signed_in(sara, "marta")
    page = marta.get("/desks/ic-trescore")
    path = page.request.url.path
    fields = inputs_of(page.text) | {"name": ["Istituto di prova"]}
    address = sent_too_late(marta, database, path, path, **fields)
    assert 'value="Istituto di prova"' in signed_in_again(marta, "marta", address).text


def test_it_is_never_shown_to_another_account(sara: TestClient, database: Database) -> None:
    """Who signs in on the same browser as somebody else finds an empty form; the owner still finds hers."""
    address = sent_too_late(sara, database, "/requests/new", "/requests/new", **(FORM | {"note": NOTE}))
    assert NOTE not in signed_in_again(sara, "ines", address).text
    assert NOTE in signed_in_again(sara, "sara", address).text


def test_a_page_made_for_one_account_is_not_sent_as_another(sara: TestClient, database: Database) -> None:
    """Ines signs in on the same computer while Sara's form is open: it is kept for Sara, and nothing is asked by Ines."""
    mark = mark_in(sara.get("/requests/new").text)
    ines = make.signed_in(sara, "ines")
    answer = ines.post("/requests/new", data=FORM | {"note": NOTE, "csrf": mark})
    assert answer.headers["location"].startswith("/login?")
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 0
    assert NOTE in signed_in_again(sara, "sara", answer.headers["location"]).text


def test_it_waits_for_an_hour(sara: TestClient, database: Database) -> None:
    """After that it is shown to nobody, and the hourly job deletes it."""
    address = sent_too_late(sara, database, "/requests/new", "/requests/new", **(FORM | {"note": NOTE}))
    with database.begin() as session:
        session.execute(update(KeptForm).values(kept_at=machine_now() - keeping.KEPT - dt.timedelta(seconds=1)))
    assert NOTE not in signed_in_again(sara, "sara", address).text
    with database.begin() as session:
        keeping.forget(session, machine_now())
        assert session.scalar(select(func.count()).select_from(KeptForm)) == 0


@pytest.mark.parametrize("mark", ["", "2Qabcdefgh", "zzzzzzzzz"])
def test_nothing_is_kept_for_who_has_no_account(database: Database, mark: str) -> None:
    """Without a mark of ours the table stays empty, whatever is posted, and the visitor is asked to sign in."""
    visitor = make.client(database)
    visitor.headers["accept"] = "text/html"
    answer = visitor.post("/requests/new", data=FORM | {"csrf": mark})
    assert answer.headers["location"].startswith("/login")
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(KeptForm)) == 0


def test_no_password_is_kept(sara: TestClient, database: Database) -> None:
    """A field whose name says that it is a secret is left out."""
    sent_too_late(sara, database, "/requests/new", "/requests/new", **(FORM | {"new_password": "segreta"}))
    with database.begin() as session:
        [fields] = session.scalars(select(KeptForm.fields)).all()
    assert "segreta" not in str(fields)
    assert "arabo" in str(fields)


def test_one_account_keeps_a_few(sara: TestClient, database: Database) -> None:
    """Pressing again and again keeps the latest ones only."""
    mark = mark_in(sara.get("/requests/new").text)
    visitor = make.client(database)
    visitor.headers["accept"] = "text/html"
    for number in range(keeping.MOST + 2):
        visitor.post("/requests/new", data={"csrf": mark, "note": str(number)})
    with database.begin() as session:
        kept = {value for fields in session.scalars(select(KeptForm.fields)) for _name, value in fields}
    assert len(kept) == keeping.MOST
    assert str(keeping.MOST + 1) in kept


def test_a_part_of_a_page_gets_no_sign_in_page(database: Database) -> None:
    """What refreshes itself is refused with 401 and left as it is, instead of a form in the middle of another."""
    visitor = make.client(database)
    answer = visitor.post("/requests/hint", data=FORM, headers={"accept": "text/html", "hx-request": "true"})
    assert answer.status_code == 401
    assert "password" not in answer.text
