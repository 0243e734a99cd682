# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends offers whose time is over or whose appointment was cancelled; silence is never read as a yes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.offers.ending import CALLED_AWAY, give_up, undo
from dispatch.offers.freeing import free, tell_unasked
from dispatch.offers.office import Office
from dispatch.offers.queries import is_hers, lock_visit, lock_visits, slot_of_offer
from dispatch.offers.writing import tell
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, OfferStatus
from notifications.message import MessageKind


def expire_offer(session: Session, office: Office, offer_id: int, now: dt.datetime) -> bool:
    """End one overdue offer, tell her kindly, and let a repair look for somebody else; false when it has ended."""
    visit = lock_visit(session, slot_of_offer(session, offer_id))
    offer = visit.offer(offer_id)
    if offer.status not in OPEN_OFFER or offer.reply_by >= now:
        return False
    if give_up(session, office, visit, offer, OfferStatus.EXPIRED, now, "time"):
        tell(session, office, MessageKind.EXPIRED, offer, now)
    else:
        tell_unasked(session, office, offer, now)
    return True


def tell_cancelled(session: Session, office: Office, appointment_id: int, now: dt.datetime) -> int:
    """An appointment is off: who was asked is freed, who had said yes is told not to go; how many were told."""
    slot_ids = session.scalars(select(Slot.id).where(Slot.appointment_id == appointment_id)).all()
    concerned = select(Offer.mediator_id).where(Offer.slot_id.in_(slot_ids))
    lock_mediators(session, session.scalars(concerned))
    told = 0
    for visit in lock_visits(session, slot_ids).values():
        for offer in visit.offers:
            told += free(session, office, offer, now, "cancelled")
        for assignment in visit.assignments:
            undo(session, assignment, AssignmentStatus.WITHDRAWN, now)
    return told


def tell_called_away(session: Session, office: Office, offer_id: int, now: dt.datetime) -> bool:
    """Her booking was taken back for an urgent call: she is told not to go; false when that was done already."""
    visit = lock_visit(session, slot_of_offer(session, offer_id))
    offer = visit.offer(offer_id)
    if is_hers(session, offer.slot_id, offer.mediator_id):
        return False
    return offer.status == OfferStatus.ACCEPTED and free(session, office, offer, now, CALLED_AWAY)
