# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phone pages and the handsets, over HTTP as people use them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import event, select

from dispatch.access import links
from dispatch.kit.session import Database
from dispatch.offers.reading import read_inbound
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus, OfferStatus, Role
from tests import make
from tests.dispatch.offers import scene

SECRET = b"test"


def the_offer(database: Database) -> Offer:
    with database.begin() as session:
        return session.scalars(select(Offer)).one()


def offer_path(database: Database) -> str:
    return f"/m/{links.make(links.Purpose.OFFER, the_offer(database).id, SECRET)}"


def test_opening_the_link_never_accepts_and_shows_no_address(database: Database) -> None:
    """Scanners open links before people do: a GET, even ten of them, changes nothing and tells little."""
    scene.asked(database)
    visitor = make.client(database)
    for _ in range(10):
        page = visitor.get(offer_path(database))
        assert page.status_code == 200
    assert the_offer(database).status == OfferStatus.WAITING
    assert "Trescore Balneario" in page.text
    assert "Via Prova" not in page.text
    assert "Istituto" not in page.text


def test_pressing_yes_books_and_then_shows_where_to_go(database: Database) -> None:
    """The answer is a POST; afterwards the same page has the address."""
    scene.asked(database)
    visitor = make.client(database)
    answer = visitor.post(f"{offer_path(database)}/answer", data={"answer": "yes"})
    assert answer.status_code == 303
    assert the_offer(database).status == OfferStatus.ACCEPTED
    assert "Via Prova 1" in visitor.get(answer.headers["location"]).text


def test_pressing_no_keeps_the_reason(database: Database) -> None:
    """NO from the page, with why."""
    scene.asked(database)
    make.client(database).post(f"{offer_path(database)}/answer", data={"answer": "no", "reason": "far"})
    offer = the_offer(database)
    assert (offer.status, offer.settled_by) == (OfferStatus.DECLINED, "page: far")


def test_another_answer_than_yes_or_no_is_refused(database: Database) -> None:
    """An invented answer is a 422 and settles nothing."""
    scene.asked(database)
    assert make.client(database).post(f"{offer_path(database)}/answer", data={"answer": "maybe"}).status_code == 422
    assert the_offer(database).status == OfferStatus.WAITING


def test_a_forged_link_is_not_there(database: Database) -> None:
    """A token with one sign changed opens nothing."""
    scene.asked(database)
    path = offer_path(database)
    forged = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert make.client(database).get(forged).status_code == 404


def test_her_agenda_lists_the_question_and_then_the_booking(database: Database) -> None:
    """The agenda behind its own link; the link of an offer does not open it."""
    scene.asked(database)
    offer = the_offer(database)
    visitor = make.client(database)
    agenda = f"/m/{links.make(links.Purpose.AGENDA, offer.mediator_id, SECRET)}/agenda"
    assert offer_path(database) in visitor.get(agenda).text
    visitor.post(f"{offer_path(database)}/answer", data={"answer": "yes"})
    page = visitor.get(agenda).text
    assert "Via Prova 1" in page
    assert f'href="{offer_path(database)}"' not in page  # only the way to give it back leads there now
    assert visitor.get(f"{offer_path(database)}/agenda").status_code == 404


def test_a_mediator_with_an_account_sees_the_same_agenda(database: Database) -> None:
    """/my/agenda needs no link."""
    scene.asked(database)
    with database.begin() as session:
        make.account(session, "amina", Role.MEDIATOR, mediator_id=session.scalars(select(Mediator.id)).one())
    assert make.signed_in(make.client(database), "amina").get("/my/agenda").status_code == 200


