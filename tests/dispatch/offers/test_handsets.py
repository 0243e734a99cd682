# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phones: every SMS with what became of it, links that lead here, and nothing of them with a real carrier."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from dispatch.kit.session import Database
from dispatch.offers.handsets import pieces
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus, Role
from tests import make
from tests.dispatch.offers import scene

CARRIER = {
    "sms_provider": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_from": "+393399900000",
    "public_url": "http://testserver",
}
ITALIAN = {"accept-language": "it"}
PART = {"hx-request": "true", "hx-request-type": "partial"}


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "carla", Role.COORDINATOR)
    return make.signed_in(make.client(database), "carla")


def page(door: TestClient, path: str) -> str:
    answer = door.get(path, headers=ITALIAN)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def address(database: Database) -> str:
    with database.begin() as session:
        return f"/handsets/{session.scalars(select(Mediator.phone)).one().removeprefix('+')}"


def test_a_failed_sms_is_seen_with_its_reason(door: TestClient, database: Database) -> None:
    """Not hidden from the phone that never got it: in words, with what the network said."""
    scene.asked(database)
    with database.begin() as session:
        message = session.scalars(select(Message)).one()
        message.status, message.trouble = MessageStatus.FAILED, "30003: reported by the carrier"
    for path in ("/handsets", address(database)):
        told = page(door, path)
        assert "Non consegnato" in told
        assert "il telefono è spento o irraggiungibile (30003)" in told
        assert "Uno non consegnato" in told


def test_the_link_in_an_sms_leads_to_her_page_here(door: TestClient, database: Database) -> None:
    """In another tab, whatever the host of links is called."""
    scene.asked(database)
    link = re.search(r'<a href="(/m/[^"]+)" dir="ltr" target="_blank" rel="noopener">', page(door, address(database)))
    assert link
    assert door.get(link[1]).status_code == 200


def test_a_text_is_cut_at_its_links_alone() -> None:
    """Nothing is lost of it, and another host stays text."""
    told = "Puoi? ponte.example/m/aB9_x o evil.example/m/aB9_x, ponte.example/m/Zz/agenda."
    cut = pieces(told, "ponte.example")
    assert "".join(text for text, _href in cut) == told
    assert [href for _text, href in cut if href] == ["/m/aB9_x", "/m/Zz/agenda"]


def test_a_conversation_answers_and_comes_back(door: TestClient, database: Database) -> None:
    """The quick button of the question, and the same page again."""
    scene.asked(database)
    with database.begin() as session:
        code = session.scalars(select(Offer.code)).one()
    path = address(database)
    assert f'value="SI {code}"' in page(door, path)
    form = {"quick": f"SI {code}", "back": "conversation"}
    answer = door.post(f"{path}/answer", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#write")
    with database.begin() as session:
        assert session.scalars(select(Inbound.body)).all() == [f"SI {code}"]
    assert f'<p dir="auto">SI {code}</p>' in page(door, path)


@pytest.mark.parametrize("asked", ["amina", "arabo", "العربية", "340"])
def test_a_phone_is_found_by_name_number_or_language(door: TestClient, database: Database, asked: str) -> None:
    """However somebody calls it; what does not fit is hidden, and the page says so."""
    with database.begin() as session:
        make.mediator(session, "amina", name="Amina Benali", speaks={"ar": 3})
        make.mediator(session, "wei", name="Wei Chen", speaks={"zh": 3}, phone="+393511111111")
    told = page(door, f"/handsets?q={asked}")
    assert "Amina Benali" in told
    assert "Wei Chen" not in told
    assert "Niente con questi filtri" in page(door, "/handsets?q=klingon")


@pytest.mark.parametrize("whole", [True, False])
def test_a_page_that_asks_again_gets_nothing_until_there_is_something(
    door: TestClient, database: Database, whole: bool
) -> None:
    """204 while all stands, the part again once an SMS has left or come in."""
    scene.asked(database)
    path = address(database) if whole else "/handsets"
    again = re.search(r'hx-get="([^"]*seen=[^"]*)"', page(door, path))
    assert again
    assert door.get(again[1], headers=PART).status_code == 204
    assert door.get(again[1]).status_code == 200  # without script the same address is the whole page
    with database.begin() as session:
        session.scalars(select(Message)).one().status = MessageStatus.FAILED
    assert door.get(again[1], headers=PART).status_code == 200


def test_older_messages_are_a_step_away(door: TestClient, database: Database) -> None:
    """The newest first, and the way back."""
    scene.asked(database)
    path = address(database)
    with database.begin() as session:
        her = session.scalars(select(Mediator)).one()
        for number in range(3):
            row = Inbound(
                provider="phone", sid=f"x{number}", from_phone=her.phone, to_phone="+390", body=f"n. {number}"
            )
            row.raw, row.received_at = {}, scene.MONDAY_MORNING
            make.kept(session, row)
    told = page(door, f"{path}?most=2")
    assert "n. 2" in told
    assert "n. 0" not in told
    assert f'href="{path}?most=42"' in told
    assert "n. 0" in page(door, f"{path}?most=42")


def test_many_phones_ask_the_database_as_much_as_one(door: TestClient, database: Database) -> None:
    """No question a phone."""
    asked: list[str] = []
    app_database = door.app.state.installation.database  # type: ignore[attr-defined]  # the application's own
    event.listen(app_database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def statements() -> int:
        asked.clear()
        page(door, "/handsets")
        return len(asked)

    scene.asked(database)
    statements()  # the installation's name is read once a minute
    one = statements()
    with database.begin() as session:
        for _ in range(5):
            make.mediator(session)
    assert statements() == one


def test_the_head_leads_to_the_phones_only_where_sms_go_to_them(door: TestClient, database: Database) -> None:
    """With a real carrier they are neither in the navigation nor at their addresses."""
    scene.asked(database)
    path = address(database)
    assert 'href="/handsets"' in page(door, "/line")
    real = make.signed_in(make.client(database, **CARRIER), "carla")
    assert 'href="/handsets"' not in page(real, "/line")
    assert [real.get(one).status_code for one in ("/handsets", path)] == [404, 404]
    assert door.get("/handsets/393990000000").status_code == 404
