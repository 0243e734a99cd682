# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many SMS one person gets in a day: what can wait leaves the next morning, what would be stale by then not at all."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import Policy
from dispatch.kit.clock import at_home, from_wall, local_midnight
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import MessageStatus
from notifications.message import MessageKind

ONE_DAY = dt.timedelta(days=1)
FURTHEST = 7  # days looked ahead for a free place; a week of full days means that it is of no use any more
# What she need not know today. A visit moved or cancelled is news that no cap may hold back.
MAY_WAIT = frozenset(
    {MessageKind.OFFER, MessageKind.REMINDER, MessageKind.HOW_WAS_IT, MessageKind.COVERED, MessageKind.EXPIRED}
)
# Urgent questions are 0, answers to who has just written 1: they neither wait nor take a place from the others.
FIRST_THAT_COUNTS = 2
CAPPED = "daily cap"  # why an SMS stayed at home, and how the offer ended that it should have put


def leaves_within_cap(
    session: Session,
    mediator_id: int,
    kind: MessageKind,
    priority: int,
    send_after: dt.datetime,
    useless_after: dt.datetime | None,
    policy: Policy,
) -> dt.datetime | None:
    """When it may leave; None when every day on which it would be of use is full already."""
    if kind not in MAY_WAIT or priority < FIRST_THAT_COUNTS:
        return send_after
    leaves = send_after
    for _ in range(FURTHEST):
        if useless_after is not None and useless_after <= leaves:
            return None
        if sent_that_day(session, mediator_id, leaves) < policy.sms.most_a_day:
            return leaves
        leaves = from_wall(at_home(leaves).date() + ONE_DAY, policy.offers.quiet_to)
    return None


def is_full_today(offer: Offer, now: dt.datetime) -> bool:
    """Whether this offer never left because her day was full, and that day is not over: tomorrow she may be asked."""
    if offer.settled_by != CAPPED or offer.closed_at is None:
        return False
    return at_home(offer.closed_at).date() == at_home(now).date()


def sent_that_day(session: Session, mediator_id: int, instant: dt.datetime) -> int:
    """How many SMS to her leave, or have left, on the day of this instant in Italy."""
    first = at_home(instant).date()
    day = Range(local_midnight(first), local_midnight(first + ONE_DAY))
    query = select(func.count(Message.id)).where(
        Message.mediator_id == mediator_id,
        Message.status != MessageStatus.FAILED,
        Message.priority >= FIRST_THAT_COUNTS,
        Message.send_after >= day.lower,
        Message.send_after < day.upper,
    )
    return session.scalars(query).one()
