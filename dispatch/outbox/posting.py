# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts an SMS into the transaction of what it tells: a composed message row, and the sender woken once."""

from __future__ import annotations

import datetime as dt
from random import Random

from sqlalchemy.orm import Session

from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.outbox.cap import CAPPED, leaves_within_cap
from dispatch.records.offers import Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus
from notifications.catalog import nearest_language
from notifications.compose import compose
from notifications.message import MessageKind, Words

# The lower leaves first; an urgent question is 0. Answers to somebody who writes come soon, news and reminders last.
ANSWER, COURTESY = 1, 4


def post(
    session: Session,
    rng: Random,
    kind: MessageKind,
    to: Mediator,
    values: Words,
    *,
    created_at: dt.datetime,
    send_after: dt.datetime,
    priority: int,
    offer_id: int | None = None,
    reply_to_id: int | None = None,
    useless_after: dt.datetime | None = None,
) -> None:
    """Queue one SMS in her language; nothing is ever sent to a phone that opted out or cannot get SMS.

    On a day that is full it leaves the next morning, or is kept as failed where it would be of no use then.
    """
    if to.sms_blocked:
        return
    composed = compose(kind, nearest_language(to.message_language), values)
    policy = policy_in_force(session)
    leaves = leaves_within_cap(session, to.id, kind, priority, send_after, useless_after, policy)
    message = Message(
        reference=new_reference(rng),
        kind=kind,
        to_phone=to.phone,
        mediator_id=to.id,
        offer_id=offer_id,
        reply_to_id=reply_to_id,
        body=composed.body,
        segments=composed.segments,
        priority=priority,
        created_at=created_at,
        send_after=leaves or send_after,
        useless_after=useless_after,
    )
    session.add(message)
    if leaves is None:
        _keep_at_home(session, message, created_at)
    elif leaves <= created_at:
        wake_sender(session)


def _keep_at_home(session: Session, message: Message, now: dt.datetime) -> None:
    """Too many for one day: a question among them goes on to the next person, as if it had not been delivered."""
    message.status, message.trouble, message.settled_at = MessageStatus.FAILED, CAPPED, now
    session.flush()
    if message.offer_id is not None and message.kind == MessageKind.OFFER:
        enqueue(session, "offers.undelivered", message_id=message.id)


def new_reference(rng: Random) -> str:
    """Our own id of a message; it travels in an address, so nobody may guess it."""
    return f"{rng.getrandbits(128):032x}"


WOKEN, HELD = "sender woken", "sender to be woken"


def wake_sender(session: Session) -> None:
    """One sending job for whatever this transaction has queued; a message due later is picked up by the tick."""
    if HELD in session.info:
        session.info[HELD] = True
    elif not session.info.setdefault(WOKEN, False):
        session.info[WOKEN] = True
        enqueue(session, "offers.send")


def hold_the_bell(session: Session) -> None:
    """For a row among many: whoever works through them wakes the sender once, not once for each."""
    session.info[HELD] = False


def is_bell_held(session: Session) -> bool:
    """Whether something was queued that the sender should be woken for."""
    return bool(session.info[HELD])
