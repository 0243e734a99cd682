# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has left, what became of it, and of which SMS nobody knows yet whether the carrier has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from dispatch.offers.decisions import QUESTIONS
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import (
    MessageStatus,
    OfferStatus,
)


def times_sent(session: Session, offer_id: int) -> int:
    """How many SMS this offer has cost so far."""
    return session.scalars(select(func.count()).where(Message.offer_id == offer_id, Message.kind.in_(QUESTIONS))).one()


def was_taken(session: Session, offer_id: int) -> bool:
    """Whether a carrier ever took an SMS with this question."""
    sent = select(exists().where(Message.offer_id == offer_id, Message.kind.in_(QUESTIONS), Message.sid.is_not(None)))
    return bool(session.scalar(sent))


def copies_of(session: Session, message: Message) -> int:
    """How many SMS have carried this very text about its offer so far."""
    query = select(func.count()).where(Message.offer_id == message.offer_id, Message.body == message.body)
    return session.scalars(query).one()


def was_only_told(session: Session, message: Message) -> bool:
    """Whether this told of a move that needs no answer; a question about one is useless after its deadline."""
    kept = exists().where(Offer.id == message.offer_id, Offer.status == OfferStatus.ACCEPTED)
    told = kept.where(Offer.reply_by.is_distinct_from(message.useless_after))
    return message.kind == "moved" and session.scalars(select(told)).one()


def has_later_news(session: Session, message: Message, kinds: Collection[str]) -> bool:
    """Whether another SMS about the same visit of hers was tried after this one, or will be; a copy of it counts."""
    later = exists().where(
        Message.offer_id == message.offer_id,
        Message.id > message.id,
        Message.kind.in_([*kinds, *QUESTIONS]),
        or_(Message.attempt > 0, Message.status != MessageStatus.FAILED),
    )
    return session.scalars(select(later)).one()


def receipts_to_poll(session: Session, provider: str, machine: dt.datetime, most: int) -> Sequence[tuple[int, str]]:
    """SMS this provider took whose receipt is overdue, with its ids of them; the longest overdue first."""
    query = select(Message.id, Message.sid).where(
        Message.status == MessageStatus.SENT,
        Message.poll_due <= machine,
        Message.provider == provider,
        Message.sid.is_not(None),
    )
    rows = session.execute(query.order_by(Message.poll_due, Message.id).limit(most))
    return [(message_id, sid) for message_id, sid in rows if sid]


def unsettled_messages(session: Session, provider: str, before: dt.datetime) -> Sequence[int]:
    """Messages that this provider may have since before ``before`` (machine time), and nobody knows whether it has."""
    query = select(Message.id).where(
        Message.status.in_([MessageStatus.SENDING, MessageStatus.IN_DOUBT]),
        Message.sending_at < before,
        Message.provider == provider,
    )
    return session.scalars(query.order_by(Message.id)).all()


def sids_of(session: Session, phone: str, apart_from: int) -> set[str]:
    """The carrier's ids that belong to other messages to this phone."""
    query = select(Message.sid).where(Message.to_phone == phone, Message.id != apart_from, Message.sid.is_not(None))
    return {sid for sid in session.scalars(query) if sid}
