# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two coordinators at one row: the second is told who was quicker, keeps what she typed, and decides."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records import AuditEntry, Organisation
from dispatch.records.statuses import Role
from tests import make

Pairs = dict[str, list[str]]


class Form(HTMLParser):
    """The fields of the page's form that changes something, as a browser would send them."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.fields = action, False, Pairs()
        self.select, self.area = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "input" and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.fields[self.select] = [given["value"]]
        elif tag == "textarea":
            self.area = name
            self.fields[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = ""


@pytest.fixture
def two(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[TestClient, TestClient]:
    """Anna and Bruna, each in her own browser."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        for login in ("anna", "bruna"):
            make.account(session, login, Role.COORDINATOR)
        make.ambito(session)
        make.comune(session)
        place = make.place(session, "cpia")
        make.organisation(session, "asl", name="ASL")
        make.desk(session, "scuola", place_id=place.id)
        make.project(session, "fami", minutes=6000)
        make.mediator(session, "amina")
    return make.signed_in(make.client(database), "anna"), make.signed_in(make.client(database), "bruna")


# Where the row's form stands and is sent, and the field that both change.
ROWS = [
    ("/places/cpia", "/places/cpia", "name"),
    ("/desks/scuola", "/desks/scuola", "name"),
    ("/organisations/asl", "/organisations/asl", "name"),
    ("/projects/fami", "/projects/fami", "budgets-0-hours"),
    ("/roster/amina", "/roster/amina", "name"),
    ("/policy/offers.move_minutes", "/policy/offers.move_minutes", "value"),
]
VALUES = {"budgets-0-hours": ("150", "200"), "value": ("20", "25")}


def opened(visitor: TestClient, page: str, action: str) -> Pairs:
    answer = visitor.get(page)
    assert answer.status_code == 200
    return Form(answer.text, action).fields


def values_of(field: str) -> tuple[str, str]:
    """What Anna writes into a field, and what Bruna does."""
    return VALUES.get(field, ("Un nome di Anna", "Un nome di Bruna"))


def reason(field: str) -> Pairs:
    """The policy wants to know why."""
    return {"why": ["per prova"]} if field == "value" else {}


def both_open_and_anna_saves(two: tuple[TestClient, TestClient], page: str, action: str, field: str) -> Pairs:
    """Bruna's form, as it was opened before Anna saved hers."""
    first, second = (opened(visitor, page, action) | reason(field) for visitor in two)
    assert two[0].post(action, data=first | {field: [values_of(field)[0]]}).status_code == 303
    return second


@pytest.mark.parametrize(("page", "action", "field"), ROWS)
def test_the_second_is_told_and_nothing_is_lost(
    two: tuple[TestClient, TestClient], page: str, action: str, field: str
) -> None:
    """Both open the form, Anna saves, Bruna saves: she sees Anna's name, Anna's value, and her own still typed."""
    anna, bruna = two
    theirs, mine = values_of(field)
    second = both_open_and_anna_saves(two, page, action, field)
    told = bruna.post(action, data=second | {field: [mine]})
    assert told.status_code == 409
    assert "Anna, " in told.text
    assert f"Ora: {theirs}" in told.text
    again = Form(told.text, action).fields
    assert again[field] == [mine]
    assert opened(anna, page, action)[field] == [theirs]  # nothing was overwritten
    assert bruna.post(action, data=again | reason(field)).status_code == 303  # she has seen it, and decides
    assert opened(anna, page, action)[field] == [mine]


@pytest.mark.parametrize("what", ["request", "presence"])
def test_the_second_at_a_request_or_a_presence_is_told(two: tuple[TestClient, TestClient], what: str) -> None:
    """What follows from them (dates, questions, bookings) follows from one of the two changes, not from both."""
    anna, bruna = two
    page, action, field, theirs, mine = _entered(anna, what)
    first, second = opened(anna, page, action), opened(bruna, page, action)
    assert anna.post(action, data=first | {field: [theirs]}).status_code == 303
    told = bruna.post(action, data=second | {field: [mine]})
    assert told.status_code == 409
    assert "Anna, " in told.text
    assert f"Ora: {theirs}" in told.text
    assert opened(anna, page, action)[field] == [theirs]
    again = Form(told.text, action).fields
    assert again[field] == [mine]
    assert bruna.post(action, data=again).status_code == 303
    assert opened(anna, page, action)[field] == [mine]


