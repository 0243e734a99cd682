# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new question as a row: with a code of its own, and until when it may be answered; its SMS is written elsewhere."""

from __future__ import annotations

import datetime as dt
from random import Random

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.offers import reply_queries
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit
from dispatch.records.offers import Offer
from dispatch.records.statuses import OfferStatus


def draft(
    session: Session,
    office: Office,
    visit: Visit,
    mediator_id: int,
    during: Range[dt.datetime],
    policy: str,
    reply_by: dt.datetime,
    now: dt.datetime,
    *,
    assignment_id: int | None = None,
    status: OfferStatus = OfferStatus.QUEUED,
) -> Offer:
    since = now - dt.timedelta(days=office.offers.code_days)
    offer = Offer(
        slot_id=visit.slot.id,
        mediator_id=mediator_id,
        assignment_id=assignment_id,
        during=during,
        place_id=visit.appointment.place_id,
        status=status,
        code=fresh_code(reply_queries.codes_since(session, mediator_id, since), office.rng),
        policy=policy,
        reply_by=reply_by,
        created_at=now,
    )
    session.add(offer)
    session.flush()
    visit.offers = [*visit.offers, offer]
    return offer


def fresh_code(used: set[int], rng: Random) -> int:
    """A code she has not been given for 90 days: three digits while there are plenty, four after that."""
    for low, high in ((100, 999), (1000, 9999)):
        free = [code for code in range(low, high + 1) if code not in used]
        if len(free) * 2 > high - low:
            return rng.choice(free)
    return rng.choice([code for code in range(10, 10000) if code not in used])
