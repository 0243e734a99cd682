# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds out what became of SMS that nobody heard of again: by the carrier's list, else by a person; never by a blind resend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.offers import wire_queries
from dispatch.offers.notices import NoticeKind, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.receipts import apply_report
from dispatch.offers.sending import never_read
from dispatch.offers.undelivered import look_into
from dispatch.outbox.posting import wake_sender
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import Found, InDoubt, Provider

FOR_A_PERSON = "for a person: "
UNKNOWN = (MessageStatus.SENDING, MessageStatus.IN_DOUBT)


@dataclass(frozen=True)
class Question:
    """What the carrier is asked about one message, read in a transaction that has ended."""

    message_id: int
    attempt: int
    to_phone: str
    body: str
    since: dt.datetime
    known_sids: frozenset[str]


def reconcile(
    database: Database, office: Office, provider: Provider, *, machine: Callable[[], dt.datetime] = machine_now
) -> int:
    """Settle what is unknown for longer than the settle time; how many got an answer.

    The settle time is longer than a post may take and than the carrier's list lags, so an absent message was not taken.
    """
    settled = 0
    settle_time = dt.timedelta(seconds=office.sms.settle_seconds)
    with database.begin() as session:
        unsettled = wire_queries.unsettled_messages(session, provider.name, machine() - settle_time)
    silent: str | None = None  # Why the list cannot be read: a carrier in trouble is asked once, not once for each SMS.
    for message_id in unsettled:
        with database.begin() as session:  # Read only now: the one before may have found the id of a twin text.
            question = _question(session, message_id)
        found = None
        if silent is None:
            try:
                found = provider.find(question.to_phone, question.since, question.body, question.known_sids)
            except InDoubt as doubt:
                silent = doubt.reason
        if silent is not None:
            with database.begin() as session:
                _still_unknown(session, office, question, silent, machine(), now(session))
            continue
        with database.begin() as session:
            settled += _write_found(session, question, found, now(session))
    return settled


def _question(session: Session, message_id: int) -> Question:
    message = session.get_one(Message, message_id)
    assert message.sending_at is not None
    known = frozenset(wire_queries.sids_of(session, message.to_phone, message.id))
    return Question(message.id, message.attempt, message.to_phone, message.body, message.sending_at, known)


def _write_found(session: Session, question: Question, found: Found | None, instant: dt.datetime) -> bool:
    message = session.get_one(Message, question.message_id, with_for_update=True, populate_existing=True)
    if message.status not in UNKNOWN or message.attempt != question.attempt:
        return False  # A report or the sender itself was quicker.
    if found is not None:
        apply_report(session, message, found.sid, found.status, found.error_code, instant)
        return True
    if message.useless_after is not None and message.useless_after <= instant:
        message.status, message.settled_at, message.trouble = MessageStatus.FAILED, instant, "never taken, now too late"
        look_into(session, message.id)
        return True
    message.status, message.trouble = MessageStatus.QUEUED, "never taken by the carrier"
    never_read(session, message)
    wake_sender(session)
    return True


def _still_unknown(
    session: Session, office: Office, question: Question, why: str, machine: dt.datetime, instant: dt.datetime
) -> None:
    """Asked in vain: it stays in doubt, is asked again, and after a while a person is called once."""
    message = session.get_one(Message, question.message_id, with_for_update=True, populate_existing=True)
    if message.status not in UNKNOWN or message.attempt != question.attempt:
        return
    message.status = MessageStatus.IN_DOUBT
    called = (message.trouble or "").startswith(FOR_A_PERSON)
    if not called and machine - question.since > dt.timedelta(minutes=office.sms.give_up_minutes):
        message.trouble = (FOR_A_PERSON + why)[:200]
        tell_coordinators(session, NoticeKind.SMS_IN_DOUBT, instant, phone=message.to_phone, why=why)
