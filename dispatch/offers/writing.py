# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns what happened to a slot into message rows: the words of each kind, who gets them, and when they may leave."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.offers.decisions import when_to_tell
from dispatch.offers.naming import comune_of, languages_of
from dispatch.offers.notices import tell_of_blocked_phone
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit
from dispatch.offers.reply_queries import idle_answers_since, was_answered
from dispatch.outbox.asking import Way
from dispatch.outbox.hours import awake
from dispatch.outbox.posting import ANSWER, COURTESY, new_reference, post, wake_sender
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode
from notifications.compose import compose
from notifications.message import (
    ConfirmedWords,
    MessageKind,
    MovedWords,
    OfferWords,
    ServiceKind,
    VisitMode,
    VisitWords,
    Words,
)

# Answers that settle nothing: they alone could go on for ever, and count towards a sender's cap of the day.
IDLE = frozenset(
    {
        MessageKind.ASK_CODE,
        MessageKind.NONE_OPEN,
        MessageKind.TO_PERSON,
        MessageKind.HELP,
        MessageKind.AGENDA,
        MessageKind.ASK_TIMES,
        MessageKind.ASK_VISIT,
        MessageKind.NO_VISIT,
        MessageKind.ASK_SHIFT,
    }
)
ONE_DAY = dt.timedelta(days=1)
# Who can be in a hurry first.
PRIORITY_OF_WAY = {Way.URGENT: 0, Way.ALL: 2, Way.BATCH: 3, Way.CASCADE: 5}
# A visit that is no longer hers: who hears of it too late stands before a closed door.
STAY_AT_HOME = (MessageKind.CANCELLED, MessageKind.RELEASED, MessageKind.REASSIGNED)


def span(during: Range[dt.datetime]) -> tuple[dt.datetime, dt.datetime]:
    """Both ends of a time that the tables keep finite."""
    assert during.lower is not None
    assert during.upper is not None
    return during.lower, during.upper


def send_offer(session: Session, office: Office, visit: Visit, offer: Offer, send_after: dt.datetime) -> None:
    """The question itself; it goes out once and is useless after its deadline."""
    start, end = span(offer.during)
    languages, comune = languages_of(session, visit.slot, offer.mediator), comune_of(visit)
    values = OfferWords(
        code=offer.code,
        start=start,
        end=end,
        reply_by=offer.reply_by,
        written_at=send_after,
        language=languages.name,
        language_short=languages.short,
        mode=VisitMode(visit.appointment.mode),
        comune=comune.name,
        comune_short=comune.short,
        service=ServiceKind(visit.appointment.request.desk.sector),
        link=office.offer_link(offer.id),
    )
    _post(
        session,
        office,
        MessageKind.OFFER,
        offer.mediator,
        values,
        offer=offer,
        created_at=offer.created_at,
        send_after=send_after,
        useless_after=offer.reply_by,
        priority=PRIORITY_OF_WAY[Way(offer.policy)],
    )


def confirm(
    session: Session, office: Office, visit: Visit, offer: Offer, now: dt.datetime, reply_to: Inbound | None
) -> None:
    """After the yes: where to go and whom to ask for. It answers her, so it leaves at any hour."""
    if offer.mediator.sms_blocked:
        tell_of_blocked_phone(session, offer, now)
        return
    start, end = span(offer.during)
    desk, onsite = visit.appointment.request.desk, visit.appointment.mode == Mode.ONSITE
    values = ConfirmedWords(
        start=start,
        end=end,
        desk=desk.sms_label,
        link=office.agenda_link(offer.mediator_id),
        mode=VisitMode(visit.appointment.mode),
        address=visit.appointment.place.address or None if onsite and visit.appointment.place else None,
        contact=desk.contact or None,
    )
    answer(session, office, MessageKind.CONFIRMED, offer.mediator, values, now, reply_to=reply_to, offer=offer)


def answer(
    session: Session,
    office: Office,
    kind: MessageKind,
    to: Mediator,
    values: Words,
    now: dt.datetime,
    *,
    reply_to: Inbound | None = None,
    offer: Offer | None = None,
) -> None:
    """Something said back to a mediator who has just written or pressed a button: at once, whatever the hour.

    Whoever writes on and on with nothing to be done about it is answered no more that day; her reply is marked, so that
    a person reads it.
    """
    if reply_to is not None and kind in IDLE and has_had_her_answers(session, office, reply_to.from_phone, now):
        reply_to.beyond_cap = True
        return
    _post(
        session,
        office,
        kind,
        to,
        values,
        offer=offer,
        reply_to=reply_to,
        created_at=now,
        send_after=now,
        priority=ANSWER,
    )


def answer_once(
    session: Session, office: Office, kind: MessageKind, offer: Offer, now: dt.datetime, reply_to: Inbound | None
) -> None:
    """What became of her answer to this offer; said again and again, the same answer is told once."""
    if not was_answered(session, offer.id, kind, by_page=reply_to is None):
        answer(session, office, kind, offer.mediator, visit_words(offer), now, reply_to=reply_to, offer=offer)