def test_an_agenda_of_many_visits_asks_the_database_as_much_as_one_of_one(database: Database) -> None:
    """No question a visit: places, services, languages and codes are read together."""
    scene.asked(database)
    make.client(database).post(f"{offer_path(database)}/answer", data={"answer": "yes"})
    with database.begin() as session:
        her = session.scalars(select(Mediator)).one()
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    visitor = make.client(database)
    agenda = f"/m/{links.make(links.Purpose.AGENDA, her.id, SECRET)}/agenda"

    def statements() -> int:
        asked.clear()
        assert visitor.get(agenda).status_code == 200
        return len(asked)

    statements()  # the installation's name is read once a minute
    one = statements()
    with database.begin() as session:
        for days in range(3, 7):
            make.visit(session, session.get_one(Mediator, her.id), scene.NEXT_WEEK + dt.timedelta(days=days))
    assert statements() == one
    assert visitor.get(agenda).text.count("Via Prova 1") == 5


def test_a_handset_shows_the_question_and_answers_it(database: Database) -> None:
    """A coordinator answers from the built-in phone: stored raw, and read like any reply."""
    scene.asked(database)
    offer = the_offer(database)
    with database.begin() as session:
        make.account(session, "carla", Role.COORDINATOR)
        phone = session.get_one(Mediator, offer.mediator_id).phone
    visitor = make.signed_in(make.client(database), "carla")
    assert f"SI {offer.code}" in visitor.get("/handsets").text
    answer = visitor.post(f"/handsets/{phone.removeprefix('+')}/answer", data={"quick": f"SI {offer.code}"})
    assert answer.status_code == 303
    with database.begin() as session:
        inbound = session.scalars(select(Inbound)).one()
        assert (inbound.provider, inbound.body) == ("phone", f"SI {offer.code}")
        read_inbound(session, scene.office(), inbound.id, scene.MONDAY_MORNING)
    assert the_offer(database).status == OfferStatus.ACCEPTED


def test_an_empty_answer_and_an_unknown_handset_are_refused(database: Database) -> None:
    """Nothing to send is 422, nobody's phone is 404; no row is left."""
    scene.asked(database)
    with database.begin() as session:
        make.account(session, "carla", Role.COORDINATOR)
        phone = session.scalars(select(Mediator.phone)).one()
    visitor = make.signed_in(make.client(database), "carla")
    assert visitor.post(f"/handsets/{phone[1:]}/answer", data={"text": "  "}).status_code == 422
    assert visitor.post("/handsets/393990000000/answer", data={"text": "SI"}).status_code == 404
    with database.begin() as session:
        assert session.scalars(select(Inbound)).all() == []


def test_with_a_real_carrier_nobody_may_write_in_a_mediators_name(database: Database) -> None:
    """The handsets are gone when SMS really leave the machine."""
    with database.begin() as session:
        make.account(session, "carla", Role.COORDINATOR)
        phone = make.mediator(session).phone
    carrier = {
        "sms_provider": "twilio",
        "twilio_account_sid": "AC1",
        "twilio_auth_token": "t",
        "twilio_from": "+393399900000",
        "public_url": "http://testserver",
    }
    visitor = make.signed_in(make.client(database, **carrier), "carla")
    assert visitor.get("/handsets").status_code == 404
    assert visitor.post(f"/handsets/{phone[1:]}/answer", data={"text": "SI"}).status_code == 404


def test_a_dead_built_in_phone_reports_like_a_carrier(database: Database) -> None:
    """The receipt of a built-in phone moves the message; a delivered one does not fail afterwards."""
    scene.asked(database)
    with database.begin() as session:
        message = session.scalars(select(Message)).one()
        message.provider = "phone"
        make.account(session, "carla", Role.COORDINATOR)
    visitor = make.signed_in(make.client(database), "carla")
    address = f"/handsets/messages/{message.reference}/receipt"
    assert visitor.post(address, data={"status": "delivered"}).status_code == 204
    assert visitor.post(address, data={"status": "failed", "code": "30005"}).status_code == 204
    with database.begin() as session:
        assert session.scalars(select(Message.status)).one() == MessageStatus.DELIVERED
