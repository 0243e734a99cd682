# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queues again what a lost job left undone: the rows tell who was not told, not asked, or asked by an SMS that failed.

A job that is still waiting its turn is queued twice then; each reads its rows again, and the second finds nothing to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from dispatch.kit.queue import enqueue
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.queries import (
    askings_left,
    called_away,
    slots_with_baseless_offers,
    unoffered_assignments,
    untold_moves,
)
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    COUNTED_ASSIGNMENT,
    OPEN_OFFER,
    AssignmentStatus,
    MessageStatus,
    OfferStatus,
    SlotStatus,
)

# A job that has not come by then was lost with its worker, or given up after its tries.
LOST_AFTER = dt.timedelta(minutes=1)


def queue_again(session: Session, now: dt.datetime) -> None:
    """One job for each thing left undone."""
    before = now - LOST_AFTER
    if unoffered_assignments(session) or called_away(session, now) or slots_with_baseless_offers(session):
        enqueue(session, "offers.make")
    for slot_id in askings_left(session):
        enqueue(session, "offers.ask_next", slot_id=slot_id)
    for appointment_id in untold_of_a_cancellation(session, before):
        enqueue(session, "offers.tell_cancelled", appointment_id=appointment_id)
    for mediator_id, slot_id in untold_of_a_release(session, now, before):
        enqueue(session, "offers.tell_released", mediator_id=mediator_id, slot_id=slot_id)
    for appointment_id, offer_ids in untold_moves(session, now).items():
        enqueue(session, "offers.tell_moved", appointment_id=appointment_id, offer_ids=[*offer_ids])
    for slot_id in untold_of_a_booking(session, now, before):
        enqueue(session, "offers.tell_assigned", slot_id=slot_id, offer_ids=[])
    for message_id in questions_that_failed(session, before):
        enqueue(session, "offers.undelivered", message_id=message_id)


def untold_of_a_cancellation(session: Session, before: dt.datetime) -> Sequence[int]:
    """Appointments with a slot called off before then, while somebody's question or yes to it still stands."""
    query = (
        select(Slot.appointment_id)
        .join(Offer, Offer.slot_id == Slot.id)
        .where(Offer.status.in_((*OPEN_OFFER, OfferStatus.ACCEPTED)))
        .where(Slot.status == SlotStatus.CANCELLED, Slot.changed_at < before)
    )
    return sorted(set(session.scalars(query)))


def untold_of_a_release(session: Session, now: dt.datetime, before: dt.datetime) -> Sequence[tuple[int, int]]:
    """(mediator, slot) of a yes to a visit still to come that was taken from her before then."""
    hers = (Assignment.slot_id == Offer.slot_id) & (Assignment.mediator_id == Offer.mediator_id)
    query = select(Offer.mediator_id, Offer.slot_id).where(
        Offer.status == OfferStatus.ACCEPTED,
        func.upper(Offer.during) > now,
        exists().where(hers, Assignment.status == AssignmentStatus.WITHDRAWN, Assignment.changed_at < before),
        ~exists().where(hers, Assignment.status.in_(COUNTED_ASSIGNMENT)),
    )
    return [(mediator_id, slot_id) for mediator_id, slot_id in session.execute(query.order_by(Offer.id))]


def untold_of_a_booking(session: Session, now: dt.datetime, before: dt.datetime) -> Sequence[int]:
    """Slots booked by a coordinator before then for somebody who has no SMS about it: she knows neither place nor code."""
    query = select(Assignment.slot_id).where(
        Assignment.status == AssignmentStatus.BOOKED,
        Assignment.changed_at < before,
        func.upper(Assignment.during) > now,
        ~exists().where(
            Offer.slot_id == Assignment.slot_id,
            Offer.mediator_id == Assignment.mediator_id,
            Offer.status == OfferStatus.ACCEPTED,
        ),
    )
    return session.scalars(query.order_by(Assignment.id)).all()


def questions_that_failed(session: Session, before: dt.datetime) -> Sequence[int]:
    """Failed SMS whose question is still open, and no fresh SMS took its place."""
    fresher = aliased(Message)
    query = (
        select(Message.id)
        .join(Offer, Offer.id == Message.offer_id)
        .where(Offer.status.in_(OPEN_OFFER), Message.kind.in_(QUESTIONS))
        .where(Message.status == MessageStatus.FAILED, Message.settled_at < before)
        .where(~exists().where(fresher.offer_id == Offer.id, fresher.kind.in_(QUESTIONS), fresher.id > Message.id))
    )
    return session.scalars(query.order_by(Message.id)).all()