def _entered(anna: TestClient, what: str) -> tuple[str, str, str, str, str]:
    """A new one: its page, where it is sent, the field that both change, and their two values."""
    if what == "presence":
        code = anna.post("/api/v1/presences", json=make.shift(desk="scuola")).json()["code"]
        return f"/presences/{code}/change", f"/presences/{code}/change", "name", "Sportello A", "Sportello B"
    code = anna.post("/api/v1/requests", json=make.body("scuola", place="cpia")).json()["code"]
    return f"/requests/new?change={code}", f"/requests/{code}/change", "note", "aula 1", "aula 2"


def test_a_date_that_was_shown_otherwise_is_told(two: tuple[TestClient, TestClient]) -> None:
    """A moved date may keep its row: a form that showed it at another hour is refused, with the hour of now."""
    _anna, bruna = two
    code = bruna.post("/api/v1/requests", json=make.body("scuola", place="cpia")).json()["code"]
    date = f"/requests/{code}/appointments/1"
    form = opened(bruna, date, f"{date}/change")
    marks = [one for one in form["shown"][0].split(" ") if not one.startswith("when-from~")]
    older = {"shown": " ".join([*marks, "when-from~00000000"]), "when-from": "11:00"}
    told = bruna.post(f"{date}/change", data=form | older)
    assert told.status_code == 409
    assert "Ora: 09:10" in told.text
    assert bruna.post(f"{date}/change", data=Form(told.text, f"{date}/change").fields).status_code == 303


@pytest.mark.parametrize(("page", "action", "field"), ROWS)
def test_without_the_marks_the_last_one_wins(
    two: tuple[TestClient, TestClient], page: str, action: str, field: str
) -> None:
    """Control: a form that does not say what it showed is compared with nothing, and Anna's value is gone."""
    anna, bruna = two
    _theirs, mine = values_of(field)
    second = both_open_and_anna_saves(two, page, action, field)
    del second["shown"]
    assert bruna.post(action, data=second | {field: [mine]}).status_code == 303
    assert opened(anna, page, action)[field] == [mine]


@pytest.mark.parametrize(("page", "action", "field"), ROWS)
def test_who_saves_twice_is_in_nobodys_way(
    two: tuple[TestClient, TestClient], page: str, action: str, field: str
) -> None:
    """The form as it was opened may be sent as it is, and the one opened after a save too."""
    anna, bruna = two
    for visitor in (anna, bruna, bruna):
        assert visitor.post(action, data=opened(visitor, page, action) | reason(field)).status_code == 303


def test_a_slip_does_not_forget_what_was_shown(two: tuple[TestClient, TestClient]) -> None:
    """A refused form comes back with its first marks, so that what somebody changed meanwhile is still found."""
    anna, bruna = two
    second = opened(bruna, "/places/cpia", "/places/cpia")
    first = opened(anna, "/places/cpia", "/places/cpia")
    assert anna.post("/places/cpia", data=first | {"name": ["Di Anna"]}).status_code == 303
    del second["shown"]
    slip = bruna.post("/places/cpia", data=second | {"comune": ["Nowhere"], "shown": first["shown"]})
    assert slip.status_code == 409


def test_a_change_by_nobody_known_is_told_without_a_name(
    two: tuple[TestClient, TestClient], database: Database
) -> None:
    """A program or the console has no name; the field and what stands in it are told all the same."""
    _anna, bruna = two
    mine = opened(bruna, "/organisations/asl", "/organisations/asl")
    with database.begin() as session:
        session.scalars(select(Organisation).where(Organisation.code == "asl")).one().name = "ATS"
        assert session.scalars(select(AuditEntry).where(AuditEntry.subject == "organisation")).all() == []
    told = bruna.post("/organisations/asl", data=mine | {"name": ["Azienda"]})
    assert told.status_code == 409
    assert "Ora: ATS" in told.text
