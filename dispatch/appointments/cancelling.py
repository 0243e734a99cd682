# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls off appointments whatever stands on them: slots and assignments end in one transaction, offers by a job.

Locks are taken in the order of the house, appointment → slot → assignment, and every state is read again under its
lock: an SI that came first is a booking, which is withdrawn; one that comes later finds a cancelled slot. Offers belong
to their own stage: its job `offers.tell_cancelled`, queued in the same transaction, ends them and tells people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, case, exists, select, update
from sqlalchemy.orm import Session

from dispatch.appointments.lost_time import weigh_lost_time
from dispatch.kit.queue import enqueue
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AppointmentStatus,
    AssignmentStatus,
    OfferStatus,
    SlotStatus,
)

CALLABLE_OFF = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)


def cancel_appointments(session: Session, appointment_ids: Iterable[int], now: dt.datetime) -> list[int]:
    """Cancel those that are open or confirmed; their ids. Mediators who were asked or booked are told by a job."""
    found = session.scalars(
        select(Appointment.id)
        .where(Appointment.id.in_(list(appointment_ids)), Appointment.status.in_(CALLABLE_OFF), ~_is_over())
        .order_by(Appointment.id)
        .with_for_update()
    ).all()
    slots = session.scalars(
        select(Slot.id).where(Slot.appointment_id.in_(found)).order_by(Slot.id).with_for_update()
    ).all()
    concerned = _with_offers(session, slots) | _withdraw_assignments(session, slots, now)
    session.execute(
        update(Slot).where(Slot.id.in_(slots)).values(status=SlotStatus.CANCELLED, replan_due=None, changed_at=now)
    )
    session.execute(update(Appointment).where(Appointment.id.in_(found)).values(status=AppointmentStatus.CANCELLED))
    for appointment_id in sorted(_appointments_of(session, concerned)):
        enqueue(session, "offers.tell_cancelled", appointment_id=appointment_id)
    return list(found)


def _is_over() -> ColumnElement[bool]:
    """Somebody went, or should have: how it went is told, and nothing is left to cancel."""
    return exists().where(
        Slot.appointment_id == Appointment.id,
        Assignment.slot_id == Slot.id,
        Assignment.status == AssignmentStatus.DONE,
    )


def _with_offers(session: Session, slots: Iterable[int]) -> set[int]:
    """The slots somebody was asked about and has not been freed from yet."""
    asked = select(Offer.slot_id).where(
        Offer.slot_id.in_(list(slots)), Offer.status.in_((*OPEN_OFFER, OfferStatus.ACCEPTED))
    )
    return set(session.scalars(asked))


def _withdraw_assignments(session: Session, slots: Iterable[int], now: dt.datetime) -> set[int]:
    """End the live assignments; the slots that had one."""
    # Whether a booking was taken back late, and is paid all the same, the attendance stage weighs: its date is now.
    weighed = case((Assignment.outcome_due.is_not(None), now), else_=None)
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.slot_id.in_(list(slots)), Assignment.status.in_(LIVE_ASSIGNMENT))
        .order_by(Assignment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    live = [row.id for row in rows]
    for row in rows:
        if row.status == AssignmentStatus.BOOKED:  # Where it is late her time is paid, and may serve somebody nearby.
            enqueue(session, "planning.offer_freed", queue="planning", assignment_id=row.id)
        elif row.agreed is not None:
            weigh_lost_time(session, row, now)
    ended = (
        update(Assignment)
        .where(Assignment.id.in_(live), Assignment.status.in_(LIVE_ASSIGNMENT))
        .values(
            status=AssignmentStatus.WITHDRAWN, changed_at=now, evening_due=None, hours_due=None, outcome_due=weighed
        )
        .returning(Assignment.slot_id)
    )
    return set(session.scalars(ended))


def _appointments_of(session: Session, slots: set[int]) -> set[int]:
    return set(session.scalars(select(Slot.appointment_id).where(Slot.id.in_(slots))))
