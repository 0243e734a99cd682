# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question the mediators stage puts to its tables; what takes a lock says so in its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.offers import Inbound, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, InboundStatus, OfferStatus

AT_A_TIME = 500  # what a tick leaves, the next one finds


def lock_inbound(session: Session, inbound_id: int) -> Inbound:
    query = select(Inbound).where(Inbound.id == inbound_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def lock_mediator(session: Session, mediator_id: int) -> Mediator:
    query = select(Mediator).where(Mediator.id == mediator_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def handed_over(session: Session, before: dt.datetime) -> Sequence[int]:
    """Replies about her own time, received before this instant, that nobody has taken yet."""
    ours = Inbound.reading["kind"].astext == "shift"
    query = select(Inbound.id).where(Inbound.status == InboundStatus.HANDED_OVER, ours, Inbound.received_at <= before)
    return session.scalars(query.order_by(Inbound.id).limit(AT_A_TIME)).all()


def her_booked(
    session: Session, mediator_id: int, during: Range[dt.datetime], now: dt.datetime
) -> list[tuple[int, Range[dt.datetime]]]:
    """Her visits in this time that are not over, each with the code by which she can give it up, soonest first."""
    accepted = (Offer.slot_id == Assignment.slot_id) & (Offer.mediator_id == Assignment.mediator_id)
    query = (
        select(Offer.code, Assignment.during)
        .join(Offer, accepted)
        .where(
            Assignment.mediator_id == mediator_id,
            Assignment.status == AssignmentStatus.BOOKED,
            Offer.status == OfferStatus.ACCEPTED,
            Assignment.during.overlaps(during),
            func.upper(Assignment.during) > now,
        )
    )
    return [(code, when) for code, when in session.execute(query.order_by(func.lower(Assignment.during)))]
