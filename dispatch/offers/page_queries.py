# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of phones, handsets and the inbox read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, extract, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.attendance import Attendance
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, InboundStatus, MessageStatus, OfferStatus
from dispatch.records.territory import Desk


def her_minutes(session: Session, mediator_id: int, since: dt.datetime, until: dt.datetime) -> int:
    """Minutes between two instants: what counts of a visit whose outcome was told, the planned ones of the others."""
    length = extract("epoch", func.upper(Assignment.during) - func.lower(Assignment.during)) / 60
    told = case((Attendance.outcome.is_not(None), Attendance.minutes), else_=length)
    query = (
        select(func.coalesce(func.sum(told), 0))
        .select_from(Assignment)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.mediator_id == mediator_id,
            or_(
                Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE]),
                Attendance.id.is_not(None),  # cancelled late, and paid all the same
            ),
            Assignment.during.overlaps(Range(since, until)),
        )
    )
    return int(session.scalars(query).one())


def accepted_offer(session: Session, booking: Assignment) -> Offer | None:
    """The question behind a booking; none where she was booked without one."""
    query = select(Offer).where(
        Offer.slot_id == booking.slot_id,
        Offer.mediator_id == booking.mediator_id,
        Offer.status == OfferStatus.ACCEPTED,
    )
    return session.scalars(query.order_by(Offer.id.desc()).limit(1)).first()


def her_untold(session: Session, mediator_id: int) -> Sequence[tuple[Attendance, Desk]]:
    """Visits of hers that are over, and that she has said nothing about, oldest first."""
    query = (
        select(Attendance, Desk)
        .join(Desk, Desk.id == Attendance.desk_id)
        .where(
            Attendance.mediator_id == mediator_id,
            Attendance.by_mediator.is_(None),
            Attendance.status != AttendanceStatus.AGREED,
        )
        .order_by(func.lower(Attendance.planned))
    )
    return [(row, desk) for row, desk in session.execute(query)]


def untold_codes(session: Session, mediator_ids: Sequence[int]) -> dict[int, list[int]]:
    """The codes of visits that are over and that their mediators have said nothing about, oldest first."""
    query = (
        select(Attendance.mediator_id, Offer.code)
        .join(Offer, (Offer.slot_id == Attendance.slot_id) & (Offer.mediator_id == Attendance.mediator_id))
        .where(
            Attendance.mediator_id.in_(mediator_ids),
            Attendance.by_mediator.is_(None),
            Attendance.status != AttendanceStatus.AGREED,
            Offer.status == OfferStatus.ACCEPTED,
        )
        .order_by(func.lower(Attendance.planned))
    )
    found: dict[int, list[int]] = {}
    for mediator_id, code in session.execute(query):
        found.setdefault(mediator_id, []).append(code)
    return found


def mediators_by_need(
    session: Session, text: str, *, only_waiting: bool, offset: int, limit: int
) -> Sequence[tuple[Mediator, int]]:
    """Mediators with how many questions wait for their answer, those with one first."""
    waiting = (
        select(Offer.mediator_id, func.count().label("open"), func.min(Offer.asked_at).label("since"))
        .where(Offer.status == OfferStatus.WAITING)
        .group_by(Offer.mediator_id)
        .subquery()
    )
    query = (
        select(Mediator, func.coalesce(waiting.c.open, 0))
        .join(waiting, waiting.c.mediator_id == Mediator.id, isouter=not only_waiting)
        .where(_named(text))
        .order_by(waiting.c.since.asc().nulls_last(), Mediator.name, Mediator.id)
    )
    return [(mediator, count) for mediator, count in session.execute(query.offset(offset).limit(limit))]


def count_mediators(session: Session, text: str = "", *, only_waiting: bool = False) -> int:
    query = select(func.count()).select_from(Mediator).where(_named(text))
    if only_waiting:
        asked = select(Offer.mediator_id).where(Offer.status == OfferStatus.WAITING)
        query = query.where(Mediator.id.in_(asked))
    return session.scalars(query).one()


def _named(text: str) -> ColumnElement[bool]:
    pattern = f"%{text.replace('%', '').replace('_', '').strip()}%"
    return Mediator.active & (Mediator.name.ilike(pattern) | Mediator.phone.ilike(pattern))


def arrived_messages(session: Session, phones: Sequence[str], most: int) -> Sequence[Message]:
    """The newest SMS that reached these phones."""
    place = func.row_number().over(partition_by=Message.to_phone, order_by=Message.id.desc())
    newest = (
        select(Message.id, place.label("place"))
        .where(Message.to_phone.in_(phones), Message.status.in_([MessageStatus.SENT, MessageStatus.DELIVERED]))
        .subquery()
    )
    query = select(Message).join(newest, newest.c.id == Message.id).where(newest.c.place <= most)
    return session.scalars(query).all()


def written_replies(session: Session, phones: Sequence[str], most: int) -> Sequence[Inbound]:
    """The newest SMS written from these phones."""
    place = func.row_number().over(partition_by=Inbound.from_phone, order_by=Inbound.id.desc())
    newest = select(Inbound.id, place.label("place")).where(Inbound.from_phone.in_(phones)).subquery()
    query = select(Inbound).join(newest, newest.c.id == Inbound.id).where(newest.c.place <= most)
    return session.scalars(query).all()


def replies_to_read(session: Session) -> Sequence[Inbound]:
    """Replies that wait for a person, the oldest first."""
    query = select(Inbound).where(Inbound.status == InboundStatus.PERSON).order_by(Inbound.received_at, Inbound.id)
    return session.scalars(query.limit(200)).all()
