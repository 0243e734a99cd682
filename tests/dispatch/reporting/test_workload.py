# SPDX-License-Identifier: AGPL-3.0-or-later
"""The workload over HTTP: tabs, order, filters, files, what is behind a row, and how little a coordinator of one ambito sees."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import event

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.statuses import AttendanceStatus, Role
from dispatch.records.territory import Budget
from dispatch.reporting.behind_page import word
from dispatch.web.i18n import speaking
from tests import make

NOW = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 10, 8, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def coordinator(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Two ambiti: Amina speaks Arabic and works in both, Bilal speaks Urdu and had nothing."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, NOW)
        make.ambito(session, "BG05", extra_eu_incidence_pct=10)
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        here = make.desk(session, "ic-qui", name="Istituto qui")
        there = make.desk(
            session, "ps-la", name="=Pronto soccorso", place_id=make.place(session, "la", comune_code="016077").id
        )
        make.project(session, "fami")
        session.add(Budget(project_code="fami", ambito_code="BG05", minutes=70))
        amina = make.mediator(session, "m1", name="Amina B.", max_week=600)
        make.mediator(session, "m2", name="Bilal K.", speaks={"ur": 3}, max_week=600)
        make.attendance(session, make.visit(session, amina, MORNING, at=here, project_code="fami"), minutes=75)
        make.attendance(session, make.visit(session, amina, MORNING + DAY, at=there, minutes=90))
        ahead = make.visit(session, amina, NOW + DAY, at=here)
        make.visit(session, amina, NOW + 2 * DAY, at=there, state="published")
        make.asked(session, NOW + 3 * DAY, at=there, minutes=30)
        make.offer(session, amina, MORNING, "accepted", ahead.slot)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "val", Role.COORDINATOR, ambiti=["BG05"])
    return make.signed_in(make.client(database), "marta")


def rows(visitor: TestClient, address: str) -> list[dict[str, str]]:
    """The CSV of a tab, a mapping by header for each line."""
    answer = visitor.get(f"{address}{'&' if '?' in address else '?'}format=csv")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_page_shows_hours_against_limits(coordinator: TestClient) -> None:
    """75 + 90 worked, 60 confirmed and 60 waiting are 4:45 of 42:51; the bar is there, its number as text."""
    page = coordinator.get("/workload").text
    assert "Carico, novembre 2026" in page
    assert "4,8 su 42,9 h (11 %)" in page
    assert page.count('<svg viewBox="0 0 100 14"') == 2
    assert "13 giorni fa" in page
    amina, bilal = rows(coordinator, "/workload?order=name")
    assert (amina["Ore pianificate"], amina["Ore confermate"], amina["Ore svolte"]) == ("1,00", "3,50", "2,75")
    assert (amina["Ultimo intervento"], amina["Proposte accettate"]) == ("11/11/2026", "1")
    assert (bilal["Ore contate"], bilal["% sopra la media"], bilal["Ultimo intervento"]) == ("0,00", "-100,0", "")


def test_the_sentence_on_top_names_whom_to_call(coordinator: TestClient) -> None:
    """Bilal is free and had nothing; a budget is used up; each leads to its rows and no others."""
    page = coordinator.get("/workload").text
    assert "Bilal K. è disponibile ma non ha interventi da 14 giorni" in page
    assert "Il budget di un progetto è esaurito: Progetto fami" in page
    only = coordinator.get("/workload?only=idle").text
    assert "/workload/mediators/m2" in only
    assert "/workload/mediators/m1" not in only
    assert "Progetto fami" in coordinator.get("/workload/budgets?only=spent").text


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("mediator", ["Amina B.", "Bilal K."]),
        ("language", ["Arabo"]),
        ("ambito", ["Ambito BG05", "Ambito BG14"]),
        ("desk", ["Istituto qui", "'=Pronto soccorso"]),
        ("project", ["Progetto fami", "Senza progetto"]),
    ],
)
def test_every_tab_counts_the_same_hours(coordinator: TestClient, by: str, names: list[str]) -> None:
    """2:45 worked and 3:30 confirmed, however one cuts them, and a cell that a spreadsheet would calculate is quoted."""
    found = rows(coordinator, f"/workload?by={by}&order=name")
    assert {name.lower() for name in names} <= {list(row.values())[1].lower() for row in found}
    for title, total in (("Ore svolte", 2.75), ("Ore confermate", 3.5), ("Ore pianificate", 1.0)):
        assert sum(float(row[title].replace(",", ".")) for row in found) == pytest.approx(total), title


@pytest.mark.parametrize("by", ["mediator", "language", "ambito", "desk", "project"])
def test_a_workbook_says_what_the_csv_says(coordinator: TestClient, by: str) -> None:
    """The same cells under the same headers, numbers as numbers; nothing in it is a formula."""
    answer = coordinator.get(f"/workload?by={by}&format=xlsx")
    tab = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    head, *lines = [[cell.value for cell in line] for line in tab.iter_rows()]
    told = rows(coordinator, f"/workload?by={by}")
    assert head == list(told[0])
    where = head.index("Ore svolte")
    assert [f"{line[where]:.2f}".replace(".", ",") for line in lines] == [row["Ore svolte"] for row in told]
    assert all(cell.data_type != "f" for line in tab.iter_rows() for cell in line)


def test_a_table_is_sorted_by_a_click(coordinator: TestClient) -> None:
    """The most hours first, then the fewest; a screen reader is told which."""
    orders = {order: [row["Codice"] for row in rows(coordinator, f"/workload?order={order}")] for order in ("-worked", "worked", "-name")}  # fmt: skip
    assert orders == {"-worked": ["m1", "m2"], "worked": ["m2", "m1"], "-name": ["m2", "m1"]}
    page = coordinator.get("/workload?order=-worked").text
    assert 'aria-sort="descending"' in page
    assert "order=worked" in page


def test_filters_narrow_the_rows_and_keep_her_hours_whole(coordinator: TestClient) -> None:
    """By text, by language, by ambito; of a desk's ambito only its own visits count."""
    assert [row["Codice"] for row in rows(coordinator, "/workload?language=ur")] == ["m2"]
    assert [row["Codice"] for row in rows(coordinator, "/workload?q=amin")] == ["m1"]
    (amina,) = rows(coordinator, "/workload?ambito=BG14")
    assert amina["Ore confermate"] == "3,50"
    (there,) = rows(coordinator, "/workload?by=desk&ambito=BG14")
    assert (there["Ore confermate"], there["Ore richieste"]) == ("1,50", "3,00")


