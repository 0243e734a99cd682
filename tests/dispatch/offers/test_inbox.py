# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies that a person reads: the whole text, what it may be about, and decisions that go the way of her own answer."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.offers.ending import CALLED_AWAY, MOVED
from dispatch.records.access import AuditEntry
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, InboundStatus, OfferStatus, Role, SlotStatus
from notifications.message import MessageKind
from tests import make
from tests.dispatch.offers import scene
from tests.reader import signed_in, text

SOON = scene.MONDAY_MORNING + dt.timedelta(minutes=5)
UNCLEAR = "sì ma dopo le 15"


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Two coordinators of every ambito and one of another; the door is the first one's."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, SOON)
        make.ambito(session, "BG14")
        for login, ambiti in {"marta": None, "carla": None, "ada": ["BG14"]}.items():
            make.account(session, login, Role.COORDINATOR, ambiti=ambiti)
    return signed_in(database, "marta")


def unclear(database: Database, words: str = UNCLEAR) -> tuple[int, int]:
    """A question was put and she answered with more than yes or no: the ids of the reply and the offer."""
    (offer_id,) = scene.asked(database)
    return wrote(database, offer_id, words), offer_id


def wrote(database: Database, offer_id: int, words: str) -> int:
    with database.begin() as session:
        phone = session.get_one(Offer, offer_id).mediator.phone
    assert scene.says(database, phone, words, SOON, sid=f"reply to {offer_id}") is InboundStatus.PERSON
    with database.begin() as session:
        scene.set_time(session, SOON)
        return session.scalars(select(Inbound.id).order_by(Inbound.id.desc())).first() or 0


def decide(door: TestClient, inbound_id: int, outcome: str, offer_id: int | None = None) -> int:
    """Press one of the page's buttons; the status of the answer."""
    form = {"outcome": outcome} | ({"offer_id": str(offer_id)} if offer_id else {})
    return door.post(f"/inbox/{inbound_id}/outcome", data=form).status_code


def sent(database: Database, inbound_id: int) -> list[str]:
    """The kinds of what was said back to the reply."""
    with database.begin() as session:
        query = select(Message.kind).where(Message.reply_to_id == inbound_id).order_by(Message.id)
        return list(session.scalars(query))


def test_the_page_shows_the_full_text_and_what_it_may_be_about(database: Database, door: TestClient) -> None:
    """The reply in full and escaped, why it is here, her open question with when and where, and its buttons."""
    inbound_id, offer_id = unclear(database, "sì ma <b>dopo</b> le 15")
    page = door.get("/inbox").text
    assert "sì ma &lt;b&gt;dopo&lt;/b&gt; le 15" in page
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        wanted = [offer.mediator.name, offer.mediator.phone, str(offer.code), "10:00–11:00", "Trescore Balneario"]
    wanted += ["Dice più di un sì o di un no", f"Vuol dire SÌ a {offer.code}", f"Vuol dire NO a {offer.code}"]
    assert [words for words in wanted if words not in text(page)] == []
    assert f'action="/inbox/{inbound_id}/outcome"' in page


def test_it_means_yes_books_and_confirms(database: Database, door: TestClient) -> None:
    """One press: booked by the service that an SMS goes through, confirmed to her, kept with who decided, audited."""
    inbound_id, offer_id = unclear(database)
    assert decide(door, inbound_id, "yes", offer_id) == 303
    assert "è confermato" in text(door.get(f"/inbox?done={inbound_id}").text)
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]
        assert session.get_one(Offer, offer_id).status == OfferStatus.ACCEPTED
        row = session.get_one(Inbound, inbound_id)
        assert (row.status, row.outcome, row.offer_id) == (InboundStatus.SETTLED, "yes", offer_id)
        assert (row.handled_by, row.handled_at) == ("account:marta", SOON)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "settle_reply")).one()
        assert (entry.actor, entry.details["outcome"]) == ("account:marta", "yes")
        told = session.scalars(select(Notice).where(Notice.kind == "to_read")).one()
        assert (told.seen_at, told.seen_by) == (SOON, "account:marta")
    assert sent(database, inbound_id) == [MessageKind.TO_PERSON, MessageKind.CONFIRMED]


