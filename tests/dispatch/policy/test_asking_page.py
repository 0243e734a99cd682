# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of how people are asked, and the sentence beside a date that somebody is being asked about."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from config.policy import load_policy
from dispatch.kit.session import Database
from dispatch.outbox.asking import Way, how_to_ask
from dispatch.policy.asking import starts
from dispatch.records.offers import Offer
from dispatch.records.statuses import Role
from dispatch.web.i18n import speaking
from tests import make
from tests.dispatch.offers import scene
from tests.reader import signed_in, text

POLICY = load_policy().offers
NOW = scene.MONDAY_MORNING


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, NOW)
        make.account(session, "marta", Role.COORDINATOR)
    return signed_in(database, "marta")


def test_every_row_of_the_policy_has_its_example() -> None:
    """Six rows, each start in its own: urgent, all, a batch, and three of the cascade with longer and longer deadlines."""
    with speaking("it"):
        rows = [how_to_ask(NOW, row.start, POLICY) for row in starts(NOW, POLICY)]
    asked = [row for row in rows if row is not None]
    assert [row.way for row in asked] == [Way.URGENT, Way.ALL, Way.BATCH, Way.CASCADE, Way.CASCADE, Way.CASCADE]
    assert [row.reply_by for row in asked] == sorted(row.reply_by for row in asked)


def test_the_page_says_how_and_how_long(door: TestClient) -> None:
    """Each row in words, what the times rest on, and the way there from the rules."""
    page = text(door.get("/asking").text)
    wanted = [
        "meno di 2 h",
        "fino a 24 h",
        "fino a 2 giorni lavorativi",
        "più di 20 giorni lavorativi",
        "uno alla volta",
    ]
    wanted += ["3 insieme, vince il primo sì", "circa", "cifre del settore", "sì 62 %"]
    assert [words for words in wanted if words not in page] == []
    assert 'href="/asking"' in door.get("/policy").text


def test_a_coordinator_reads_how_long_a_date_usually_takes(database: Database, door: TestClient) -> None:
    """Beside a date that somebody is asked about: how, until when, and the usual time; the desk does not see it."""
    (offer_id,) = scene.asked(database)
    with database.begin() as session:
        scene.set_time(session, NOW + dt.timedelta(minutes=1))
        code = session.get_one(Offer, offer_id).slot.appointment.request.code
    page = text(door.get(f"/requests/{code}").text)
    assert "chiesto uno alla volta, risposta entro domani alle 15:00; di solito coperto in circa" in page
    with database.begin() as session:
        desk_id = session.get_one(Offer, offer_id).slot.appointment.request.desk_id
        make.account(session, "sara", Role.DESK, desk_id=desk_id)
    desk = make.signed_in(make.client(database), "sara")
    assert "di solito coperto" not in text(desk.get(f"/requests/{code}", headers={"Accept-Language": "it"}).text)