def test_there_are_two_kinds_of_nothing(coordinator: TestClient) -> None:
    """A filter that hides all can be taken off; a month in which nothing happened says so."""
    hidden = coordinator.get("/workload?q=nessuno").text
    assert "Togli i filtri" in hidden or "togli i filtri" in hidden
    assert "Ancora niente da contare" in coordinator.get("/workload?by=desk&period=2026-01").text


def test_what_is_behind_a_row_adds_up_to_it(coordinator: TestClient) -> None:
    """Four visits, each with what it counts for; the day of one leads to its request."""
    page = coordinator.get("/workload/mediators/m1?period=2026-11").text
    assert "4 interventi" in page
    assert "2,75" in page
    assert re.search(r'href="/requests/R-\d+"', page)
    told = rows(coordinator, "/workload/mediators/m1?period=2026-11")
    assert [row["Ore svolte"] for row in told] == ["1,25", "1,50", "", ""]
    with speaking("it"):
        states = [word("attendance", "agreed")] * 2 + [word("assignment", "booked"), word("assignment", "published")]
    assert [row["Stato"] for row in told] == states
    assert told[0]["Inizio"] == "10/11/2026 09:00"
    for address in ("desks/ic-qui", "ambiti/BG05", "languages/ar", "projects/fami", "projects/-"):
        assert coordinator.get(f"/workload/{address}").status_code == 200, address
    for address in ("mediators/m9", "desks/none", "ambiti/BG99", "languages/xx", "projects/none", "people/m1"):
        assert coordinator.get(f"/workload/{address}").status_code == 404, address


def test_budgets_say_what_is_left(coordinator: TestClient) -> None:
    """75 worked and nothing booked of 70 minutes; the hours of no project weigh on none."""
    whole, bg05 = rows(coordinator, "/workload/budgets")
    assert (whole["Ambito"], bg05["Ambito"]) == ("", "Ambito BG05")
    assert (bg05["Ore assegnate"], bg05["Ore svolte"], bg05["Ore rimaste"], bg05["% usata"]) == ("1,17", "1,25", "-0,08", "107,14")  # fmt: skip


def test_equity_compares_with_who_lives_there(coordinator: TestClient) -> None:
    """75 minutes for 50,000 residents and 5,000 from outside the EU; where that is not known the page says so."""
    page = coordinator.get("/workload/equity").text
    assert "incidenza non UE non nota" in page
    assert "Incidenza non nota per: Ambito BG14" in page
    assert "ANPR" in page
    known, unknown = rows(coordinator, "/workload/equity")
    assert (known["Ore svolte per 1.000 residenti non UE"], known["Quota svolta, %"]) == ("0,25", "100,00")
    assert (unknown["Ore svolte"], unknown["Quota attesa, %"]) == ("1,50", "")


