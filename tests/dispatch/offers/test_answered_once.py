# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every sender is answered exactly once: each way that a reply can go, with what was said back to it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.offers import answering, expiring, reading
from dispatch.offers.decisions import Reply
from dispatch.offers.inbound import store
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, InboundStatus, OfferStatus, SlotStatus
from notifications.message import MessageKind as Kind
from notifications.providers.port import InboundSms
from tests import make
from tests.dispatch.offers import scene

NOON = scene.MONDAY_MORNING + dt.timedelta(hours=3)
ONE_DAY = dt.timedelta(days=1)


def hears(database: Database, words: str, at: dt.datetime = NOON, *, sid: str = "", phone: str = "") -> list[str]:
    """What was said back to this SMS of the only mediator; ``{0}`` and ``{1}`` stand for her codes."""
    with database.begin() as session:
        offers = session.scalars(select(Offer).order_by(Offer.id)).all()
        phone = phone or offers[0].mediator.phone
        words = words.format(*(offer.code for offer in offers))
        before = session.scalars(select(Message.id).order_by(Message.id.desc())).first() or 0
    scene.says(database, phone, words, at, sid=sid)
    with database.begin() as session:
        query = select(Message.kind).where(Message.id > before, Message.reply_to_id.is_not(None)).order_by(Message.id)
        return list(session.scalars(query))


def ended(database: Database, how: str) -> None:
    """Her only offer, ended in one of the ways that an offer ends."""
    scene.asked(database)
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        if how == "expired":
            expiring.expire_offer(session, scene.office(), offer.id, offer.reply_by + ONE_DAY)
        elif how == "cancelled":
            offer.slot.status = SlotStatus.CANCELLED
            expiring.tell_cancelled(session, scene.office(), offer.slot.appointment_id, NOON)
        elif how in ("accepted", "declined"):
            answering.settle_offer(session, scene.office(), offer.id, Reply("yes" if how == "accepted" else "no"), NOON)


@pytest.mark.parametrize(
    ("how", "words", "said"),
    [
        ("open", "si {0}", [Kind.CONFIRMED]),
        ("open", "no {0}", [Kind.DECLINED]),
        ("open", "no", [Kind.DECLINED]),
        ("open", "annulla {0}", [Kind.DECLINED]),
        ("open", "si 9999", [Kind.ASK_CODE]),
        ("open", "forse", [Kind.TO_PERSON]),
        ("open", "annulla", [Kind.TO_PERSON]),
        ("open", "aiuto", [Kind.HELP]),
        ("open", "agenda", [Kind.AGENDA]),
        ("open", "stop", []),
        ("accepted", "no {0}", [Kind.TO_PERSON]),
        ("accepted", "annulla {0}", [Kind.RELEASED]),
        ("accepted", "si", [Kind.NONE_OPEN]),
        ("declined", "no {0}", [Kind.DECLINED]),
        ("declined", "si {0}", [Kind.CONFIRMED]),
        ("declined", "annulla {0}", [Kind.TO_PERSON]),
        ("expired", "no {0}", [Kind.DECLINED]),
        ("expired", "si {0}", [Kind.CONFIRMED]),
        ("cancelled", "si {0}", [Kind.WITHDRAWN]),
        ("cancelled", "no {0}", [Kind.DECLINED]),
    ],
)
def test_each_way_has_its_one_answer(database: Database, how: str, words: str, said: list[str]) -> None:
    """However the offer stands and whatever she writes, one SMS goes back; after an opt-out none may."""
    ended(database, how)
    assert hears(database, words) == said


@pytest.mark.parametrize("words", ["si {0}", "no {0}"])
def test_the_same_answer_again_was_answered_already(database: Database, words: str) -> None:
    """A carrier that delivers twice, and a thumb that presses twice: the first SMS has its answer, and that is all."""
    scene.asked(database)
    assert len(hears(database, words, sid="one")) == 1
    assert hears(database, words, sid="one") == []
    assert hears(database, words, sid="two") == []


def test_each_of_several_codes_has_its_own_answer(database: Database) -> None:
    """A yes and a no in one SMS: a confirmation of the one, the other noted."""
    two_open(database)
    assert sorted(hears(database, "si {0} no {1}")) == [Kind.CONFIRMED, Kind.DECLINED]


