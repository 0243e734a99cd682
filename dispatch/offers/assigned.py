# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator has given a slot to somebody: whoever had it or was asked is freed, and she is asked or confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.kit.queue import enqueue
from dispatch.offers.drafting import draft
from dispatch.offers.ending import REASSIGNED, close, reopen_unless_asked
from dispatch.offers.freeing import free, is_counted_on
from dispatch.offers.notices import NoticeKind, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visit
from dispatch.offers.writing import confirm, span
from dispatch.outbox.asking import Way
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import LIVE_ASSIGNMENT, OPEN_OFFER, AssignmentStatus, OfferStatus
from notifications.message import MessageKind


def tell_assigned(
    session: Session,
    office: Office,
    slot_id: int,
    offer_ids: Collection[int],
    now: dt.datetime,
    booked: int | None = None,
) -> None:
    """Settle ``offer_ids``, those that were open or accepted when the slot was given away, and turn to her.

    ``booked`` is the assignment of one who said yes on the phone.
    """
    asked = select(Offer.mediator_id).where(Offer.id.in_(offer_ids))
    stands = select(Assignment.mediator_id).where(
        Assignment.slot_id == slot_id, Assignment.status.in_(LIVE_ASSIGNMENT) | (Assignment.id == booked)
    )
    lock_mediators(session, [*session.scalars(asked), *session.scalars(stands)])
    visit = lock_visit(session, slot_id)
    live = visit.live()
    is_booked = live is not None and live.status == AssignmentStatus.BOOKED
    for offer in visit.offers:
        if offer.id in offer_ids and (live is None or offer.mediator_id != live.mediator_id):
            if is_counted_on(offer) and not is_booked:  # Until the next one says yes, the desk has nobody.
                tell_desk(session, NoticeKind.REOPENED, visit, now, start=span(offer.during)[0].isoformat())
            free(session, office, offer, now, REASSIGNED, MessageKind.REASSIGNED)
    if live is not None and live.status == AssignmentStatus.BOOKED:
        _confirm(session, office, visit, live, now)
    elif live is not None:
        enqueue(session, "offers.make")
    if booked is not None:
        _tell_if_off(session, office, visit, session.get_one(Assignment, booked, populate_existing=True), now)
    reopen_unless_asked(office, visit, now)


def _confirm(session: Session, office: Office, visit: Visit, booking: Assignment, now: dt.datetime) -> None:
    """She said yes on the phone: where to go is told her as after every yes, and her visit gets its code."""
    hers = [offer for offer in visit.offers if offer.mediator_id == booking.mediator_id]
    if any(offer.status == OfferStatus.ACCEPTED for offer in hers):
        return
    for offer in hers:
        if offer.status in OPEN_OFFER:
            close(session, offer, OfferStatus.WITHDRAWN, now, REASSIGNED)
    session.flush()
    offer = _agreed(session, office, visit, booking, now)
    confirm(session, office, visit, offer, now, None)
    start = span(offer.during)[0].isoformat()
    tell_desk(session, NoticeKind.BOOKED, visit, now, mediator=offer.mediator.code, start=start)


def _tell_if_off(session: Session, office: Office, visit: Visit, hers: Assignment, now: dt.datetime) -> None:
    """She said yes on the phone, and it was taken from her before she was confirmed: all she hears is that it is off."""
    confirmed = any(offer.assignment_id == hers.id for offer in visit.offers)
    if hers.status == AssignmentStatus.WITHDRAWN and not confirmed:
        free(session, office, _agreed(session, office, visit, hers, now), now, REASSIGNED)


def _agreed(session: Session, office: Office, visit: Visit, booking: Assignment, now: dt.datetime) -> Offer:
    """The question she answered on the phone, so that the visit has its code and every later word an offer to be about."""
    offer = draft(
        session,
        office,
        visit,
        booking.mediator_id,
        booking.during,
        Way.CASCADE,
        now,
        now,
        assignment_id=booking.id,
        status=OfferStatus.ACCEPTED,
    )
    offer.closed_at, offer.settled_by = now, "by phone"
    return offer
