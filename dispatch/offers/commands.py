# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator may say by SMS besides answering: her agenda, that a number is hers, never to write to her again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from dispatch.offers import reply_queries
from dispatch.offers.answering import settle_offer
from dispatch.offers.booking import lock_her_day
from dispatch.offers.decisions import Reply
from dispatch.offers.freeing import tell_unasked
from dispatch.offers.notices import NoticeKind, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.undelivered import is_news, look_into
from dispatch.offers.writing import span
from dispatch.records.intake import Slot
from dispatch.records.offers import Inbound, Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus, Mode, OfferStatus
from dispatch.roster.consent import OPTED_OUT
from notifications.message import AgendaVisit, AgendaWords
from notifications.replies import Answers, Reading, Say

SHOWN = 3


def agenda_words(session: Session, office: Office, mediator: Mediator, now: dt.datetime) -> AgendaWords:
    """Her next visits, soonest first, with the comune of those on site."""
    visits = []
    for booking in reply_queries.her_bookings(session, mediator.id, now)[:SHOWN]:
        appointment = session.get_one(Slot, booking.slot_id).appointment
        onsite = appointment.mode == Mode.ONSITE and appointment.place is not None
        start, end = span(booking.during)
        comune = appointment.place.comune if onsite and appointment.place else None
        name, short = (comune.name, comune.short_name) if comune else (None, None)
        visits.append(AgendaVisit(start=start, end=end, comune=name, comune_short=short))
    return AgendaWords(visits=tuple(visits), link=office.agenda_link(mediator.id))


def opt_out(session: Session, office: Office, mediator: Mediator, inbound: Inbound, now: dt.datetime) -> None:
    """She wants no more SMS: what is queued stays at home, her open questions end as refused, a coordinator is told.

    Whatever of it she has to know somebody tells her by phone.
    """
    mediator.sms_blocked = OPTED_OUT
    session.flush()
    unanswered = reply_queries.her_unanswered_offers(session, mediator.id)
    lock_her_day(session, *unanswered)
    for offer in unanswered:
        had_left = offer.status == OfferStatus.WAITING
        settle_offer(session, office, offer.id, Reply.NO, now, inbound)
        if not had_left:
            tell_unasked(session, office, offer, now)
    kept_at_home = session.scalars(
        update(Message)
        .where(Message.mediator_id == mediator.id, Message.status == MessageStatus.QUEUED)
        .values(status=MessageStatus.FAILED, trouble=OPTED_OUT, settled_at=now)
        .returning(Message)
    )
    for message in kept_at_home.all():
        if is_news(session, message):
            look_into(session, message.id)
    tell_coordinators(session, NoticeKind.OPTED_OUT, now, inbound=inbound, mediator=mediator.code)


def opt_back_in(mediator: Mediator) -> None:
    """Only she can take her opt-out back, and the carrier has heard it from her own phone."""
    if mediator.sms_blocked == OPTED_OUT:
        mediator.sms_blocked = None


def confirm_number(mediator: Mediator, reading: Reading, now: dt.datetime) -> bool:
    """Whether this yes answers the test SMS: one was sent to her number, and nobody has answered it yet."""
    says_yes = isinstance(reading, Answers) and all(answer.say is Say.YES for answer in reading.answers)
    if not says_yes or mediator.number_asked_at is None or mediator.number_confirmed_at is not None:
        return False
    mediator.number_confirmed_at = now
    return True