def test_a_coordinator_sees_her_ambiti_only(coordinator: TestClient, database: Database) -> None:
    """Other desks, ambiti, purses are not there; a mediator's hours are whole, but where she was stays unsaid."""
    val = make.signed_in(make.client(database), "val")
    assert [row["Codice"] for row in rows(val, "/workload?by=ambito")] == ["BG05"]
    assert [row["Codice"] for row in rows(val, "/workload?by=desk")] == ["ic-qui"]
    assert [row["Codice"] for row in rows(val, "/workload/equity")] == ["BG05"]
    assert [row["Ambito"] for row in rows(val, "/workload/budgets")] == ["Ambito BG05"]
    assert rows(val, "/workload?ambito=BG14") == []
    amina = next(row for row in rows(val, "/workload") if row["Codice"] == "m1")
    assert amina["Ore confermate"] == "3,50"
    told = rows(val, "/workload/mediators/m1?period=2026-11")
    assert [row["Servizio"] for row in told] == ["Istituto qui", "in un altro ambito"] * 2
    assert [bool(row["Richiesta"]) for row in told] == [True, False] * 2
    for address in ("ambiti/BG14", "desks/ps-la"):
        assert val.get(f"/workload/{address}").status_code == 404
    assert "Pronto soccorso" not in val.get("/workload/languages/ar").text
    assert "Pronto soccorso" in coordinator.get("/workload/languages/ar").text


@pytest.mark.parametrize("period", ["2026-13", "ieri", "2026-W60"])
def test_a_period_that_is_none_is_refused_by_name(coordinator: TestClient, period: str) -> None:
    """What came, and what to write instead."""
    answer = coordinator.get(f"/workload?period={period}")
    assert answer.status_code == 422
    assert "2026-W48" in answer.text


def test_weeks_and_months_lead_to_each_other(coordinator: TestClient) -> None:
    """Before, now, after; the week of a month is that of today where it holds today."""
    month = coordinator.get("/workload").text
    for name in ("2026-10", "2026-12", "2026-W48"):
        assert f"period={name}" in month, name
    week = coordinator.get("/workload?period=2026-W46").text
    for name in ("2026-W45", "2026-W47", "2026-W48", "2026-11"):
        assert f"period={name}" in week, name
    assert "2,8 su 10 h (28 %)" in week


def test_the_api_counts_in_minutes(coordinator: TestClient) -> None:
    """Whole minutes of any days, and what needs attention in words."""
    answer = coordinator.get("/api/v1/workload?by=desk&from=2026-11-01&to=2026-11-30").json()
    assert (answer["from"], answer["to"], answer["by"]) == ("2026-11-01", "2026-11-30", "desk")
    here, there = sorted(answer["rows"], key=lambda row: row["key"])
    assert (here["worked_minutes"], here["booked_minutes"], here["planned_minutes"]) == (75, 120, 0)
    assert (there["requested_minutes"], there["uncovered_minutes"], there["counted_minutes"]) == (180, 30, 150)
    assert [one["concern"] for one in answer["attention"]] == ["spent", "idle"]
    wrong = coordinator.get("/api/v1/workload?from=2026-11-30&to=2026-11-01")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "to")


def test_late_attendances_are_told_on_top(coordinator: TestClient, database: Database) -> None:
    """Nobody said how Thursday's visit went."""
    with database.begin() as session:
        chen = make.mediator(session, "m3", name="Chen L.")
        one = make.visit(session, chen, NOW - 5 * DAY)
        make.attendance(session, one, minutes=0, status=AttendanceStatus.AWAITED, outcome=None)
    assert "Presenze da chiudere da più di 3 giorni: 1, di Chen L." in coordinator.get("/workload").text


def statements(database: Database, act: Callable[[], object]) -> int:
    """How many statements the database gets while we act."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("by", ["mediator", "language", "ambito", "desk", "project"])
def test_a_tab_costs_the_same_however_many_rows_it_has(coordinator: TestClient, database: Database, by: str) -> None:
    """Ten more mediators, desks and visits: not one statement more, and no more than 28 in all: four are the counts and the banner of every page."""
    coordinator.get("/workload")  # the session of the browser is marked as used once
    few = statements(database, lambda: coordinator.get(f"/workload?by={by}"))
    with database.begin() as session:
        for _ in range(10):
            one = make.visit(session, make.mediator(session), MORNING)
            make.attendance(session, one)
    many = statements(database, lambda: coordinator.get(f"/workload?by={by}"))
    assert few == many <= 30
