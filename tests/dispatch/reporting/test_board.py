# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board over HTTP: sums that are right, nobody's name, small numbers kept back, one quarter and no other days."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.orm import object_session

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.intake import Request
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Outcome, Role, SlotStatus
from dispatch.records.territory import Desk
from dispatch.reporting.board import Line, Tally, Veil, lines
from dispatch.reporting.board_words import filled, speakers, waited
from dispatch.web.i18n import speaking
from tests import make
from tests.dispatch.reporting.test_workload import statements

NOW = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 10, 8, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def served(here: Desk, who: Mediator, count: int, *, first: dt.datetime = MORNING, **values: Any) -> None:
    """As many visits of an hour, one after the other, that both agree took place."""
    session = object_session(here)
    assert session is not None
    for number in range(count):
        make.attendance(session, make.visit(session, who, first + 2 * number * HOUR, at=here, **values))


@pytest.fixture
def coordinator(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Three ambiti: 12 visits in one, 8 in the next with 5 places nobody took, 3 in the last; 6 places more for Bengali."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, NOW)
        make.ambito(session, "BG05", extra_eu_incidence_pct=10)
        make.ambito(session, "BG14", extra_eu_incidence_pct=10)
        desks = {}
        for code, istat, ambito in (("uno", "016001", "BG05"), ("due", "016002", "BG14"), ("tre", "016003", "BG03")):
            make.comune(session, istat, ambito_code=ambito, name=code, short_name=code)
            desks[code] = make.desk(session, code, name=f"Consultorio {code}", place_id=make.place(session, code, comune_code=istat).id)  # fmt: skip
        make.project(session, "fami", minutes=6000)
        make.project(session, "migra", minutes=6000)
        amina = make.mediator(session, "m1", name="Amina Benali")
        make.languages(session, "bn")
        served(desks["uno"], amina, 12, project_code="fami")
        served(desks["due"], amina, 8, first=MORNING + 2 * DAY, project_code="migra")
        served(desks["tre"], amina, 3, first=MORNING + 4 * DAY)
        for number in range(5):
            make.asked(session, MORNING + number * HOUR, at=desks["due"], status=SlotStatus.UNFILLED)
        for number in range(6):
            make.asked(session, MORNING + number * HOUR, at=desks["uno"], needs={"languages": {"bn": 2}})
        make.asked(session, NOW + DAY, at=desks["uno"])
        make.asked(session, MORNING, at=desks["uno"], status=SlotStatus.CANCELLED)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "val", Role.COORDINATOR, ambiti=["BG05"])
    return make.signed_in(make.client(database), "marta")


def figures(visitor: TestClient, address: str = "/board") -> dict[tuple[str, str, str], str]:
    """The file's values by table, of what, and figure."""
    answer = visitor.get(f"{address}{'&' if '?' in address else '?'}format=csv")
    assert answer.status_code == 200, answer.text
    told = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    return {(row["Tabella"], row["Di"], row["Cifra"]): row["Valore"] for row in told}


def test_the_board_adds_up(coordinator: TestClient) -> None:
    """23 of 34 places filled; what is still ahead lacks nobody, what was called off was never asked."""
    told = figures(coordinator)
    whole = {figure: value for (table, _, figure), value in told.items() if table == "Cabina di regia"}
    assert (whole["Posti richiesti"], whole["% coperte"], whole["Ore svolte"]) == ("34,00", "67,65", "23,00")
    assert whole["Lingue senza copertura"] == "1,00"
    assert told["Lingue", "bengalese", "% coperte"] == "0,00"
    assert told["Lingue", "bengalese", "Chi la parla"] == "nessuno"
    assert told["Progetti", "Progetto fami", "Ore svolte"] == "12,00"
    assert told["Mesi", "novembre 2026", "Ore svolte"] == "23,00"
    page = coordinator.get("/board").text
    assert "Cabina di regia, ottobre – dicembre 2026" in page
    assert "bengalese" in page


def test_it_names_nobody(coordinator: TestClient) -> None:
    """Neither who went nor who asked, on the page or in the files."""
    page, file = coordinator.get("/board").text, coordinator.get("/board?format=csv").text
    for name in ("Amina", "Consultorio", "m1"):
        assert name not in page.replace("m1-", "")
        assert name not in file


def test_a_few_visits_hide_and_take_the_next_few_along(coordinator: TestClient) -> None:
    """Three in one ambito: without the eight beside it the sum of 23 would tell them."""
    told = figures(coordinator)
    hours = {of: value for (table, of, figure), value in told.items() if (table, figure) == ("Ambiti", "Ore svolte")}
    assert hours == {"Ambito BG03": "meno di 5", "Ambito BG05": "12,00", "Ambito BG14": "non mostrato"}
    shares = {of: value for (table, of, figure), value in told.items() if (table, figure) == ("Ambiti", "% coperte")}
    assert shares["Ambito BG03"] == "meno di 5"
    page = coordinator.get("/board").text
    assert page.count("meno di 5") >= 3
    assert re.search(r">3\s*h<", page) is None


