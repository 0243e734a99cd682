# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts an SMS into the transaction of what it tells: a composed message row, and the sender woken once."""

from __future__ import annotations

import datetime as dt
from random import Random

from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.records.offers import Message
from dispatch.records.roster import Mediator
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
    """Queue one SMS in her language; nothing is ever sent to a phone that opted out or cannot get SMS."""
    if to.sms_blocked:
        return
    composed = compose(kind, nearest_language(to.message_language), values)
    session.add(
        Message(
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
            send_after=send_after,
            useless_after=useless_after,
        )
    )
    if send_after <= created_at:
        wake_sender(session)


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