def test_several_codes_for_a_person_are_handed_over_once(database: Database) -> None:
    """Two bookings refused in one SMS: one person reads it once, and the sender hears of it once."""
    two_open(database)
    assert hears(database, "si {0} si {1}") == [Kind.CONFIRMED, Kind.CONFIRMED]
    assert hears(database, "no {0} no {1}") == [Kind.TO_PERSON]
    with database.begin() as session:
        assert session.scalars(select(Notice.kind).where(Notice.inbound_id.is_not(None))).all() == ["to_read"]
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED] * 2


def test_a_no_frees_the_hour_before_the_yes_takes_it(database: Database) -> None:
    """The yes stands first in the text, and the visit it cannot go with is the one she refuses: two answers, no third."""
    two_open(database, apart=dt.timedelta(minutes=30))
    assert sorted(hears(database, "si {0} no {1}")) == [Kind.CONFIRMED, Kind.DECLINED]
    with database.begin() as session:
        statuses = session.scalars(select(Offer.status).order_by(Offer.id)).all()
        assert statuses == [OfferStatus.ACCEPTED, OfferStatus.DECLINED]
        assert scene.texts(session, "withdrawn") == []


def two_open(database: Database, apart: dt.timedelta = ONE_DAY) -> None:
    """Two questions to one mediator. Where they overlap, the second rests on no assignment, as in a batch."""
    with database.begin() as session:
        scene.set_time(session, scene.MONDAY_MORNING)
        her = make.mediator(session)
        scene.publish(session, scene.slot(session), [her])
        if apart >= ONE_DAY:
            scene.publish(session, scene.slot(session, scene.NEXT_WEEK + apart), [her], scene.NEXT_WEEK + apart)
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    if apart < ONE_DAY:
        with database.begin() as session:
            make.offer(session, her, scene.MONDAY_MORNING, "waiting", scene.slot(session, scene.NEXT_WEEK + apart))


def test_a_late_yes_to_a_slot_that_another_took_is_told_once(database: Database) -> None:
    """ "già coperto", and the same yes again gets nothing more; nobody is booked beside the winner."""
    soon = scene.MONDAY_MORNING + dt.timedelta(hours=29)  # a batch of three is asked
    first, second, _third = scene.asked(database, 3, start=soon)
    with database.begin() as session:
        winner, late = (session.get_one(Offer, key) for key in (first, second))
        phones, code = (winner.mediator.phone, late.mediator.phone), late.code
    scene.says(database, phones[0], f"si {winner.code}", scene.MONDAY_MORNING)
    assert hears(database, f"si {code}", phone=phones[1], sid="a") == [Kind.COVERED]
    assert hears(database, f"si {code}", phone=phones[1], sid="b") == []
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all().count(AssignmentStatus.BOOKED) == 1


def test_a_yes_after_her_no_goes_to_a_person_once_another_stands(database: Database) -> None:
    """She changes her mind when the booking is somebody else's: only a person can weigh that."""
    scene.asked(database)
    hears(database, "no {0}")
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        make.offer(session, make.mediator(session), NOON, "waiting", offer.slot)
        phone, code = offer.mediator.phone, offer.code
    assert hears(database, f"si {code}", phone=phone) == [Kind.TO_PERSON]
    with database.begin() as session:
        newest = session.scalars(select(Inbound).order_by(Inbound.id.desc())).first()
        assert newest is not None
        assert (newest.status, (newest.reading or {})["why"]) == (InboundStatus.PERSON, "taken")


def test_what_cannot_be_read_is_answered_too(database: Database) -> None:
    """A reply whose reading keeps failing goes to a person, and its sender hears of it."""
    scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Offer)).one().mediator.phone
        sms = InboundSms(sid="lost", from_phone=phone, to_phone="+39", body="si")
        inbound_id = store(session, "recording", sms, NOON)
    assert inbound_id is not None
    with database.begin() as session:
        assert reading.hand_over_unread(session, scene.office(), inbound_id, NOON)
    with database.begin() as session:
        row = session.get_one(Inbound, inbound_id)
        assert (row.status, row.mediator_id is not None) == (InboundStatus.PERSON, True)
        assert len(scene.texts(session, "to_person")) == 1


def test_without_the_memory_of_what_was_said_a_no_is_answered_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the look at what was said before switched off, the second NO gets a second SMS."""
    monkeypatch.setattr("dispatch.offers.writing.was_answered", lambda *_, **__: False)
    scene.asked(database)
    assert hears(database, "no {0}", sid="one") == [Kind.DECLINED]
    assert hears(database, "no {0}", sid="two") == [Kind.DECLINED]
