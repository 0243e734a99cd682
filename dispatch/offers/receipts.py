# SPDX-License-Identifier: AGPL-3.0-or-later
"""Applies what the carrier reports about a message: in any order, doubled or late, the same final state."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.undelivered import look_into
from dispatch.offers.wire_states import after_report
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import WireStatus


def report(session: Session, reference: str, sid: str, status: WireStatus, code: int | None, now: dt.datetime) -> bool:
    """Apply one report to the message with this reference; false for a message that is not ours."""
    query = select(Message).where(Message.reference == reference).with_for_update()
    message = session.scalars(query).first()
    if message is None:
        return False
    apply_report(session, message, sid, status, code, now)
    return True


def report_from_phone(session: Session, reference: str, status: WireStatus, code: int | None, now: dt.datetime) -> bool:
    """The same for a built-in phone, which knows the message by our reference alone."""
    query = select(Message).where(Message.reference == reference, Message.provider == "phone").with_for_update()
    message = session.scalars(query).first()
    if message is None or message.sid is None:
        return False
    apply_report(session, message, message.sid, status, code, now)
    return True


def apply_report(
    session: Session, message: Message, sid: str, status: WireStatus, code: int | None, now: dt.datetime
) -> None:
    """Move a locked message up the order of statuses, never down; a failure is looked at by a job of its own."""
    if message.sid is not None and message.sid != sid:
        return  # About another SMS than the one we hold: an answer to it would be a guess.
    standing = MessageStatus(message.status)
    reached = after_report(standing, status)
    message.sid = sid
    if reached is standing:
        return
    message.status = reached
    message.sent_at = message.sent_at or now
    message.trouble = f"{code or 0}: reported by the carrier" if reached is MessageStatus.FAILED else None
    if reached in (MessageStatus.FAILED, MessageStatus.DELIVERED):
        message.settled_at = now
    if reached is MessageStatus.FAILED:
        look_into(session, message.id)
    elif standing is MessageStatus.QUEUED and message.kind in QUESTIONS:
        enqueue(session, "offers.arrived", message_id=message.id)
