# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator decides about a reply that she read: a yes, a no, a booking given back, a call, or nothing to do.

Each goes the way that the mediator's own answer would have gone, with the same audit of her day and the same SMS.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor
from dispatch.errors import Conflict, NotFound
from dispatch.kit.locks import lock_mediators
from dispatch.offers import inbox_queries as queries
from dispatch.offers.answering import lock_booking, settle_offer, take_back_booking
from dispatch.offers.booking import lock_her_day
from dispatch.offers.decisions import Reply, Settled, settle
from dispatch.offers.inbox_words import settled_words
from dispatch.offers.late import is_open_to
from dispatch.offers.office import Office
from dispatch.offers.writing import answer, span
from dispatch.records.offers import Inbound, Notice, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundOutcome, InboundStatus, OfferStatus
from dispatch.roster.day import day_refusals
from dispatch.web.i18n import gettext as _
from notifications.message import MessageKind, NoWords

ABOUT_A_QUESTION = (InboundOutcome.YES, InboundOutcome.NO, InboundOutcome.GIVES_BACK)


def settle_reply(
    session: Session,
    office: Office,
    who: Visitor,
    inbound_id: int,
    outcome: InboundOutcome,
    offer_id: int | None,
    now: dt.datetime,
) -> Inbound:
    """Do what was decided; Conflict, with who did what, when another coordinator was quicker."""
    inbound = queries.find_reply(session, who, inbound_id, lock=True)
    if inbound is None:
        raise NotFound(_("There is no reply %(number)d. Go back to the list.") % {"number": inbound_id})
    if inbound.status not in queries.TO_HANDLE or inbound.handled_at is not None:
        raise Conflict(f"{settled_words(session, inbound)} {_('Nothing was changed.')}")
    offer = _offer_of(session, inbound, outcome, offer_id)
    match outcome:
        case InboundOutcome.YES if offer is not None:
            _say_yes(session, office, inbound, offer, now)
        case InboundOutcome.NO if offer is not None:
            _say_no(session, office, inbound, offer, now)
        case InboundOutcome.GIVES_BACK if offer is not None:
            _give_back(session, office, inbound, offer, now)
        case InboundOutcome.CALL:
            answer(session, office, MessageKind.CALL_US, _sender(session, inbound), NoWords(), now, reply_to=inbound)
    _close(session, inbound, outcome, offer, who, now)
    return inbound


def _offer_of(session: Session, inbound: Inbound, outcome: InboundOutcome, offer_id: int | None) -> Offer | None:
    """The question that the outcome is about: one of the sender's own, or NotFound."""
    if outcome not in ABOUT_A_QUESTION:
        return None
    offer = session.get(Offer, offer_id) if offer_id is not None else None
    if offer is None or offer.mediator_id != inbound.mediator_id:
        raise NotFound(_("This question was not put to who wrote the reply. Open the list again."))
    return offer


def _sender(session: Session, inbound: Inbound) -> Mediator:
    if inbound.mediator_id is None:
        raise Conflict(_("This number is nobody's of ours: call it yourself, or enter the mediator first."))
    return session.get_one(Mediator, inbound.mediator_id)


def _say_yes(session: Session, office: Office, inbound: Inbound, offer: Offer, now: dt.datetime) -> None:
    lock_mediators(session, [offer.mediator_id])
    visit = lock_her_day(session, offer)[offer.slot_id]
    is_open = is_open_to(session, visit, offer, now)
    if settle(OfferStatus(offer.status), offer.reply_by, Reply.YES, now, slot_open=is_open) is Settled.PERSON:
        detail = _(
            "She had said no to %(code)s, and somebody else stands or is asked in her place. Nothing was changed."
        )
        raise Conflict(detail % {"code": offer.code})
    if settle_offer(session, office, offer.id, Reply.YES, now, inbound) is Settled.UNREACHABLE:
        refusals = day_refusals(session, offer.mediator_id, offer.slot_id, *span(offer.during))
        inbound.reading = {**(inbound.reading or {}), "refusals": refusals}


def _say_no(session: Session, office: Office, inbound: Inbound, offer: Offer, now: dt.datetime) -> None:
    lock_mediators(session, [offer.mediator_id])
    lock_her_day(session, offer)
    if offer.status == OfferStatus.ACCEPTED:
        detail = _("She has said yes to %(code)s: if she gives it back, choose that. Nothing was changed.")
        raise Conflict(detail % {"code": offer.code})
    settle_offer(session, office, offer.id, Reply.NO, now, inbound)


def _give_back(session: Session, office: Office, inbound: Inbound, offer: Offer, now: dt.datetime) -> None:
    """Also in the last hours, when she may not do it by herself: that is what a person is asked for."""
    visit, live = lock_booking(session, offer)
    if live is None or span(offer.during)[0] <= now:
        detail = _("Booking %(code)s is not hers any more, or has begun. Nothing was changed.")
        raise Conflict(detail % {"code": offer.code})
    take_back_booking(session, office, visit, offer, live, now, inbound)


def _close(
    session: Session, inbound: Inbound, outcome: InboundOutcome, offer: Offer | None, who: Visitor, now: dt.datetime
) -> None:
    """Keep who decided what; of a heap all replies up to this one leave with it, and so do their notices."""
    settled = list(session.scalars(select(Inbound.id).where(queries.same_flood(inbound))))
    known = inbound.status == InboundStatus.PERSON
    session.execute(
        update(Inbound)
        .where(Inbound.id.in_(settled))
        .values(
            status=InboundStatus.SETTLED if known else inbound.status,
            outcome=outcome,
            offer_id=offer.id if offer else None,
            handled_by=who.actor[:80],
            handled_at=now,
        )
        .execution_options(synchronize_session="fetch")
    )
    unseen = Notice.inbound_id.in_(settled) & Notice.seen_at.is_(None)
    session.execute(update(Notice).where(unseen).values(seen_at=now, seen_by=who.actor[:80]))
    code = offer.code if offer else 0
    record(session, now, who.actor, "settle_reply", "inbound", inbound.id, outcome=outcome.value, code=code)
