# SPDX-License-Identifier: AGPL-3.0-or-later
"""How mediators of this installation have answered lately: what an expectation rests on, where there is enough of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from math import log

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import OfferPolicy
from dispatch.outbox.filling import OF_THE_FIELD, Rates
from dispatch.outbox.hours import awake_minutes
from dispatch.records.offers import Offer
from dispatch.records.statuses import OfferStatus

LAST, ENOUGH = 500, 50
ANSWERS = (OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.EXPIRED)
NO_WORD_OF_HERS = ("phone blocked", "SMS not delivered")


def rates_of(session: Session, policy: OfferPolicy) -> Rates:
    """The rates of the last answers here, or those of the field while there are fewer than fifty."""
    offers = last_answers(session)
    told = [offer for offer in offers if offer.status != OfferStatus.EXPIRED]
    delays = [_delay(offer, policy) for offer in told]
    if len(offers) < ENOUGH or len(told) < 2:
        return OF_THE_FIELD
    logs = [log(max(1.0, delay)) for delay in delays]
    return Rates(
        accept=sum(offer.status == OfferStatus.ACCEPTED for offer in offers) / len(offers),
        decline=sum(offer.status == OfferStatus.DECLINED for offer in offers) / len(offers),
        median_minutes=max(1.0, statistics.median(delays)),
        spread=max(0.05, statistics.stdev(logs)),
        seen=len(offers),
    )


def last_answers(session: Session) -> Sequence[Offer]:
    """The last questions that left and ended by an answer of hers or by her silence."""
    hers = Offer.settled_by.is_(None) | Offer.settled_by.not_in(NO_WORD_OF_HERS)
    query = select(Offer).where(
        Offer.status.in_(ANSWERS), Offer.asked_at.is_not(None), Offer.closed_at.is_not(None), hers
    )
    return session.scalars(query.order_by(Offer.closed_at.desc()).limit(LAST)).all()


def _delay(offer: Offer, policy: OfferPolicy) -> float:
    assert offer.asked_at is not None
    assert offer.closed_at is not None
    return awake_minutes(offer.asked_at, offer.closed_at, policy)
