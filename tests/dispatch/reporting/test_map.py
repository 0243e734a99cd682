# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map over HTTP: the same figures drawn and told, one language alone, her ambiti alone, and few statements."""

from __future__ import annotations

import datetime as dt
import gzip
import re

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.statuses import Role
from dispatch.reporting.cover import Cover
from dispatch.reporting.map_scale import MEASURES, step_of, tone_of
from dispatch.territory.load import load
from tests import make
from tests.dispatch.reporting.test_workload import rows, statements

NOW = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 10, 8, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def coordinator(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The real territory; Trescore had three hours of Arabic, Clusone waits for two of Bengali and one of Arabic."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, NOW)
        load(session, "bergamo")
        here = make.desk(session, "ic-qui", place_id=make.place(session, "qui", comune_code="016218").id)
        there = make.desk(session, "ps-la", place_id=make.place(session, "la", comune_code="016077").id)
        amina = make.mediator(session, "m1", speaks={"ar": 3, "fr": 2})
        make.attendance(session, make.visit(session, amina, MORNING, at=here, minutes=120))
        both = {"languages": {"fr": 1, "ar": 1}}
        make.visit(session, amina, MORNING + DAY, at=here, needs=both)
        make.asked(session, MORNING + 2 * DAY, at=there, minutes=120, needs={"languages": {"bn": 2}})
        make.asked(session, MORNING + 3 * DAY, at=there)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "val", Role.COORDINATOR, ambiti=["BG05"])
    return make.signed_in(make.client(database), "marta")


def drawn(page: str) -> dict[str, tuple[str, str]]:
    """Of each ambito that can be opened: its tone, and what is heard."""
    links = re.findall(r'<a class="po-map-link" href="/workload/ambiti/(\w+)[^"]*" aria-label="([^"]+)"><path class="po-map-area po-map-t(\w+)"', page)  # fmt: skip
    return {code: (tone, said) for code, said, tone in links}


def test_the_map_says_what_its_table_says(coordinator: TestClient) -> None:
    """Fourteen ambiti, each a link with its figures in words; the file holds the same."""
    page = coordinator.get("/workload/map").text
    found = drawn(page)
    assert len(found) == 14
    assert found["BG05"] == ("3", "Val Cavallina: 3 ore contate, 3 richieste, 0 senza nessuno")
    assert found["BG09"] == ("0", "Valle Seriana Superiore e Valle di Scalve: 0 ore contate, 3 richieste, 3 senza nessuno")  # fmt: skip
    told = {row["Codice"]: row for row in rows(coordinator, "/workload/map")}
    assert (told["BG05"]["Ore contate"], told["BG05"]["% coperte"]) == ("3,00", "100,00")
    assert told["BG09"]["Lingue senza nessuno"] == "bengalese 2\u00a0h, arabo 1\u00a0h"
    tab = {row["Codice"]: row for row in rows(coordinator, "/workload?by=ambito")}
    assert {code: row["Ore senza nessuno"] for code, row in told.items()} == {
        code: row["Ore senza nessuno"] for code, row in tab.items() if code in told
    }


def test_the_sentences_say_where_and_in_what(coordinator: TestClient) -> None:
    """The ambito with the least cover, and the languages nobody came for."""
    page = coordinator.get("/workload/map").text
    assert (
        "La copertura più bassa è in Valle Seriana Superiore e Valle di Scalve: 0\u00a0%, 3 ore senza nessuno" in page
    )
    assert "In tutto non c&#39;è nessuno per: bengalese 2\u00a0h, arabo 1\u00a0h" in page


def test_a_language_alone_is_counted_alone(coordinator: TestClient) -> None:
    """French is what she speaks less well: the visit for either counts as Arabic."""
    told = {row["Codice"]: row["Ore contate"] for row in rows(coordinator, "/workload/map?language=ar")}
    assert (told["BG05"], told["BG09"]) == ("3,00", "0,00")
    assert all(row["Ore richieste"] == "0,00" for row in rows(coordinator, "/workload/map?language=fr"))
    assert "togli i filtri" in coordinator.get("/workload/map?language=fr").text.lower()
    assert "Ancora niente da disegnare" in coordinator.get("/workload/map?period=2026-01").text


def test_colours_follow_what_is_asked(coordinator: TestClient) -> None:
    """By hours without anybody the valley without anybody is the darkest."""
    found = drawn(coordinator.get("/workload/map?show=uncovered").text)
    assert (found["BG05"][0], found["BG09"][0]) == ("0", "3")
    assert coordinator.get("/workload/map?show=colours").status_code == 422


def test_tones_are_round_and_fixed() -> None:
    """430 hours at most make steps of a hundred; all of it is tone 5, nearly all is not."""
    hours, share = MEASURES["hours"], MEASURES["filled"]
    step = step_of([430 * 60.0, 10.0])
    assert (step, tone_of(hours, 430 * 60, step), tone_of(hours, 10, step), tone_of(hours, 0, step)) == (100, "5", "1", "0")  # fmt: skip
    tones = [tone_of(share, value, 1) for value in (None, 0.0, 79.9, 80, 94.9, 99.9, 100)]
    assert tones == ["0", "1", "1", "2", "3", "4", "5"]
    assert Cover().filled is None


def test_she_sees_her_ambiti_on_the_whole_drawing(coordinator: TestClient, database: Database) -> None:
    """The others are drawn, so that one knows where one is; they say nothing and lead nowhere."""
    page = make.signed_in(make.client(database), "val").get("/workload/map").text
    assert drawn(page).keys() == {"BG05"}
    assert page.count("po-map-tnone") == 14  # thirteen of them, and the legend
    assert "bengalese" not in page
    assert "/board" not in page


def test_the_map_is_light_and_asks_little(coordinator: TestClient, database: Database) -> None:
    """Below 30 KB on the wire, and as many statements for four visits as for forty."""
    page = coordinator.get("/workload/map?period=2026-Q4")
    assert len(gzip.compress(page.content)) < 30_000
    before = statements(database, lambda: coordinator.get("/workload/map?period=2026-Q4"))
    with database.begin() as session:
        for number in range(36):
            make.asked(session, MORNING + number * HOUR, needs={"languages": {("so", "ti", "bn")[number % 3]: 2}})
    assert statements(database, lambda: coordinator.get("/workload/map?period=2026-Q4")) == before