def has_had_her_answers(session: Session, office: Office, phone: str, now: dt.datetime) -> bool:
    """Whether this phone got as many answers that settled nothing as the policy allows in 24 hours."""
    return idle_answers_since(session, phone, now - ONE_DAY, IDLE) >= office.offers.idle_answers_per_day


def tell(
    session: Session,
    office: Office,
    kind: MessageKind,
    offer: Offer,
    now: dt.datetime,
    *,
    during: Range[dt.datetime] | None = None,
) -> None:
    """News about an offer that she was told of: by day, unless she allows nights or was asked in a hurry.

    That she need not go is told by night too where the visit is near. ``during`` is the time she knows of, where that
    is another one than the offer's. Of a visit that is off somebody calls her whose phone gets no SMS.
    """
    if offer.mediator.sms_blocked and kind in STAY_AT_HOME:
        tell_of_blocked_phone(session, offer, now)
        return
    start, end = span(during or offer.during)
    at_once = offer.mediator.quiet_hours_allowed or offer.policy == Way.URGENT
    by_day = when_to_tell(now, start, office.offers) if kind in STAY_AT_HOME else awake(now, office.offers)
    _post(
        session,
        office,
        kind,
        offer.mediator,
        VisitWords(code=offer.code, start=start, end=end),
        offer=offer,
        created_at=now,
        send_after=now if at_once else by_day,
        useless_after=end,
        priority=COURTESY,
    )


def tell_move(
    session: Session,
    office: Office,
    visit: Visit,
    offer: Offer,
    known: Range[dt.datetime],
    now: dt.datetime,
    *,
    needs_answer: bool,
) -> None:
    """What was and what is; at night too where the sooner of both is near. A question is useless after its deadline."""
    if offer.mediator.sms_blocked:
        tell_of_blocked_phone(session, offer, now)
        return
    (old_start, old_end), (start, end) = span(known), span(offer.during)
    values = MovedWords(
        code=offer.code,
        old_start=old_start,
        old_end=old_end,
        start=start,
        end=end,
        needs_answer=needs_answer,
        comune=comune_of(visit).name,
        comune_short=comune_of(visit).short,
    )
    at_once = offer.mediator.quiet_hours_allowed or offer.policy == Way.URGENT
    _post(
        session,
        office,
        MessageKind.MOVED,
        offer.mediator,
        values,
        offer=offer,
        created_at=now,
        send_after=now if at_once else when_to_tell(now, min(old_start, start), office.offers),
        useless_after=offer.reply_by if needs_answer else end,
        priority=PRIORITY_OF_WAY[Way(offer.policy)] if needs_answer else COURTESY,
    )


def visit_words(offer: Offer) -> VisitWords:
    start, end = span(offer.during)
    return VisitWords(code=offer.code, start=start, end=end)


def answer_stranger(session: Session, office: Office, values: Words, now: dt.datetime, reply_to: Inbound) -> None:
    """A number that is nobody's of ours: told once who writes here, and no more."""
    composed = compose(MessageKind.UNKNOWN_SENDER, "it", values)
    session.add(
        Message(
            reference=new_reference(office.rng),
            kind=MessageKind.UNKNOWN_SENDER,
            to_phone=reply_to.from_phone,
            reply_to_id=reply_to.id,
            body=composed.body,
            segments=composed.segments,
            priority=COURTESY,
            created_at=now,
            send_after=now,
            useless_after=now + dt.timedelta(days=1),
        )
    )
    wake_sender(session)


def again(session: Session, office: Office, lost: Message, send_after: dt.datetime) -> None:
    """A fresh SMS with the text of one that the network gave up on; the lost one stays as it ended."""
    session.add(
        Message(
            reference=new_reference(office.rng),
            kind=lost.kind,
            to_phone=lost.to_phone,
            mediator_id=lost.mediator_id,
            offer_id=lost.offer_id,
            reply_to_id=lost.reply_to_id,
            body=lost.body,
            segments=lost.segments,
            priority=lost.priority,
            created_at=send_after,
            send_after=send_after,
            useless_after=lost.useless_after,
        )
    )


def _post(
    session: Session,
    office: Office,
    kind: MessageKind,
    to: Mediator,
    values: Words,
    *,
    created_at: dt.datetime,
    send_after: dt.datetime,
    priority: int,
    offer: Offer | None = None,
    reply_to: Inbound | None = None,
    useless_after: dt.datetime | None = None,
) -> None:
    post(
        session,
        office.rng,
        kind,
        to,
        values,
        created_at=created_at,
        send_after=send_after,
        priority=priority,
        offer_id=offer.id if offer else None,
        reply_to_id=reply_to.id if reply_to else None,
        useless_after=useless_after,
    )
