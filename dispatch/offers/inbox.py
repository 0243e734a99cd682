# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies that only a person can weigh: the full text, what Ponte understood, and every question it may be about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.offers import inbox_queries as queries
from dispatch.offers.inbox_queries import Heap
from dispatch.offers.inbox_words import outcome_words, understood_words, why_words
from dispatch.offers.late import ASKABLE, NOT_HERS
from dispatch.offers.office import Office
from dispatch.offers.writing import span
from dispatch.records.offers import Inbound, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode, OfferStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import deadline
from dispatch.web.register_words import language_word
from dispatch.web.views.inbox import InboxPage, Question, ReplyToRead, SettledReply

STRANGERS_FOR = dt.timedelta(days=30)
NUMBER = re.compile(r"\d{2,4}")


def inbox_page(session: Session, office: Office, who: Visitor, now: dt.datetime) -> InboxPage:
    """What waits for a person, whom nobody knows, and what was decided lately."""
    heaps = [Heap(row, 1) for row in queries.replies_to_read(session, who)] + queries.floods(session, who)
    unknown, lately = queries.strangers(session, now - STRANGERS_FOR), queries.settled_lately(session, who)
    keys = {heap.newest.mediator_id for heap in heaps} | {row.mediator_id for row, _code in lately}
    people = queries.mediators_by_id(session, {key for key in keys if key is not None})
    return InboxPage(
        replies=tuple(_to_read(session, office, who, heap, people, now) for heap in heaps),
        strangers=tuple(_stranger(heap) for heap in unknown),
        settled=_settled(session, lately, people),
    )


def _to_read(
    session: Session, office: Office, who: Visitor, heap: Heap, people: dict[int, Mediator], now: dt.datetime
) -> ReplyToRead:
    row = heap.newest
    sender = people.get(row.mediator_id) if row.mediator_id is not None else None
    if sender is None:
        return _stranger(heap)
    return ReplyToRead(
        id=row.id,
        sender=sender.name,
        phone=row.from_phone,
        text=row.body,
        at=row.received_at,
        sender_href=f"/roster/{sender.code}",
        language=language_word(sender.message_language),
        understood=understood_words(row.reading),
        why=why_words(row),
        questions=_questions(session, office, who, row, sender.id, now),
        count=heap.count,
    )


def _stranger(heap: Heap) -> ReplyToRead:
    row = heap.newest
    return ReplyToRead(row.id, "", row.from_phone, row.body, row.received_at, count=heap.count, is_known=False)


def _questions(
    session: Session, office: Office, who: Visitor, row: Inbound, mediator_id: int, now: dt.datetime
) -> tuple[Question, ...]:
    """Those that the text names by their code first, then by their day."""
    since = now - dt.timedelta(hours=office.offers.bare_answer_hours)
    offers = queries.her_questions(session, mediator_id, since)
    asked, seen = queries.asked_since(session, offers), queries.in_sight(session, who, offers)
    named = {int(digits) for digits in NUMBER.findall(row.body)}
    lines = [_question(offer, now, offer.id in asked, offer.id in seen, offer.code in named) for offer in offers]
    return tuple(sorted(lines, key=lambda line: not line.named))


def _question(offer: Offer, now: dt.datetime, is_asked: bool, is_seen: bool, is_named: bool) -> Question:
    start, end = span(offer.during)
    waiting, booked = offer.status == OfferStatus.WAITING, offer.status == OfferStatus.ACCEPTED
    free = offer.slot.status in ASKABLE and not is_asked and offer.settled_by not in NOT_HERS
    ahead = start > now
    return Question(
        offer_id=offer.id,
        code=offer.code,
        start=start,
        end=end,
        where=_where(offer) if is_seen else _("service of another ambito"),
        state=offer.status,
        still=_still(offer, now, can_be_had=free and ahead),
        href=f"/requests/{offer.slot.appointment.request.code}" if is_seen else "",
        named=is_named,
        can_yes=ahead and (waiting or (free and not booked)),
        can_no=ahead and waiting,
        can_give_back=ahead and booked,
    )


def _where(offer: Offer) -> str:
    appointment = offer.slot.appointment
    desk = appointment.request.desk.name
    onsite = appointment.mode == Mode.ONSITE and appointment.place is not None
    return f"{desk}, {appointment.place.comune.name}" if onsite and appointment.place else desk


def _still(offer: Offer, now: dt.datetime, *, can_be_had: bool) -> str:
    """How the visit stands for her, in words."""
    if offer.status == OfferStatus.WAITING:
        return _("waits for her answer until %(when)s") % {"when": deadline(offer.reply_by, now)}
    if offer.status == OfferStatus.ACCEPTED:
        return _("booked by her")
    return _("still to be had") if can_be_had else _("not to be had any more")


def _settled(
    session: Session, lately: Sequence[tuple[Inbound, int | None]], people: dict[int, Mediator]
) -> tuple[SettledReply, ...]:
    names = queries.names_of(session, {row.handled_by for row, _code in lately if row.handled_by})
    return tuple(
        SettledReply(
            sender=people[row.mediator_id].name if row.mediator_id in people else row.from_phone,
            text=row.body,
            what=outcome_words(row.outcome, code),
            by=names.get(row.handled_by or "", row.handled_by or ""),
            at=row.handled_at,
        )
        for row, code in lately
        if row.handled_at is not None
    )