def test_it_means_no_refuses_and_says_so(database: Database, door: TestClient) -> None:
    """One press: declined, the slot open for somebody else, and she is told what was understood."""
    inbound_id, offer_id = unclear(database, "non so, forse è difficile")
    assert decide(door, inbound_id, "no", offer_id) == 303
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        assert (offer.status, offer.slot.status) == (OfferStatus.DECLINED, SlotStatus.OPEN)
    assert sent(database, inbound_id) == [MessageKind.TO_PERSON, MessageKind.DECLINED]


def test_a_booking_is_given_back_even_in_the_last_hours(database: Database, door: TestClient) -> None:
    """Within the 48 hours she may not do it alone: a coordinator does, and the desk and she are told."""
    start = SOON + dt.timedelta(hours=30)
    (offer_id,) = scene.asked(database, start=start)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code = offer.mediator.phone, offer.code
    scene.says(database, phone, f"si {code}", SOON)
    inbound_id = wrote(database, offer_id, f"annulla {code}")
    assert "troppo tardi" in text(door.get("/inbox").text)
    assert decide(door, inbound_id, "gives_back", offer_id) == 303
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        assert (offer.status, offer.slot.status) == (OfferStatus.WITHDRAWN, SlotStatus.OPEN)
        assert "reopened" in session.scalars(select(Notice.kind)).all()
    assert sent(database, inbound_id) == [MessageKind.TO_PERSON, MessageKind.RELEASED]


@pytest.mark.parametrize(("outcome", "kinds"), [("call", [MessageKind.CALL_US]), ("nothing", [])])
def test_to_call_and_nothing_to_do(database: Database, door: TestClient, outcome: str, kinds: list[str]) -> None:
    """She is asked to call, or nothing is said; the question still waits for her answer."""
    inbound_id, offer_id = unclear(database, "chi è?")
    assert decide(door, inbound_id, outcome) == 303
    assert sent(database, inbound_id) == [MessageKind.TO_PERSON, *kinds]
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.WAITING
    page = text(door.get("/inbox").text)
    assert "Tutto letto" in page
    assert "Decise di recente" in page


def test_a_yes_that_her_day_refuses_is_shown_with_the_reason(database: Database, door: TestClient) -> None:
    """Between two places there is no time for the road: nothing is booked, and the page names the rule."""
    inbound_id, offer_id = unclear(database)
    with database.begin() as session:
        her = session.get_one(Offer, offer_id).mediator
        make.visit(session, her, scene.NEXT_WEEK - dt.timedelta(minutes=60), place_id=_far(session))
    assert decide(door, inbound_id, "yes", offer_id) == 303
    page = text(door.get(f"/inbox?done={inbound_id}").text)
    assert "non si è potuto confermare" in page
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.WITHDRAWN
        refusals = (session.get_one(Inbound, inbound_id).reading or {})["refusals"]
    assert refusals
    assert all(sentence in page for sentence in refusals)
    assert sent(database, inbound_id)[-1] == MessageKind.UNREACHABLE


def _far(session: object) -> int:
    make.comune(session, "016077", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)  # type: ignore[arg-type]  # the session of the caller
    return make.place(session, "lontano", comune_code="016077").id  # type: ignore[arg-type]


def test_the_second_coordinator_is_told_who_did_what(database: Database, door: TestClient) -> None:
    """Two press at once: one booking, one decision, and the other reads who was quicker and what it means."""
    inbound_id, offer_id = unclear(database)
    others = signed_in(database, "carla")
    assert all(UNCLEAR in one.get("/inbox").text for one in (door, others))  # both look at it, both press
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(decide, door, inbound_id, "yes", offer_id)
        second = pool.submit(decide, others, inbound_id, "no", offer_id)
        assert sorted([first.result(), second.result()]) == [303, 409]
    late = others.post(f"/inbox/{inbound_id}/outcome", data={"outcome": "nothing"})
    assert late.status_code == 409
    with database.begin() as session:
        row = session.get_one(Inbound, inbound_id)
        who, outcome = (row.handled_by or "").removeprefix("account:").capitalize(), row.outcome
    word = {"yes": "vuol dire sì a", "no": "vuol dire no a"}[outcome or ""]
    assert f"{who} ha già deciso su questa risposta" in text(late.text)
    assert word in text(late.text)


