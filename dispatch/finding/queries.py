# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of finding somebody: who is being asked about which date, how its SMS fared, and who met the case before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session, joinedload

from dispatch.access.visitor import Visitor
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Asking, Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT, LIVE_ASSIGNMENT, OPEN_OFFER, MessageStatus, SlotStatus
from dispatch.records.territory import Desk, Place

NOT_DELIVERED = "SMS not delivered"  # how an offer ended whose question never arrived
LATELY = dt.timedelta(days=1)
WITHOUT = (SlotStatus.OPEN, SlotStatus.UNFILLED, SlotStatus.OFFERED)
TROUBLED = (MessageStatus.FAILED, MessageStatus.IN_DOUBT)


@dataclass(frozen=True)
class Wanted:
    """The filters of the board; an empty one filters nothing."""

    ambito: str = ""
    language: str = ""


@dataclass(frozen=True)
class Conversation:
    """What a slot's page needs of its questions: the open ones and the ones that never arrived, who is next, who stands."""

    offers: Sequence[Offer]
    asking: Asking | None = None
    live: Assignment | None = None


def slots_in_question(session: Session, who: Visitor, wanted: Wanted, now: dt.datetime) -> Sequence[Slot]:
    """The slots about which somebody is asked, or whose question did not arrive while nobody has said yes."""
    query = (
        select(Slot)
        .join(Slot.appointment)
        .join(Appointment.request)
        .join(Request.desk)
        .join(Desk.place)
        .options(joinedload(Slot.appointment).joinedload(Appointment.request).joinedload(Request.desk))
        .where(Slot.id.in_(_asked(now)), *_sifted(who, wanted))
    )
    return session.scalars(query).unique().all()


def slots_of(session: Session, who: Visitor, code: str) -> Sequence[Slot]:
    """The slots of one request, where the visitor coordinates it."""
    query = (
        select(Slot)
        .join(Slot.appointment)
        .join(Appointment.request)
        .join(Request.desk)
        .join(Desk.place)
        .options(joinedload(Slot.appointment).joinedload(Appointment.request).joinedload(Request.desk))
        .where(Request.code == code, Slot.status != SlotStatus.CANCELLED, *_sifted(who, Wanted()))
    )
    return session.scalars(query).unique().all()


def _asked(now: dt.datetime) -> Select[int]:
    """Slots with an open question, or with one that never arrived, lately, where nobody has said yes since."""
    lost = (Offer.settled_by == NOT_DELIVERED) & (Offer.closed_at > now - LATELY) & Slot.status.in_(WITHOUT)
    open_ones = select(Offer.slot_id).where(Offer.status.in_(OPEN_OFFER))
    lost_ones = select(Offer.slot_id).join(Slot, Slot.id == Offer.slot_id).where(lost, func.lower(Offer.during) > now)
    waiting = select(Asking.slot_id).where(Asking.closed_at.is_(None))
    return select(union(open_ones, lost_ones, waiting).subquery().c[0])


def _sifted(who: Visitor, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if who.ambiti is not None:
        yield Place.ambito_code.in_(who.ambiti)
    if wanted.ambito:
        yield Place.ambito_code == wanted.ambito
    if wanted.language:
        yield Slot.needs["languages"].has_key(wanted.language)


def conversations(session: Session, slot_ids: Collection[int], now: dt.datetime) -> dict[int, Conversation]:
    """By slot, in four statements however many there are."""
    told = or_(
        Offer.status.in_(OPEN_OFFER),
        (Offer.settled_by == NOT_DELIVERED) & (Offer.closed_at > now - LATELY),
    )
    offers: dict[int, list[Offer]] = defaultdict(list)
    query = select(Offer).where(Offer.slot_id.in_(slot_ids), told).options(joinedload(Offer.mediator))
    for offer in session.scalars(query.order_by(Offer.id)):
        offers[offer.slot_id].append(offer)
    open_ones = select(Asking).where(Asking.slot_id.in_(slot_ids), Asking.closed_at.is_(None))
    askings = {row.slot_id: row for row in session.scalars(open_ones)}
    standing = select(Assignment).where(Assignment.slot_id.in_(slot_ids), Assignment.status.in_(LIVE_ASSIGNMENT))
    live = {row.slot_id: row for row in session.scalars(standing.options(joinedload(Assignment.mediator)))}
    return {one: Conversation(offers[one], askings.get(one), live.get(one)) for one in slot_ids}


def troubles(session: Session, offer_ids: Collection[int]) -> dict[int, Message]:
    """By offer, the newest SMS of its question where that one failed, or nobody knows whether it arrived."""
    query = (
        select(Message)
        .where(Message.offer_id.in_(offer_ids), Message.kind.in_(["offer", "moved"]))
        .order_by(Message.id)
    )
    newest = {row.offer_id: row for row in session.scalars(query) if row.offer_id is not None}
    return {offer_id: row for offer_id, row in newest.items() if row.status in TROUBLED}


def names_of(session: Session, mediator_ids: Collection[int]) -> dict[int, str]:
    return dict(session.execute(select(Mediator.id, Mediator.name).where(Mediator.id.in_(mediator_ids))).all())


def blocked_phones(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The numbers of those among them who get no SMS."""
    query = select(Mediator.code, Mediator.phone).where(Mediator.code.in_(codes), Mediator.sms_blocked.is_not(None))
    return dict(session.execute(query).all())


def times_met(session: Session, case: str | None, codes: Collection[str]) -> dict[str, int]:
    """How often each of them has, or will have, come for this case."""
    if case is None:
        return {}
    query = (
        select(Mediator.code, func.count())
        .join(Assignment, Assignment.mediator_id == Mediator.id)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .where(Appointment.case_code == case, Assignment.status.in_(COUNTED_ASSIGNMENT), Mediator.code.in_(codes))
        .group_by(Mediator.code)
    )
    return dict(session.execute(query).all())
