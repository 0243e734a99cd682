# SPDX-License-Identifier: AGPL-3.0-or-later
"""SMS that did not arrive, and phones that get none, as far as a coordinator sees their mediators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from dispatch.access.visitor import Visitor
from dispatch.offers.delivery_words import OURS
from dispatch.records.offers import Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus
from dispatch.roster.page_queries import seen_by


@dataclass(frozen=True)
class Line:
    """An SMS with its reader, its question, and how many SMS of that question came after it."""

    message: Message
    mediator: Mediator | None
    offer: Offer | None
    copies: int


def in_trouble() -> ColumnElement[bool]:
    """What the carrier refused, lost or never took; not what Ponte kept at home because its question had ended."""
    of_the_wire = or_(Message.trouble.regexp_match("^([0-9]+|None):"), Message.trouble.in_(OURS))
    return or_(
        and_(Message.status == MessageStatus.FAILED, of_the_wire),
        Message.status == MessageStatus.IN_DOUBT,
        and_(Message.status == MessageStatus.QUEUED, Message.attempt > 0, of_the_wire),
    )


def deliveries(
    session: Session, visitor: Visitor, status: str, text: str, *, page: int, size: int
) -> tuple[list[Line], int]:
    """One page of them, the newest first, and how many there are with these filters."""
    wanted = and_(
        in_trouble(), _hers(visitor), Message.status == status if status else true(), _named(text) if text else true()
    )
    later = aliased(Message)
    copies = (
        select(func.count())
        .where(later.offer_id == Message.offer_id, later.kind == Message.kind, later.id > Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        select(Message, Mediator, Offer, copies)
        .outerjoin(Mediator, Mediator.id == Message.mediator_id)
        .outerjoin(Offer, Offer.id == Message.offer_id)
        .where(wanted)
        .order_by(Message.id.desc())
    )
    counted = select(func.count()).select_from(Message).outerjoin(Mediator, Mediator.id == Message.mediator_id)
    rows = session.execute(query.offset((page - 1) * size).limit(size))
    return [Line(*row) for row in rows], session.scalars(counted.where(wanted)).one()


def count_deliveries(session: Session, visitor: Visitor) -> int:
    query = select(func.count()).select_from(Message).outerjoin(Mediator, Mediator.id == Message.mediator_id)
    return session.scalars(query.where(in_trouble(), _hers(visitor))).one()


def _hers(visitor: Visitor) -> ColumnElement[bool]:
    return or_(Message.mediator_id.is_(None), seen_by(visitor))


def _named(text: str) -> ColumnElement[bool]:
    pattern = f"%{text.replace('%', '').replace('_', '')}%"
    return or_(Message.to_phone.ilike(pattern), Mediator.name.ilike(pattern))


def blocked_phones(session: Session, visitor: Visitor) -> Sequence[Mediator]:
    """Mediators who get no SMS, by name."""
    query = select(Mediator).where(Mediator.sms_blocked.is_not(None), Mediator.active, seen_by(visitor))
    return session.scalars(query.order_by(Mediator.name)).all()
