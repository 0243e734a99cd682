# SPDX-License-Identifier: AGPL-3.0-or-later
"""An answer to an offer: lock, decide, write what was decided, and say it to everybody concerned."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.offers.booking import book, lock_her_day
from dispatch.offers.decisions import Reply, Settled, settle
from dispatch.offers.ending import (
    UNREACHABLE,
    exclude,
    forgive,
    give_up,
    keep_at_home,
    reopen_unless_asked,
    undo,
)
from dispatch.offers.handing_over import Why, hand_to_person
from dispatch.offers.late import NOT_HERS, is_open_to
from dispatch.offers.notices import NoticeKind, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visit
from dispatch.offers.reply_queries import waits_for_person
from dispatch.offers.writing import answer, answer_once, confirm, span, visit_words
from dispatch.records.offers import Inbound, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, OfferStatus, SlotStatus
from notifications.message import MessageKind

GIVEN_BACK = "her own withdrawal"


def settle_offer(
    session: Session,
    office: Office,
    offer_id: int,
    reply: Reply,
    now: dt.datetime,
    inbound: Inbound | None = None,
    *,
    by: str = "page",
) -> Settled:
    """What ``reply`` did to the offer; ``inbound`` is the SMS that said it, None when it came from the page."""
    offer = session.get_one(Offer, offer_id)
    lock_mediators(session, [offer.mediator_id])
    visits = lock_her_day(session, offer)
    visit, by = visits[offer.slot_id], f"inbound {inbound.id}" if inbound else by
    is_open = is_open_to(session, visit, offer, now)
    settled = settle(OfferStatus(offer.status), offer.reply_by, reply, now, slot_open=is_open)
    match settled:
        case Settled.BOOK if book(session, office, visits, offer, now):
            offer.status, offer.closed_at, offer.settled_by = OfferStatus.ACCEPTED, now, by
            keep_at_home(session, offer.id, now, "answered")  # She read it on her page before its SMS had left.
            confirm(session, office, visit, offer, now, inbound)
        case Settled.BOOK:
            settled = Settled.UNREACHABLE
            _end(session, office, visit, offer, OfferStatus.WITHDRAWN, now, UNREACHABLE)
            answer(session, office, MessageKind.UNREACHABLE, offer.mediator, visit_words(offer), now, reply_to=inbound)
        case Settled.DECLINE:
            give_up(session, office, visit, offer, OfferStatus.DECLINED, now, by)
            if inbound is not None:
                answer_once(session, office, MessageKind.DECLINED, offer, now, inbound)
        case Settled.COVERED:
            _end(session, office, visit, offer, OfferStatus.COVERED, now, by)
            if reply is Reply.YES:
                forgive(visit, offer.mediator_id)
            gone = visit.slot.status == SlotStatus.CANCELLED or offer.settled_by in NOT_HERS
            kind = MessageKind.WITHDRAWN if gone else MessageKind.COVERED
            answer_once(session, office, kind, offer, now, inbound)
        case Settled.PERSON:
            why = Why.BOOKING_STANDS if offer.status == OfferStatus.ACCEPTED else Why.TAKEN
            hand_to_person(session, office, offer.mediator, inbound, why, now, visit, code=offer.code)
        case Settled.NOTHING if reply is Reply.NO and inbound is not None:
            answer_once(session, office, MessageKind.DECLINED, offer, now, inbound)
    return settled


def _end(
    session: Session, office: Office, visit: Visit, offer: Offer, status: OfferStatus, now: dt.datetime, by: str
) -> None:
    """End the offer if it is still open; one that ended already keeps how it ended."""
    if offer.status in (OfferStatus.QUEUED, OfferStatus.WAITING):
        give_up(session, office, visit, offer, status, now, by)


def withdraw_booking(
    session: Session, office: Office, offer_id: int, now: dt.datetime, inbound: Inbound | None = None
) -> bool:
    """She gives a booking back in time: the slot opens again. False when that is for a person to decide."""
    offer = session.get_one(Offer, offer_id)
    visit, live = lock_booking(session, offer)
    in_time = span(offer.during)[0] - now >= dt.timedelta(hours=office.offers.withdraw_hours)
    if live is None or not in_time:
        if inbound is None and waits_for_person(session, visit.slot.id, offer.mediator.code):
            return False  # Pressed again: one SMS and one notice tell of it until somebody has seen that.
        why = Why.NOT_HERS if live is None else Why.TOO_LATE
        hand_to_person(session, office, offer.mediator, inbound, why, now, visit, code=offer.code)
        return False
    take_back_booking(session, office, visit, offer, live, now, inbound)
    return True


def lock_booking(session: Session, offer: Offer) -> tuple[Visit, Assignment | None]:
    """The visit of an offer under lock, with the booking that she has on it by this offer, if it stands."""
    lock_mediators(session, [offer.mediator_id])
    visit = lock_visit(session, offer.slot_id)
    live = visit.live()
    hers = live is not None and live.mediator_id == offer.mediator_id and live.status == AssignmentStatus.BOOKED
    return visit, live if hers and offer.status == OfferStatus.ACCEPTED else None


def take_back_booking(
    session: Session,
    office: Office,
    visit: Visit,
    offer: Offer,
    live: Assignment,
    now: dt.datetime,
    inbound: Inbound | None,
) -> None:
    """Her booking ends and the slot opens again; she and the desk are told."""
    undo(session, live, AssignmentStatus.WITHDRAWN, now)
    offer.status, offer.closed_at, offer.settled_by = OfferStatus.WITHDRAWN, now, GIVEN_BACK
    keep_at_home(session, offer.id, now, "booking ended")
    exclude(visit, offer.mediator_id)
    reopen_unless_asked(office, visit, now)
    if visit.appointment.status == AppointmentStatus.CONFIRMED:
        visit.appointment.status = AppointmentStatus.OPEN
    start, _ = span(offer.during)
    tell_desk(session, NoticeKind.REOPENED, visit, now, start=start.isoformat())
    answer(session, office, MessageKind.RELEASED, offer.mediator, visit_words(offer), now, reply_to=inbound)
