# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the built-in phones read: whose they are, what reached them or failed to, what was written on them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from dispatch.records.attendance import Attendance
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import AttendanceStatus, MessageStatus, OfferStatus
from dispatch.records.territory import Language

SHOWN = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.IN_DOUBT)


def mediators_by_need(
    session: Session, text: str, *, only_waiting: bool, offset: int, limit: int
) -> Sequence[Mediator]:
    """Those with a question first, the oldest question first."""
    waiting = (
        select(Offer.mediator_id, func.min(Offer.asked_at).label("since"))
        .where(Offer.status == OfferStatus.WAITING)
        .group_by(Offer.mediator_id)
        .subquery()
    )
    query = (
        select(Mediator)
        .options(selectinload(Mediator.languages))
        .join(waiting, waiting.c.mediator_id == Mediator.id, isouter=not only_waiting)
        .where(_called(text))
        .order_by(waiting.c.since.asc().nulls_last(), Mediator.name, Mediator.id)
    )
    return session.scalars(query.offset(offset).limit(limit)).all()


def count_handsets(session: Session, text: str = "", *, only_waiting: bool = False) -> int:
    query = select(func.count()).select_from(Mediator).where(_called(text))
    if only_waiting:
        asked = select(Offer.mediator_id).where(Offer.status == OfferStatus.WAITING)
        query = query.where(Mediator.id.in_(asked))
    return session.scalars(query).one()


def owner_of(session: Session, phone: str) -> Mediator | None:
    """Whose phone it is; of one who has left too, since she may still write."""
    query = select(Mediator).options(selectinload(Mediator.languages)).where(Mediator.phone == phone)
    return session.scalars(query).one_or_none()


def _called(text: str) -> ColumnElement[bool]:
    """By name, by number, or by a language she works in, however it is called."""
    pattern = f"%{text.replace('%', '').replace('_', '').strip()}%"
    names = (Language.name_it, Language.name_en, Language.autonym, Language.code)
    speaks = exists().where(
        MediatorLanguage.mediator_id == Mediator.id,
        MediatorLanguage.language_code == Language.code,
        or_(*(name.ilike(pattern) for name in names)),
    )
    return Mediator.active & or_(Mediator.name.ilike(pattern), Mediator.phone.ilike(pattern), speaks)


def messages_of(session: Session, phones: Sequence[str], most: int) -> Sequence[Message]:
    """The newest SMS to each of these phones: what reached them, and what did not."""
    newest = (
        select(Message.id)
        .where(Message.to_phone == Mediator.phone, Message.status.in_(SHOWN))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(most)
        .correlate(Mediator)
        .lateral()
    )
    query = select(Message).select_from(Mediator).join(newest, true()).join(Message, Message.id == newest.c.id)
    return session.scalars(query.where(Mediator.phone.in_(phones))).all()


def written_on(session: Session, phones: Sequence[str], most: int) -> Sequence[Inbound]:
    """The newest SMS written on each of these phones."""
    newest = (
        select(Inbound.id)
        .where(Inbound.from_phone == Mediator.phone)
        .order_by(Inbound.received_at.desc(), Inbound.id.desc())
        .limit(most)
        .correlate(Mediator)
        .lateral()
    )
    query = select(Inbound).select_from(Mediator).join(newest, true()).join(Inbound, Inbound.id == newest.c.id)
    return session.scalars(query.where(Mediator.phone.in_(phones))).all()


def on_the_way(session: Session, phones: Sequence[str]) -> dict[str, int]:
    """How many SMS to each phone have not left yet: most wait for the morning. What is queued has an index of its own."""
    query = (
        select(Message.to_phone, func.count())
        .where(Message.to_phone.in_(phones), Message.status == MessageStatus.QUEUED)
        .group_by(Message.to_phone)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def open_questions(session: Session, mediator_ids: Sequence[int]) -> dict[int, list[Offer]]:
    """What waits for an answer of each, the soonest visit first."""
    query = select(Offer).where(Offer.mediator_id.in_(mediator_ids), Offer.status == OfferStatus.WAITING)
    found: dict[int, list[Offer]] = {}
    for offer in session.scalars(query.order_by(func.lower(Offer.during), Offer.id)):
        found.setdefault(offer.mediator_id, []).append(offer)
    return found


def untold_visits(session: Session, mediator_ids: Sequence[int]) -> dict[int, list[Offer]]:
    """The accepted offers behind visits that are over and that their mediators have said nothing about, oldest first."""
    query = (
        select(Offer)
        .join(Attendance, (Offer.slot_id == Attendance.slot_id) & (Offer.mediator_id == Attendance.mediator_id))
        .where(
            Attendance.mediator_id.in_(mediator_ids),
            Attendance.by_mediator.is_(None),
            Attendance.status != AttendanceStatus.AGREED,
            Offer.status == OfferStatus.ACCEPTED,
        )
        .order_by(func.lower(Attendance.planned))
    )
    found: dict[int, list[Offer]] = {}
    for offer in session.scalars(query):
        found.setdefault(offer.mediator_id, []).append(offer)
    return found


def language_words(session: Session, codes: Sequence[str]) -> dict[str, Language]:
    return {row.code: row for row in session.scalars(select(Language).where(Language.code.in_(codes)))}
