# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question the roster's services put to its tables; what takes a lock says so in its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, selectinload

from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence, Commitment, ExtraShift, Mediator
from dispatch.records.statuses import LIVE_ASSIGNMENT, OPEN_OFFER
from dispatch.records.territory import Desk

Dated = TypeVar("Dated", Absence, Commitment, ExtraShift)


def mediator(session: Session, code: str) -> Mediator | None:
    """The mediator with her languages and weekly pattern, in three statements."""
    with_all = (selectinload(Mediator.languages), selectinload(Mediator.availability))
    return session.scalars(select(Mediator).where(Mediator.code == code).options(*with_all)).one_or_none()


def mediator_codes(session: Session) -> Sequence[str]:
    return session.scalars(select(Mediator.code).order_by(Mediator.code)).all()


def owner_of_phone(session: Session, phone: str) -> str | None:
    """The code of the mediator whose number this is."""
    return session.scalars(select(Mediator.code).where(Mediator.phone == phone)).one_or_none()


def dated(session: Session, model: type[Dated], mediator_id: int, during: Range[dt.datetime]) -> Dated | None:
    """The absence, commitment or extra shift of exactly this time."""
    query = select(model).where(model.mediator_id == mediator_id, model.during == during)
    return session.scalars(query.order_by(model.id).limit(1)).one_or_none()


def touching(session: Session, model: type[Dated], mediator_id: int, during: Range[dt.datetime]) -> Sequence[Dated]:
    """Her rows that overlap this time or end where it begins, the first one first, under lock."""
    near = model.during.overlaps(during) | model.during.adjacent_to(during)
    query = select(model).where(model.mediator_id == mediator_id, near)
    return session.scalars(query.order_by(func.lower(model.during), model.id).with_for_update()).all()


def commitments_over(session: Session, mediator_id: int, during: Range[dt.datetime]) -> Sequence[Commitment]:
    """Her courses that overlap this time."""
    query = select(Commitment).where(Commitment.mediator_id == mediator_id, Commitment.during.overlaps(during))
    return session.scalars(query.order_by(func.lower(Commitment.during))).all()


@dataclass(frozen=True)
class VisitAhead:
    """A visit that is published or booked for her: what a coordinator needs to recognise it."""

    assignment_id: int
    slot_id: int
    request: str
    desk: str
    during: Range[dt.datetime]
    status: str


def visits_ahead(session: Session, mediator_id: int, during: Range[dt.datetime]) -> list[VisitAhead]:
    """Her live visits that overlap this time, the next one first."""
    query = (
        select(Assignment.id, Slot.id, Request.code, Desk.name, Assignment.during, Assignment.status)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .where(Assignment.mediator_id == mediator_id, Assignment.status.in_(LIVE_ASSIGNMENT))
        .where(Assignment.during.overlaps(during))
    )
    return [VisitAhead(*row) for row in session.execute(query.order_by(func.lower(Assignment.during)))]


def slots_asked(session: Session, mediator_id: int, during: Range[dt.datetime]) -> set[int]:
    """The slots she is being asked about for this time."""
    query = select(Offer.slot_id).where(Offer.mediator_id == mediator_id, Offer.status.in_(OPEN_OFFER))
    return set(session.scalars(query.where(Offer.during.overlaps(during))))


def lock_appointments(session: Session, slot_ids: Sequence[int]) -> Sequence[Appointment]:
    """The appointments of these slots, read again under lock."""
    fresh = {"populate_existing": True}
    of_slots = select(Slot.appointment_id).where(Slot.id.in_(slot_ids))
    rows = select(Appointment).where(Appointment.id.in_(of_slots)).order_by(Appointment.id).with_for_update()
    return session.scalars(rows, execution_options=fresh).all()


def lock_slots(session: Session, slot_ids: Sequence[int]) -> Sequence[Slot]:
    query = select(Slot).where(Slot.id.in_(slot_ids)).order_by(Slot.id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def lock_live(session: Session, mediator_id: int, slot_ids: Sequence[int]) -> Sequence[Assignment]:
    """Her live assignments to these slots."""
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.slot_id.in_(slot_ids),
        Assignment.status.in_(LIVE_ASSIGNMENT),
    )
    locked = query.order_by(Assignment.id).with_for_update()
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def slots_with_open_offers(session: Session, slot_ids: Sequence[int], apart_from: int) -> set[int]:
    """Those of the slots that other mediators are being asked about."""
    query = select(Offer.slot_id).where(
        Offer.slot_id.in_(slot_ids), Offer.status.in_(OPEN_OFFER), Offer.mediator_id != apart_from
    )
    return set(session.scalars(query))