def test_the_shown_ambiti_do_not_tell_each_other(coordinator: TestClient) -> None:
    """Two ambiti can be compared: where one is kept back, the shares of the other alone would tell it."""
    shown = {"a": Tally(20, 20, 0, 20), "b": Tally(9, 9, 0, 3), "c": Tally(30, 30, 0, 6)}
    rows = {line.key: line.served_veil for line in lines(shown, {}, compared={"a", "b"})}
    assert rows == {"a": Veil.OTHER, "b": Veil.SMALL, "c": Veil.OTHER}


def test_a_language_without_cover_does_not_tell_another() -> None:
    """That none of its places is filled would say how many are not: it is only said where the rate is shown."""
    shown = {"ar": Tally(40, 38), "bn": Tally(6, 0), "ti": Tally(9, 0)}
    assert [one.key for one in lines(shown, {}, speakers={"ar": 9, "bn": 2}) if one.is_bare] == ["ti"]
    shown["ar"] = Tally(40, 40)
    assert [one.key for one in lines(shown, {}, speakers={"ar": 9, "bn": 2}) if one.is_bare] == ["bn", "ti"]


def test_nearly_all_is_said_as_a_bound() -> None:
    """Two of a hundred missing is "at least 96 %": what one to four leave open."""
    with speaking("it"):
        few = Line("a", "", Tally(100, 98), share_veil=Veil.SMALL)
        many = Line("b", "", Tally(100, 3), share_veil=Veil.SMALL)
        other = Line("c", "", Tally(100, 90), share_veil=Veil.OTHER)
        hidden = Line("d", "", Tally(3, 3), asked_veil=Veil.SMALL, share_veil=Veil.SMALL)
        told = [filled(one) for one in (few, many, other, hidden)]
        assert told == ["almeno 96\u00a0%", "al massimo 4\u00a0%", "non mostrato", "meno di 5"]
        assert [speakers(count) for count in (0, 1, 4, 5)] == ["nessuno", "meno di 5", "meno di 5", "5"]
        assert [waited(minutes) for minutes in (None, 40, 300, 3600)] == ["–", "40 min", "5 h", "2,5 giorni"]


def test_waiting_is_from_the_request_to_the_yes(coordinator: TestClient, database: Database) -> None:
    """Five yeses after 1 to 5 hours: half within 3; later dates of a series and shifts of presences do not count."""
    assert figures(coordinator)["Cabina di regia", "", "Dalla richiesta al sì, mediana (ore)"] == ""
    with database.begin() as session:
        bilal = make.mediator(session, "m2")
        for number in range(1, 6):
            row = make.offer(session, bilal, MORNING, "accepted")
            row.closed_at = MORNING + number * HOUR
            row.slot.appointment.request.created_at = MORNING
        later = make.offer(session, bilal, MORNING, "accepted")
        later.closed_at, later.slot.appointment.number = MORNING + 90 * DAY, 2
        session.execute(update(Request).where(Request.created_at != MORNING).values(created_at=MORNING - 90 * DAY))
    told = figures(coordinator)
    assert told["Cabina di regia", "", "Dalla richiesta al sì, mediana (ore)"] == "3,00"
    assert told["Cabina di regia", "", "Dalla richiesta al sì, nove su dieci (ore)"] == "4,60"


def test_what_was_paid_for_nothing_is_not_delivered(coordinator: TestClient, database: Database) -> None:
    """Cancelled late: money, no hours."""
    with database.begin() as session:
        desk = make.desk(session, "altro")
        visit = make.visit(session, make.mediator(session), MORNING, at=desk)
        make.attendance(session, visit, minutes=60, outcome=Outcome.CANCELLED_LATE)
    assert figures(coordinator)["Cabina di regia", "", "Ore svolte"] == "23,00"


def test_only_quarters_are_looked_at(coordinator: TestClient) -> None:
    """A month inside it, taken from the quarter, would leave the other two; a quiet quarter says so."""
    for period in ("2026-11", "2026-W48", "2026-10-01_2026-11-30", "2026-Q5"):
        answer = coordinator.get(f"/board?period={period}")
        assert (answer.status_code, "2026-Q4" in answer.text) == (422, True), period
    assert "Ancora niente da sommare" in coordinator.get("/board?period=2026-Q2").text


def test_who_coordinates_some_ambiti_has_no_board(coordinator: TestClient, database: Database) -> None:
    """It reaches into all of them."""
    val = make.signed_in(make.client(database), "val")
    assert val.get("/board").status_code == 403


def test_a_workbook_has_a_tab_for_each_table(coordinator: TestClient) -> None:
    """The tidy list first, then ambiti, languages, projects, months; nothing is a formula."""
    book = load_workbook(io.BytesIO(coordinator.get("/board?format=xlsx").content))
    assert book.sheetnames == ["Cabina di regia", "Ambiti", "Lingue", "Progetti", "Mesi"]
    assert all(cell.data_type != "f" for tab in book.worksheets for line in tab.iter_rows() for cell in line)


def test_the_board_asks_as_much_for_more(coordinator: TestClient, database: Database) -> None:
    """As many statements for sixty visits as for thirty."""
    coordinator.get("/board")  # the installation's name is read once in a while
    before = statements(database, lambda: coordinator.get("/board"))
    with database.begin() as session:
        for number in range(30):
            make.visit(session, make.mediator(session), MORNING + number * HOUR, at=make.desk(session))
    assert statements(database, lambda: coordinator.get("/board")) == before
