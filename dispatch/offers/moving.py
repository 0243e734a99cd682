# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit moved: who keeps it is told, who must say yes anew is asked, everybody else is freed.

The rows say which: a booking whose offer names another time, a published assignment that was agreed to at another one.
Whoever comes first, this job or the one that makes offers, does the same, and twice is as once. What has not left yet is
replaced, so that she hears what is true last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.offers.drafting import draft
from dispatch.offers.ending import MOVED, close, give_up, keep_at_home, reopen_unless_asked
from dispatch.offers.freeing import free, is_counted_on
from dispatch.offers.notices import NoticeKind, tell_coordinators, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visits
from dispatch.offers.writing import span, tell_move
from dispatch.outbox.asking import Way, how_to_ask
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, OfferStatus, SlotStatus

HERS = (*OPEN_OFFER, OfferStatus.ACCEPTED)


def tell_moved(
    session: Session, office: Office, appointment_id: int, offer_ids: Collection[int], now: dt.datetime
) -> None:
    """Settle what the move of an appointment means for ``offer_ids``, those that were open or accepted then."""
    slot_ids = session.scalars(select(Slot.id).where(Slot.appointment_id == appointment_id)).all()
    stand = select(Assignment.mediator_id).where(Assignment.slot_id.in_(slot_ids))
    asked = select(Offer.mediator_id).where(Offer.id.in_(offer_ids))
    lock_mediators(session, [*session.scalars(stand), *session.scalars(asked)])
    for visit in lock_visits(session, slot_ids).values():
        _settle(session, office, visit, offer_ids, now)


def is_moving(visit: Visit, offer: Offer) -> bool:
    """Whether what the offer rests on has moved, and she stands for the visit still."""
    live = visit.live()
    return live is not None and live.mediator_id == offer.mediator_id and offer.known is not None


def ask_again(session: Session, office: Office, visit: Visit, moved: Assignment, now: dt.datetime) -> int:
    """Ask her for a yes to the new time, by the policy's deadlines; how many questions were put."""
    assert moved.agreed is not None
    if any(offer.assignment_id == moved.id for offer in visit.offers):
        return 0
    before, known = _hers(visit, moved.mediator_id), moved.agreed
    if before is not None:
        known = _what_she_knows(session, before, now)
        close(session, before, OfferStatus.WITHDRAWN, now, MOVED)
        session.flush()
    start = span(moved.during)[0]
    asking = how_to_ask(now, start, office.offers)
    way, reply_by = (asking.way, asking.reply_by) if asking else (Way.URGENT, start)
    offer = draft(session, office, visit, moved.mediator_id, moved.during, way, reply_by, now, assignment_id=moved.id)
    offer.known = known
    visit.slot.status, visit.slot.replan_due, visit.slot.changed_at = SlotStatus.OFFERED, None, now
    if offer.mediator.sms_blocked:
        give_up(session, office, visit, offer, OfferStatus.DECLINED, now, "phone blocked")
        tell_coordinators(session, NoticeKind.PHONE_BLOCKED, now, visit=visit, mediator=offer.mediator.code)
        return 0
    tell_move(session, office, visit, offer, known, now, needs_answer=True)
    return 1


def _settle(session: Session, office: Office, visit: Visit, concerned: Collection[int], now: dt.datetime) -> None:
    live = visit.live()
    for offer in visit.offers:
        if offer.id not in concerned or (live is not None and live.mediator_id == offer.mediator_id):
            continue
        if is_counted_on(offer):
            tell_desk(session, NoticeKind.REOPENED, visit, now, start=span(offer.during)[0].isoformat())
        free(session, office, offer, now, MOVED)
    if live is not None and live.status == AssignmentStatus.BOOKED:
        _tell(session, office, visit, live, now)
    elif live is not None and live.agreed is not None:
        ask_again(session, office, visit, live, now)
    reopen_unless_asked(office, visit, now)


def _tell(session: Session, office: Office, visit: Visit, booking: Assignment, now: dt.datetime) -> None:
    """She keeps the visit: she is told its new time, unless that is the one she knows of."""
    offer = _hers(visit, booking.mediator_id)
    if offer is None:  # Booked without an SMS: from now on there is one, and its code is how she speaks of the visit.
        since = booking.agreed or booking.during
        offer = draft(
            session,
            office,
            visit,
            booking.mediator_id,
            since,
            Way.CASCADE,
            now,
            now,
            assignment_id=booking.id,
            status=OfferStatus.ACCEPTED,
        )
    if offer.status == OfferStatus.ACCEPTED and offer.during == booking.during:
        return
    known = _what_she_knows(session, offer, now)
    keep_at_home(session, offer.id, now, MOVED)  # also a reminder that names the old time
    if offer.status != OfferStatus.ACCEPTED:  # The question has not left, and what she agreed to holds again.
        offer.status, offer.closed_at, offer.settled_by = OfferStatus.ACCEPTED, now, MOVED
    offer.during, offer.known, offer.assignment_id = booking.during, known, booking.id
    if known != booking.during:
        tell_move(session, office, visit, offer, known, now, needs_answer=False)


def _hers(visit: Visit, mediator_id: int) -> Offer | None:
    """What she was last asked or had said yes to on this slot."""
    hers = [offer for offer in visit.offers if offer.mediator_id == mediator_id and offer.status in HERS]
    return hers[-1] if hers else None


def _what_she_knows(session: Session, offer: Offer, now: dt.datetime) -> Range[dt.datetime]:
    """The time of the visit as she was last told; an SMS about a later move that has not left stays at home."""
    unsent = keep_at_home(session, offer.id, now, MOVED) or offer.status == OfferStatus.QUEUED
    return offer.known if unsent and offer.known is not None else offer.during
