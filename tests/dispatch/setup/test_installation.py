# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a running installation: what it still needs, how it is, and its name, which two may not change at once."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from dispatch.access.naming import give_name
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records.statuses import Role
from tests import make

ITALIAN = {"accept-language": "it"}


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "root", Role.ADMIN)
        give_name(session, "Mediazione in valle", machine_now())
    return make.signed_in(make.client(database), "root")


def page(door: TestClient) -> str:
    return html.unescape(door.get("/installation", headers=ITALIAN).text)


def test_its_first_page_is_what_it_still_needs(door: TestClient, database: Database) -> None:
    """Who administers starts there until a service could ask, then at the agenda like every coordinator."""
    assert door.get("/", follow_redirects=False).headers["location"] == "/installation"
    assert "Inserisci il primo servizio" in page(door)
    with database.begin() as session:
        make.desk(session, "a")
    assert door.get("/", follow_redirects=False).headers["location"] == "/agenda"
    told = page(door)
    assert "Inserisci il primo servizio" not in told
    assert "inserito uno" in told


def test_it_says_how_it_is(door: TestClient) -> None:
    """The doctor's findings, each with a state in words; the territory was never loaded here."""
    told = page(door)
    assert re.search(r"gestore degli SMS</th>\s*<td role=\"cell\"><span[^>]*>.*?a posto", told, re.DOTALL)
    assert re.search(r"territorio</th>\s*<td role=\"cell\"><span[^>]*>.*?non va", told, re.DOTALL)
    assert "ponte migrate" in told


def test_the_name_stands_at_the_head_of_every_page(door: TestClient) -> None:
    """Saved once, seen at once, also by who is not signed in."""
    marks = re.search(r'name="shown" value="([^"]*)"', page(door))
    assert marks
    answer = door.post(
        "/installation", data={"place": "Rete di Bergamo", "shown": marks[1]}, headers=ITALIAN, follow_redirects=True
    )
    assert "Salvato" in answer.text
    assert 'po-slim-place">Rete di Bergamo<' in answer.text
    assert 'po-slim-place">Rete di Bergamo<' in TestClient(door.app).get("/accessibility").text


def test_a_second_editor_is_told(door: TestClient, database: Database) -> None:
    """The name changed since the page was opened: nothing is overwritten unseen."""
    marks = re.search(r'name="shown" value="([^"]*)"', page(door))
    assert marks
    with database.begin() as session:
        give_name(session, "Un altro nome", machine_now())
    answer = door.post("/installation", data={"place": "Il mio", "shown": marks[1]}, headers=ITALIAN)
    assert answer.status_code == 409
    assert "Un altro nome" in answer.text
    assert 'value="Il mio"' in answer.text


def test_an_empty_name_is_refused(door: TestClient) -> None:
    """The box says it, and the old name stays."""
    assert door.post("/installation", data={"place": "  "}).status_code == 422
    assert 'value="Mediazione in valle"' in page(door)
