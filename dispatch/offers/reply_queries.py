# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reply of hers may speak of, and what this phone has been told, or told us, already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    OPEN_OFFER,
    AssignmentStatus,
    InboundStatus,
    OfferStatus,
)
from dispatch.records.territory import Place


def codes_since(session: Session, mediator_id: int, since: dt.datetime) -> set[int]:
    """Every code given to her since then."""
    return set(session.scalars(select(Offer.code).where(Offer.mediator_id == mediator_id, Offer.created_at >= since)))


@dataclass(frozen=True)
class HerCodes:
    """``known``: every code given to her in the time looked at; ``recent``: of offers that were open lately."""

    known: frozenset[int]
    recent: frozenset[int]


def her_codes(session: Session, mediator_id: int, known_since: dt.datetime, open_since: dt.datetime) -> HerCodes:
    """What a code or a bare answer of hers may speak of; ``recent`` are those that had left and were open since then."""
    query = select(Offer.code, Offer.asked_at, Offer.closed_at).where(
        Offer.mediator_id == mediator_id, Offer.created_at >= known_since
    )
    rows = session.execute(query).all()
    lately = (code for code, asked, closed in rows if asked is not None and (closed is None or closed >= open_since))
    return HerCodes(frozenset(code for code, _, _ in rows), frozenset(lately))


def her_open_offers(session: Session, mediator_id: int) -> Sequence[Offer]:
    """The offers that wait for her answer, soonest first."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.status == OfferStatus.WAITING)
    return session.scalars(query.order_by(func.lower(Offer.during), Offer.id)).all()


def her_unanswered_offers(session: Session, mediator_id: int) -> Sequence[Offer]:
    """Everything open to her, also what has not left yet."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.status.in_(OPEN_OFFER))
    return session.scalars(query.order_by(Offer.id)).all()


def newest_with_code(session: Session, mediator_id: int, code: int) -> Offer | None:
    """The latest offer to her with this code; an old code may have come round again after 90 days."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.code == code).order_by(Offer.id.desc())
    return session.scalars(query.limit(1)).first()


def in_its_place(session: Session, offer: Offer) -> Offer:
    """What she was asked, or said yes to, after the visit of this offer moved; else the offer itself."""
    query = select(Offer).where(
        Offer.slot_id == offer.slot_id,
        Offer.mediator_id == offer.mediator_id,
        Offer.id > offer.id,
        Offer.status.in_([*OPEN_OFFER, OfferStatus.ACCEPTED]),
    )
    after = session.scalars(query.order_by(Offer.id.desc()).limit(1)).first() if offer.settled_by == "moved" else None
    return after or offer


def accepted_codes(session: Session, mediator_id: int, slot_ids: Collection[int]) -> dict[int, int]:
    """The newest code that she said yes with, by slot; those booked without an SMS have none."""
    query = select(Offer.slot_id, Offer.code).where(
        Offer.mediator_id == mediator_id, Offer.slot_id.in_(slot_ids), Offer.status == OfferStatus.ACCEPTED
    )
    return {row.slot_id: row.code for row in session.execute(query.order_by(Offer.id))}


def her_bookings(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[Assignment]:
    """What she said yes to and has not ended yet, soonest first, with where it is."""
    appointment = joinedload(Assignment.slot).joinedload(Slot.appointment)
    query = (
        select(Assignment)
        .options(
            appointment.joinedload(Appointment.request).joinedload(Request.desk),
            appointment.joinedload(Appointment.place).joinedload(Place.comune),
        )
        .where(
            Assignment.mediator_id == mediator_id,
            Assignment.status == AssignmentStatus.BOOKED,
            func.upper(Assignment.during) >= since,
        )
    )
    return session.scalars(query.order_by(func.lower(Assignment.during))).all()


def answered_stranger_since(session: Session, phone: str, since: dt.datetime) -> bool:
    query = select(
        exists().where(Message.to_phone == phone, Message.kind == "unknown_sender", Message.created_at > since)
    )
    return session.scalars(query).one()


def idle_answers_since(session: Session, phone: str, since: dt.datetime, kinds: Collection[str]) -> int:
    """How many answers of these kinds this phone got."""
    query = select(func.count()).where(
        Message.to_phone == phone,
        Message.created_at > since,
        Message.reply_to_id.is_not(None),
        Message.kind.in_(kinds),
    )
    return session.scalars(query).one()


def wrong_codes_since(session: Session, phone: str, since: dt.datetime) -> int:
    """How many replies with a code of no question of hers came from this phone, each asked back or left to a person."""
    query = select(func.count()).where(
        Inbound.from_phone == phone, Inbound.received_at > since, Inbound.reading["wrong_code"].as_boolean()
    )
    return session.scalars(query).one()


def was_answered(session: Session, offer_id: int, kind: str, *, by_page: bool) -> bool:
    """Whether this was said in answer to her about the offer; who presses on the page has read the news by any SMS."""
    query = exists().where(Message.offer_id == offer_id, Message.kind == kind)
    return session.scalars(select(query if by_page else query.where(Message.reply_to_id.is_not(None)))).one()


def was_left_to_person(session: Session, inbound_id: int) -> bool:
    """Whether the coordinators were told to read this reply already: of several codes in it one may have done so."""
    return session.scalars(select(exists().where(Notice.inbound_id == inbound_id, Notice.kind == "to_read"))).one()


def waits_for_person(session: Session, slot_id: int, mediator: str) -> bool:
    """Whether an unseen notice asks already to call her about this visit."""
    query = exists().where(
        Notice.kind == "to_read",
        Notice.slot_id == slot_id,
        Notice.seen_at.is_(None),
        Notice.values["mediator"].astext == mediator,
    )
    return session.scalars(select(query)).one()


def unseen_flood(session: Session, phone: str) -> bool:
    """Whether an unseen notice tells already that this phone writes on and on."""
    query = exists().where(
        Notice.kind == "too_many_replies", Notice.seen_at.is_(None), Notice.values["phone"].astext == phone
    )
    return session.scalars(select(query)).one()


def unseen_notice(session: Session, kind: str) -> bool:
    return session.scalars(select(exists().where(Notice.kind == kind, Notice.seen_at.is_(None)))).one()


def left_unread(session: Session, before: dt.datetime) -> Sequence[int]:
    """Replies stored before this instant whose reading never finished."""
    query = select(Inbound.id).where(Inbound.status == InboundStatus.STORED, Inbound.received_at < before)
    return session.scalars(query.order_by(Inbound.id)).all()
