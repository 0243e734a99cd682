# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages over HTTP, without JavaScript: asking, slipping, following, changing, cancelling."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatch.intake.form import input_name
from dispatch.intake.schemas import RequestIn
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.statuses import Role
from tests import make


class Inputs(HTMLParser):
    """The names and values a browser would send for the form as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        ticked = told.get("type") not in ("radio", "checkbox") or "checked" in told
        if tag == "input" and "name" in told and ticked:
            self.sent.setdefault(told["name"], []).append(told.get("value", ""))
        if tag == "select":
            self.select = told["name"]
        if tag == "option" and "selected" in told:
            self.sent[self.select] = [told["value"]]


def inputs_of(html: str) -> dict[str, list[str]]:
    read = Inputs()
    read.feed(html.partition('class="po-form"')[2])
    return read.sent


FORM = {
    "desk": "ic-trescore",
    "kind": "mediation",
    "languages-0-code": "arabo",
    "languages-0-must": "true",
    "languages-1-code": "",
    "languages-1-must": "true",
    "any_language": "true",
    "gender-is": "f",
    "gender-must": "false",
    "when-0-day": "2026-11-30",
    "when-0-from": "09:00",
    "when-0-tolerance": "none",
    "when-1-day": "",
    "when-1-from": "09:00",
    "when-1-tolerance": "none",
    "duration": "60",
    "priority": "routine",
    "mode": "onsite",
    "place": "ic-trescore",
    "people": "1",
    "note": "",
}


@pytest.fixture
def sara(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A desk's browser, signed in; two mediators speak Arabic, one works on Monday morning."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        desk = make.desk(session, "ic-trescore")
        make.mediator(session, "m1")
        make.mediator(session, "m2", shifts=[(0, 840, 1140)])
        make.account(session, "sara", Role.DESK, desk_id=desk.id)
        set_virtual(session, make.NOW)
    visitor = make.client(database)
    visitor.headers["accept"] = "text/html"
    return make.signed_in(visitor, "sara")


def send(sara: TestClient, path: str = "/requests/new", **changes: str) -> Any:
    return sara.post(path, data=FORM | {name.replace("__", "-"): value for name, value in changes.items()})


def test_a_filled_form_becomes_a_request_to_follow(sara: TestClient) -> None:
    """The desk lands on the page of its new request and finds it in its list."""
    sent = send(sara)
    assert sent.status_code == 303, sent.text
    page = sara.get(sent.headers["location"])
    assert "R-1001" in page.text
    assert "9:00–10:00" in page.text
    assert "R-1001" in sara.get("/requests").text


def test_a_slip_loses_nothing(sara: TestClient) -> None:
    """The form comes back with 422, every problem with a link to its field, and all that was typed."""
    refused = send(sara, languages__0__code="arabbo", when__0__day="2025-01-01", place="", note="aula 3, secondo piano")
    assert refused.status_code == 422
    for field in ("languages-0-code", "when-0-day", "place"):
        assert f'href="#{field}"' in refused.text
        assert f'id="{field}-error"' in refused.text
    for typed in ("arabbo", "2025-01-01", "aula 3, secondo piano"):
        assert typed in refused.text
    assert sara.get("/api/v1/requests").json()["total"] == 0


def test_everything_wrong_is_said_at_once_from_the_top(sara: TestClient) -> None:
    """An unknown language, no day and no place: three lines in the order of the form, whoever would find them."""
    refused = send(sara, languages__0__code="arabbo", when__0__day="", place="")
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', refused.text.partition('id="errors"')[2])
    assert [name for name, _words in links] == ["languages-0-code", "when-0-day", "place"]
    assert "Indica il giorno dell’incontro." in links[1][1]


def test_a_note_with_a_name_is_sent_once_confirmed(sara: TestClient) -> None:
    """The form asks, with a box to tick; ticked, the note is kept."""
    asked = send(sara, note="Entrare da Porta Sud")
    assert asked.status_code == 422
    assert 'name="note_confirmed"' in asked.text
    assert send(sara, note="Entrare da Porta Sud", note_confirmed="true").status_code == 303


def test_the_hint_counts_who_could_come(sara: TestClient) -> None:
    """Two speak Arabic, one is on shift on Monday morning; later both are."""
    hint = send(sara, "/requests/hint")
    assert hint.status_code == 200
    assert "2 mediatori adatti" in hint.text
    afternoon = send(sara, "/requests/hint", when__0__from="14:30")
    assert "2 liberi" in afternoon.text
    assert send(sara, "/requests/hint", languages__0__code="xx").status_code == 200


def test_a_request_is_changed_copied_and_cancelled_from_its_page(sara: TestClient) -> None:
    """Change shows what was asked, copy leaves the day open, cancel ends it; then nothing more can be done."""
    address = send(sara).headers["location"].split("?")[0]
    code = address.rpartition("/")[2]
    change = sara.get(f"/requests/new?change={code}").text
    assert 'value="2026-11-30"' in change
    assert 'value="arabo"' in change
    assert 'value="2026-11-30"' not in sara.get(f"/requests/new?copy={code}").text
    assert send(sara, f"{address}/change", duration="90").status_code == 303
    assert "9:00–10:30" in sara.get(address).text
    assert send(sara, f"{address}/change", duration="0").status_code == 422
    assert sara.post(f"{address}/cancel").status_code == 303
    cancelled = sara.get(address).text
    assert "Annullata" in cancelled
    assert f"{address}/cancel" not in cancelled


def test_a_change_keeps_what_the_form_has_no_input_for(sara: TestClient) -> None:
    """Five days, a day left out, a level, an odd duration, a third language: changing the note touches none of them."""
    asked = make.body(
        "ic-trescore",
        languages=[
            {"code": "ar", "level": 3, "must": True},
            {"code": "fr", "must": False},
            {"code": "en", "level": 2, "must": False},
        ],
        when=[{"day": f"2026-11-{day}", "from": "09:10"} for day in (23, 24, 25, 26, 27)],
        repeat={"every": "week", "until": "2026-12-11", "except": ["2026-12-02"]},
        duration=50,
        same_mediator={"id": "m2", "must": False},
        skills=[{"code": "minors", "must": False}, {"code": "school", "must": False}],
    )
    code = sara.post("/api/v1/requests", json=asked).json()["code"]
    shown = sara.get(f"/requests/new?change={code}").text
    assert sara.post(f"/requests/{code}/change", data=inputs_of(shown) | {"note": "aula 3"}).status_code == 303
    after = sara.get(f"/api/v1/requests/{code}").json()
    before = RequestIn.model_validate(asked | {"note": "aula 3"}).model_dump(by_alias=True)
    assert after["asked"] == before | {"any_language": False}
    assert {one["status"] for one in after["appointments"]} == {"open"}


SERIES = {"repeat__every": "two_weeks", "repeat__until": "2027-02-08", "repeat__school_days": "true"}


def test_the_form_shows_which_dates_a_series_makes(sara: TestClient) -> None:
    """Every two weeks on school days: the dates, and those left out with the reason; too long a series says so."""
    shown = send(sara, "/requests/dates", repeat__holidays="skip", **SERIES).text
    assert "4 date" in shown
    assert "senza 28/12 e 8/2 (scuole chiuse)" in shown
    assert "lun 14 dic 2026" in shown
    assert "due anni" in send(sara, "/requests/dates", **(SERIES | {"repeat__until": "2029-01-01"})).text
    assert send(sara, "/requests/dates", repeat__every="").text.strip() == ""


def test_a_series_keeps_its_choices_through_a_slip_and_a_change(sara: TestClient) -> None:
    """What was ticked is ticked again, and changing the note leaves the dates alone."""
    refused = send(sara, place="", repeat__holidays="skip", **SERIES)
    assert refused.status_code == 422
    assert inputs_of(refused.text)["repeat-holidays"] == ["skip"]
    assert inputs_of(refused.text)["repeat-school_days"] == ["true"]
    address = send(sara, repeat__holidays="skip", **SERIES).headers["location"].split("?")[0]
    assert "Ogni due settimane" in sara.get(address).text
    form = inputs_of(sara.get(f"/requests/new?change={address.rpartition('/')[2]}").text)
    assert sara.post(f"{address}/change", data=form | {"note": "aula 3"}).status_code == 303
    asked = sara.get(f"/api/v1{address}").json()
    assert (asked["asked"]["repeat"]["holidays"], asked["asked"]["repeat"]["school_days"]) == ("skip", True)
    assert [one["status"] for one in asked["appointments"]] == ["open"] * 4


def test_each_date_is_changed_and_called_off_from_its_page(sara: TestClient) -> None:
    """Three scopes to choose from, the notice rule said; what was called off by itself stays to be seen."""
    address = send(sara, **SERIES).headers["location"].split("?")[0]
    date = f"{address}/appointments/2"
    assert f'href="{date}#change"' in sara.get(address).text
    page = sara.get(date).text
    for words in ("solo questa data", "questa e le seguenti", "3 date", "4 date", "non costa nulla"):
        assert words in page
    form = inputs_of(page) | {"scope": "this"}
    assert sara.post(f"{date}/change", data=form | {"when-from": "11:00"}).status_code == 303
    shown = sara.get(address).text
    assert "11:00–12:00" in shown
    assert "modificata da sola" in shown
    third = inputs_of(sara.get(f"{address}/appointments/3").text)
    following = third | {"when-from": "10:00", "scope": "following", "when-day": "2027-01-11"}
    assert sara.post(f"{address}/appointments/3/change", data=following).status_code == 303
    assert sara.get(address).text.count("10:00–11:00") == 2
    assert sara.post(f"{address}/appointments/1/cancel", data={"scope": "this"}).status_code == 303
    shown = sara.get(address).text
    assert "lunedì 30 novembre" in shown
    assert "Annullata" in shown or "Annullato" in shown
    assert f"{address}/appointments/1#change" not in shown
    assert "Da lunedì 11 gennaio: alle 10:00" in sara.get(f"/requests/new?change={address.rpartition('/')[2]}").text


def test_a_slip_about_one_date_loses_nothing(sara: TestClient) -> None:
    """The page comes back with what was typed, what is wrong with it, and the series is what it was."""
    address = send(sara, **SERIES).headers["location"].split("?")[0]
    form = inputs_of(sara.get(f"{address}/appointments/2").text) | {"scope": "this"}
    slip = form | {"when-day": "2026-11-01", "duration": "90", "scope": "following"}
    refused = sara.post(f"{address}/appointments/2/change", data=slip)
    assert refused.status_code == 422
    assert 'href="#when-day"' in refused.text
    assert (inputs_of(refused.text)["when-day"], inputs_of(refused.text)["duration"]) == (["2026-11-01"], ["90"])
    assert inputs_of(refused.text)["scope"] == ["following", "this"]  # of the change, and of the cancellation below it
    assert {one["duration"] for one in sara.get(f"/api/v1{address}").json()["appointments"]} == {60}
    nothing = sara.post(f"{address}/appointments/2/change", data=form)
    assert nothing.status_code == 422
    assert sara.get(f"{address}/appointments/9").status_code == 404


def test_a_date_that_is_over_offers_nothing(sara: TestClient, database: Database) -> None:
    """Its page says so instead of showing a form that would be refused."""
    address = send(sara, **SERIES).headers["location"].split("?")[0]
    with database.begin() as session:
        set_virtual(session, make.NOW + dt.timedelta(days=10))
    page = sara.get(f"{address}/appointments/1").text
    assert "non si può modificare" in page
    assert "<form" not in page.partition('class="po-head"')[2]


def test_what_passed_is_not_looked_for_any_more(sara: TestClient, database: Database) -> None:
    """A meeting whose time is over without anybody says so, in the list and on its page."""
    address = send(sara).headers["location"].split("?")[0]
    assert "In ricerca" in sara.get(address).text
    with database.begin() as session:
        set_virtual(session, make.NOW + dt.timedelta(days=20))
    for page in (address, "/requests"):
        shown = sara.get(page).text
        assert "Senza nessuno" in shown
        assert "In ricerca" not in shown


def test_nobody_comes_to_a_telephone(sara: TestClient) -> None:
    """The place is preselected; who then chooses the telephone has not asked for a place."""
    assert '<option value="ic-trescore" selected>' in sara.get("/requests/new").text
    code = send(sara, mode="phone").headers["location"].split("/")[2].split("?")[0]
    assert sara.get(f"/api/v1/requests/{code}").json()["appointments"][0]["place"] is None


@pytest.mark.parametrize(
    "odd",
    [
        {"kind-x": "x"},
        {"when-0": "x"},
        {"when-0-day-x": "x"},
        {"languages-0-code-x": "x"},
        {"languages-²-code": "x"},
        {"-0": "x"},
        {"mode": "\x00"},
        {"same_mediator-id": "\x00"},
        {"duration": "9" * 400},
    ],
)
def test_no_odd_input_breaks_a_page(sara: TestClient, odd: dict[str, str]) -> None:
    """Whatever is posted, the form comes back with what is wrong, and the hint says nothing or something."""
    assert sara.post("/requests/new", data=FORM | odd).status_code == 422
    assert sara.post("/requests/hint", data=FORM | odd).status_code == 200
    assert sara.post("/requests/hint", data=odd | FORM).status_code == 200


@pytest.mark.parametrize("query", ["copy=%00", "change=%00", "copy=R-%ED%A0%80", "change=R-99999999999999999999"])
def test_no_odd_address_breaks_a_page(sara: TestClient, query: str) -> None:
    """An address from an old mail is refused, never a crash."""
    assert sara.get(f"/requests/new?{query}").status_code == 422


def test_the_list_is_in_the_order_of_time(sara: TestClient) -> None:
    """The next meeting first, whatever was asked first; a percent sign is searched for, not obeyed."""
    for day in ("2026-12-02", "2026-12-01", "2026-12-03"):
        send(sara, when__0__day=day)
    page = sara.get("/requests").text
    assert page.index("R-1002") < page.index("R-1001") < page.index("R-1003")
    assert "R-1001" not in sara.get("/requests?q=%25").text


def test_a_browser_gets_pages_for_errors(sara: TestClient) -> None:
    """An unknown request is a page that says so; who is not signed in is led to sign in and back."""
    missing = sara.get("/requests/R-99999")
    assert (missing.status_code, "<h1>" in missing.text) == (404, True)
    sara.cookies.clear()
    led = sara.get("/requests?status=open")
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Frequests%3Fstatus%3Dopen")


def test_every_answer_is_guarded_by_headers(sara: TestClient) -> None:
    """Pages, problems and redirects carry them; nothing may be framed or loaded from elsewhere."""
    for path in ("/requests", "/nowhere", "/healthz", "/api/v1/requests/R-1%00"):
        headers = sara.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_flood_is_turned_away(sara: TestClient) -> None:
    """A body of megabytes or a thousand fields is refused, not read."""
    assert sara.post("/requests/new", content=b"a=" + b"x" * 300_000).status_code == 413
    many = sara.post("/requests/new", data={f"f{number}": "1" for number in range(1000)})
    assert many.status_code == 400


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("desk", "desk"),
        ("when", "when-0-day"),
        ("when.1", "when-1-day"),
        ("when.0.from", "when-0-from"),
        ("languages", "languages-0-code"),
        ("languages.1.must", "languages-1-code"),
        ("gender.is", "gender-is"),
        ("repeat.until", "repeat-until"),
    ],
)
def test_every_problem_leads_to_an_input(field: str, name: str) -> None:
    """A link in the list of problems goes to something that can be typed in."""
    assert input_name(field) == name