def test_without_the_status_check_both_would_decide(
    database: Database, door: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the check off, the second press goes through after the first."""
    inbound_id, offer_id = unclear(database)
    assert decide(door, inbound_id, "yes", offer_id) == 303
    monkeypatch.setattr("dispatch.offers.inbox_queries.TO_HANDLE", tuple(InboundStatus))
    with database.begin() as session:
        session.get_one(Inbound, inbound_id).handled_at = None
    assert decide(door, inbound_id, "nothing") == 303


def test_a_yes_after_her_no_while_another_is_asked_stays_with_the_person(database: Database, door: TestClient) -> None:
    """The page says why it cannot be booked, changes nothing, and the reply stays."""
    inbound_id, offer_id = unclear(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        offer.status, offer.closed_at = OfferStatus.DECLINED, SOON
        make.offer(session, make.mediator(session), SOON, "waiting", offer.slot)
    refused = door.post(f"/inbox/{inbound_id}/outcome", data={"outcome": "yes", "offer_id": str(offer_id)})
    assert refused.status_code == 409
    assert "Aveva detto no" in text(refused.text)
    assert UNCLEAR in refused.text
    assert sent(database, inbound_id) == [MessageKind.TO_PERSON]


@pytest.mark.parametrize("by", [CALLED_AWAY, MOVED])
def test_a_question_that_is_not_hers_any_more_has_no_yes(database: Database, door: TestClient, by: str) -> None:
    """The visit has moved, or she was called away: her yes to that question would book nothing."""
    _inbound_id, offer_id = unclear(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        offer.status, offer.closed_at, offer.settled_by = OfferStatus.WITHDRAWN, SOON, by
        code = offer.code
    page = text(door.get("/inbox").text)
    assert str(code) in page
    assert f"Vuol dire SÌ a {code}" not in page


def test_only_her_own_question_may_be_meant(database: Database, door: TestClient) -> None:
    """An offer put to somebody else, none at all, or an unknown reply: 404, and nothing happens."""
    inbound_id, _offer = unclear(database)
    with database.begin() as session:
        other = make.offer(session, make.mediator(session), SOON, "waiting").id
    assert decide(door, inbound_id, "yes", other) == 404
    assert decide(door, inbound_id, "yes") == 404
    assert decide(door, inbound_id + 1, "nothing") == 404
    assert door.post(f"/inbox/{inbound_id}/outcome").status_code == 422
    with database.begin() as session:
        assert session.get_one(Inbound, inbound_id).status == InboundStatus.PERSON


def test_a_coordinator_of_other_ambiti_does_not_see_it(database: Database, door: TestClient) -> None:
    """Her list is empty and the reply is 404 to her; one from a number of nobody's all may see."""
    with database.begin() as session:
        her = make.mediator(session, ambiti=["BG05"])
        scene.publish(session, scene.slot(session), [her])
        phone = her.phone
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    scene.says(database, phone, UNCLEAR, SOON)
    scene.says(database, "+393470000001", "pronto?", SOON)
    with database.begin() as session:
        scene.set_time(session, SOON)
        inbound_id = session.scalars(select(Inbound.id).where(Inbound.mediator_id == her.id)).one()
    elsewhere = signed_in(database, "ada")
    page = elsewhere.get("/inbox").text
    assert UNCLEAR not in page
    assert "pronto?" in page
    assert decide(elsewhere, inbound_id, "nothing") == 404
    assert UNCLEAR in door.get("/inbox").text


def test_a_number_of_nobodys_is_listed_until_it_was_seen(database: Database, door: TestClient) -> None:
    """Its newest text and how many there are; seen once, the line is gone and comes back with a new one."""
    for words in ("ciao", "chi siete?"):
        scene.says(database, "+393470000001", words, SOON)
    with database.begin() as session:
        scene.set_time(session, SOON)
        assert session.scalars(select(Message.kind)).all() == [MessageKind.UNKNOWN_SENDER]
        newest = max(session.scalars(select(Inbound.id)))
        assert session.scalars(select(Mediator.id)).all() == []
    page = text(door.get("/inbox").text)
    assert "chi siete?" in page
    assert "2 in tutto" in page
    assert decide(door, newest, "call") == 409
    assert decide(door, newest, "nothing") == 303
    assert "Numeri che non sono" not in text(door.get("/inbox").text)
    scene.says(database, "+393470000001", "allora?", SOON + dt.timedelta(minutes=1))
    assert "allora?" in door.get("/inbox").text
