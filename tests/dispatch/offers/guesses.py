# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody guesses codes by SMS, from a phone of his own or in a mediator's name (row C8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from dispatch.kit.session import Database
from dispatch.offers import reading
from dispatch.offers.inbound import store
from dispatch.offers.office import Office
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.statuses import InboundStatus, OfferStatus
from notifications.providers.port import InboundSms
from tests import make
from tests.dispatch.offers import scene

SMALL, FULL = 120, 10_000
BEGAN = scene.MONDAY_MORNING + dt.timedelta(minutes=5)
APART = dt.timedelta(seconds=5)


@dataclass(frozen=True)
class Guessed:
    """What the guesses came to: offers answered, SMS spent on the guesser, notices of a flood, replies left to read."""

    hits: int
    answers: int
    floods: int
    to_read: int


def guess(database: Database, office: Office, count: int, *, forged: bool) -> Guessed:
    """So many guesses, the right code last, from another mediator's phone or with the true one's number forged."""
    (offer_id,) = scene.asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone = offer.mediator.phone if forged else make.mediator(session).phone
        code = offer.code
    for place, tried in enumerate(_codes(code, count)):
        _says(database, office, phone, f"SI {tried}", BEGAN + place * APART)
    return _counted(database, phone)


def _codes(right: int, count: int) -> Sequence[int]:
    """Every code once, then all again, with the right one at the very end."""
    wrong = [code for code in range(10, 10_000) if code != right]
    return [*(wrong[place % len(wrong)] for place in range(count - 1)), right]


def _says(database: Database, office: Office, phone: str, words: str, at: dt.datetime) -> None:
    sms = InboundSms(sid=f"{words} {at}", from_phone=phone, to_phone="+393399900000", body=words)
    with database.begin() as session:
        inbound_id = store(session, "recording", sms, at)
        assert inbound_id is not None
        reading.read_inbound(session, office, inbound_id, at)


def _counted(database: Database, phone: str) -> Guessed:
    with database.begin() as session:
        hits = select(func.count()).where(Offer.status != OfferStatus.WAITING)
        answers = select(func.count()).where(Message.to_phone == phone, Message.reply_to_id.is_not(None))
        floods = select(func.count()).where(Notice.kind == "too_many_replies")
        to_read = select(func.count()).where(Inbound.status == InboundStatus.PERSON, Inbound.from_phone == phone)
        return Guessed(*(session.scalars(query).one() for query in (hits, answers, floods, to_read)))
