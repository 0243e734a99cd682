# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new number is tried by an SMS: her OK confirms it, once, and is never taken for an answer to an open question."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from dispatch.kit.session import Database
from dispatch.mediators.numbers import try_number
from dispatch.records import Mediator, Message, Offer
from dispatch.records.statuses import InboundStatus, OfferStatus, Role
from tests import make
from tests.dispatch.offers import scene

NOW = scene.MONDAY_MORNING
JOBS = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mediators.try_number'")


def tried(database: Database, now: dt.datetime = NOW) -> bool:
    with database.begin() as session:
        return try_number(session, session.scalars(select(Mediator.id)).one(), now)


def her(database: Database) -> Mediator:
    with database.begin() as session:
        return session.scalars(select(Mediator)).one()


def test_her_ok_confirms_it_once(database: Database) -> None:
    """Asked once however often the job comes; OK is thanked for, a second OK finds no open question."""
    with database.begin() as session:
        phone = make.mediator(session).phone
    assert [tried(database), tried(database)] == [True, False]
    assert scene.says(database, phone, "Ok!", NOW) == InboundStatus.ANSWERED
    assert her(database).number_confirmed_at == NOW
    scene.says(database, phone, "ok", NOW + dt.timedelta(minutes=1))
    with database.begin() as session:
        assert [len(scene.texts(session, kind)) for kind in ("number_test", "number_confirmed", "none_open")] == [
            1,
            1,
            1,
        ]
    assert not tried(database, NOW + dt.timedelta(days=2))


@pytest.mark.parametrize("words", ["NO", "chi siete?", "AIUTO"])
def test_nothing_but_a_yes_confirms(database: Database, words: str) -> None:
    with database.begin() as session:
        phone = make.mediator(session).phone
    tried(database)
    scene.says(database, phone, words, NOW)
    assert her(database).number_confirmed_at is None


def test_without_a_test_ok_confirms_nothing(database: Database) -> None:
    with database.begin() as session:
        phone = make.mediator(session).phone
    scene.says(database, phone, "OK", NOW)
    assert her(database).number_confirmed_at is None


def test_an_ok_that_may_mean_the_number_books_nothing(database: Database) -> None:
    """It came from her, so the number is hers; which visit she means she is asked, and her code books it."""
    [offer_id] = scene.asked(database)
    tried(database)
    assert scene.says(database, her(database).phone, "OK", NOW) == InboundStatus.ANSWERED
    assert her(database).number_confirmed_at == NOW
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        assert offer.status == OfferStatus.WAITING
        assert [str(offer.code) in words for words in scene.texts(session, "ask_code")] == [True]
    assert scene.says(database, her(database).phone, f"SI {offer.code}", NOW) == InboundStatus.SETTLED
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.ACCEPTED


@pytest.mark.parametrize(("hours", "words"), [(1, "SI {code}"), (200, "OK")])
def test_a_code_or_an_old_test_leave_no_doubt(database: Database, hours: int, words: str) -> None:
    """Whoever names the visit means it; and a test that nobody answered for a week is not what her OK is about."""
    with database.begin() as session:
        make.mediator(session)
    tried(database, NOW - dt.timedelta(hours=hours))
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [session.scalars(select(Mediator)).one()])
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
    assert scene.says(database, her(database).phone, words.format(code=offer.code), NOW) == InboundStatus.SETTLED
    with database.begin() as session:
        assert session.get_one(Offer, offer.id).status == OfferStatus.ACCEPTED


def test_by_night_it_waits_and_a_dead_phone_gets_none(database: Database) -> None:
    night = NOW.replace(hour=22)
    with database.begin() as session:
        make.mediator(session)
    assert tried(database, night)
    with database.begin() as session:
        assert session.scalars(select(Message.send_after)).one() == dt.datetime(2026, 11, 24, 6, 30, tzinfo=dt.UTC)
        row = session.scalars(select(Mediator)).one()
        row.number_asked_at, row.sms_blocked = None, "code_30005"
    assert not tried(database)


@pytest.fixture
def marta(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, NOW)
        make.account(session, "marta", Role.COORDINATOR)
        make.comune(session)
        make.languages(session, "ar", "it")
        make.organisation(session, "coop")
    return make.signed_in(make.client(database), "marta")


def form(**changes: Any) -> dict[str, Any]:
    """An ordinary mediator as the form sends her."""
    ordinary: dict[str, Any] = {"code": "m1", "name": "Amina B.", "gender": "f", "phone": "333 123 4567"}
    ordinary |= {"message_language": "it", "organisation": "coop", "home": "Trescore Balneario", "hourly_cost": "27,50"}
    ordinary |= {"languages-0-code": "ar", "languages-0-level": "3", "kinds": ["mediation"], "modes": ["onsite"]}
    return ordinary | {"reminders": "evening", "travel_means": "car", "where": "anywhere"} | changes


def queued(database: Database) -> int:
    with database.begin() as session:
        return int(session.scalar(JOBS) or 0)


def test_a_number_that_is_entered_or_changed_is_tried(database: Database, marta: TestClient) -> None:
    """A new mediator and a new number queue one SMS each; saving the rest of the form none; the page says how it stands."""
    assert marta.post("/roster/new", data=form()).is_redirect
    assert queued(database) == 1
    marta.post("/roster/m1", data=form(name="Amina Bianchi"))
    assert queued(database) == 1
    assert "Da questo numero non ha ancora risposto nessuno" in marta.get("/roster/m1").text
    tried(database)
    assert "SMS di prova mandato il" in marta.get("/roster/m1").text
    scene.says(database, "+393331234567", "ok", NOW)
    assert "Numero confermato il" in marta.get("/roster/m1").text
    marta.post("/roster/m1", data=form(phone="333 123 4568"))
    assert queued(database) == 2
    assert her(database).number_confirmed_at is None


def test_a_landline_is_refused(marta: TestClient) -> None:
    answer = marta.post("/roster/new", data=form(phone="035 944 111"))
    assert (answer.status_code, "telefono fisso" in answer.text or "numero fisso" in answer.text) == (422, True)


def test_all_who_were_never_heard_from_are_tried_by_one_button(database: Database, marta: TestClient) -> None:
    """After an import nothing leaves by itself; the button sends one SMS to each who can get one, and says how many."""
    with database.begin() as session:
        make.mediator(session)
        make.mediator(session, number_confirmed_at=NOW)
        make.mediator(session, sms_blocked="opted_out")
        make.mediator(session, active=False)
        make.mediator(session, number_asked_at=NOW - dt.timedelta(hours=1))
        make.mediator(session, "m7")
    assert "3 numeri non sono ancora confermati" in marta.get("/roster").text
    answer = marta.post("/roster/test-numbers")
    assert answer.headers["location"] == "/roster?tested=2"
    assert "Sono in partenza 2 SMS di prova" in marta.get("/roster?tested=2").text
    assert queued(database) == 2
    assert marta.post("/roster/m7/test-number").headers["location"] == "/roster/m7?saved=test"
