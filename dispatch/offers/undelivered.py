# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an SMS that cannot arrive means for the person, for the line, and for the question it carried."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now
from dispatch.kit.queue import enqueue
from dispatch.line.breaker import Event, Standing, breaker
from dispatch.line.rows import change_within
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.ending import give_up
from dispatch.offers.freeing import tell_unasked
from dispatch.offers.notices import NoticeKind, raise_alarm, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.queries import is_hers, lock_visit, slot_of_offer
from dispatch.offers.wire_queries import copies_of, has_later_news, times_sent, was_only_told
from dispatch.offers.wire_states import wait_before_retry
from dispatch.offers.writing import STAY_AT_HOME, again, span
from dispatch.outbox.cap import CAPPED
from dispatch.records.offers import Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, MessageStatus, OfferStatus
from notifications.message import MessageKind
from notifications.providers.codes import CodeTable
from notifications.providers.port import FailureClass

OPTED_OUT_CODE = 21610
# What she has to know of a visit that is, or was, hers; a move that needs no answer belongs to it too.
NEWS = (*STAY_AT_HOME, MessageKind.CONFIRMED)


def look_into(session: Session, message_id: int) -> None:
    """A message has failed for good: a job of its own sees to the rest, under the locks that an answer takes."""
    enqueue(session, "offers.undelivered", message_id=message_id)


def is_news(session: Session, message: Message) -> bool:
    """Whether she has to know what this tells, so that somebody calls her where no SMS can."""
    return message.offer_id is not None and (message.kind in NEWS or was_only_told(session, message))


def settle_undelivered(session: Session, office: Office, codes: CodeTable, message_id: int, now: dt.datetime) -> None:
    """Flag a dead phone, stop the line on an alarm, and see that the question goes on: again, or to the next one."""
    message = session.get_one(Message, message_id)
    if message.status != MessageStatus.FAILED:
        return  # Delivered after all: that report came later.
    code = _code_of(message)
    klass = codes.classify(code)
    if klass is FailureClass.NEVER_AGAIN:
        _flag_phone(session, message, code, now)
    if klass is FailureClass.ALARM:
        stop_the_line(session, office, message.provider or "", message.trouble or "", now, machine_now(), probe=False)
    if message.offer_id is None:
        return
    hopeless = klass is FailureClass.NEVER_AGAIN
    if is_news(session, message):
        _tell_anew(session, office, message, message.offer_id, now, hopeless=hopeless)
    elif message.kind in QUESTIONS:
        _carry_on(session, office, message, message.offer_id, now, hopeless=hopeless)


def _carry_on(
    session: Session, office: Office, message: Message, offer_id: int, now: dt.datetime, *, hopeless: bool
) -> None:
    """A fresh SMS where the network may come back in time; else the offer ends and a repair goes on."""
    visit = lock_visit(session, slot_of_offer(session, offer_id))
    offer = visit.offer(offer_id)
    if offer.status not in OPEN_OFFER:
        return
    later = now + wait_before_retry(message.attempt, office.sms, office.rng)
    was_taken, copies = message.sid is not None, times_sent(session, offer.id)
    if was_taken and not hopeless and copies < office.sms.most_copies and later < offer.reply_by:
        offer.status, offer.asked_at = OfferStatus.QUEUED, None
        again(session, office, message, later)
        return
    tell_coordinators(
        session, NoticeKind.SMS_FAILED, now, visit=visit, mediator=offer.mediator.code, why=message.trouble or ""
    )
    if message.trouble == CAPPED:  # It was Ponte that did not ask her, so nothing is counted as a no of hers.
        give_up(session, office, visit, offer, OfferStatus.WITHDRAWN, now, CAPPED)
    else:
        give_up(session, office, visit, offer, OfferStatus.DECLINED, now, "SMS not delivered")
    tell_unasked(session, office, offer, now)


def _tell_anew(
    session: Session, office: Office, message: Message, offer_id: int, now: dt.datetime, *, hopeless: bool
) -> None:
    """News of a visit, once more while the network may come back in time; then somebody has to call her."""
    visit = lock_visit(session, slot_of_offer(session, offer_id))
    offer = visit.offer(offer_id)
    if has_later_news(session, message, NEWS) or (
        message.kind in STAY_AT_HOME and is_hers(session, offer.slot_id, offer.mediator_id)
    ):
        return  # What is true now she was told since, or it is her visit again.
    later, latest = now + wait_before_retry(message.attempt, office.sms, office.rng), span(offer.during)[1]
    few = copies_of(session, message) < office.sms.most_copies
    if message.sid is not None and not hopeless and few and later < (message.useless_after or latest):
        again(session, office, message, later)
        return
    tell_coordinators(
        session, NoticeKind.NEWS_FAILED, now, visit=visit, mediator=offer.mediator.code, why=message.trouble or ""
    )


def _flag_phone(session: Session, message: Message, code: int | None, now: dt.datetime) -> None:
    """This number never again; an opt-out is kept as one, because only the person can take it back."""
    mediator = session.get(Mediator, message.mediator_id) if message.mediator_id else None
    if mediator is not None and not mediator.sms_blocked:
        mediator.sms_blocked = "opted_out" if code == OPTED_OUT_CODE else f"code_{code}"
        tell_coordinators(
            session, NoticeKind.PHONE_BLOCKED, now, mediator=mediator.code, phone=message.to_phone, code=code or 0
        )


def stop_the_line(
    session: Session, office: Office, provider: str, why: str, now: dt.datetime, machine: dt.datetime, *, probe: bool
) -> None:
    """The carrier refuses our account or sender: every further try would be refused too. The queue waits as it is."""

    def stopped(line: Standing) -> Standing:
        return breaker(line, Event.ALARM, machine, office.sms, chance=0, probe=probe, why=why)

    change_within(session, provider, stopped)
    raise_alarm(session, NoticeKind.LINE_STOPPED, now, why)


def mark_arrived(session: Session, message_id: int, now: dt.datetime) -> None:
    """A question that was thought never to have left did arrive: it waits for its answer and may not be moved."""
    message = session.get_one(Message, message_id)
    if message.offer_id is None:
        return
    visit = lock_visit(session, slot_of_offer(session, message.offer_id))
    offer = visit.offer(message.offer_id)
    if offer.status == OfferStatus.QUEUED:
        offer.status, offer.asked_at = OfferStatus.WAITING, now


def _code_of(message: Message) -> int | None:
    """The carrier's code at the head of the trouble ("30003: …")."""
    head = (message.trouble or "").partition(":")[0]
    return int(head) if head.isdecimal() else None
