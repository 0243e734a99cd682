# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is decided about an offer, without touching a row: what an answer does, and when news may leave."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from config.policy import OfferPolicy
from dispatch.outbox.asking import Way
from dispatch.outbox.hours import awake
from dispatch.records.statuses import OfferStatus

# SMS that put a question: their offer waits once they have left. A visit that moved is asked about, or only told of.
QUESTIONS = ("offer", "moved")


# Several are asked and the first yes wins: whoever says yes after her own time is one of them again.
FIRST_YES_WINS = frozenset({Way.BATCH, Way.ALL, Way.URGENT})


def when_to_tell(now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> dt.datetime:
    """When news about a visit leaves: by day, but at once where the morning would leave too little time before it."""
    morning = awake(now, policy)
    return morning if start - morning >= dt.timedelta(hours=policy.news_hours) else now


class Reply(StrEnum):
    """What a mediator's answer says about one offer; ``unclear`` is anything a person must read."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Settled(StrEnum):
    """What an answer does. ``unreachable`` is a yes that the audit of her day refused; `settle` never says it."""

    NOTHING = "nothing"
    BOOK = "book"
    DECLINE = "decline"
    COVERED = "covered"
    PERSON = "person"
    UNREACHABLE = "unreachable"


def settle(status: OfferStatus, reply_by: dt.datetime, reply: Reply, now: dt.datetime, *, slot_open: bool) -> Settled:
    """What ``reply`` does to an offer in ``status``.

    ``slot_open``: this person could still be booked (nobody is, and nobody else was promised it since her offer ended).
    """
    # Carriers deliver twice and people press twice: the same answer again changes nothing.
    if (status, reply) in {(OfferStatus.ACCEPTED, Reply.YES), (OfferStatus.DECLINED, Reply.NO)}:
        return Settled.NOTHING
    if reply is Reply.UNCLEAR:
        return Settled.PERSON
    ended = status not in (OfferStatus.QUEUED, OfferStatus.WAITING)
    if (ended or now > reply_by) and reply is Reply.YES:
        return _late_yes(status, slot_open=slot_open)
    match reply:
        case Reply.YES:
            return Settled.BOOK if slot_open else Settled.COVERED
        case Reply.NO if status is OfferStatus.ACCEPTED:
            return Settled.PERSON
        case _:
            return Settled.NOTHING if ended else Settled.DECLINE


def _late_yes(status: OfferStatus, *, slot_open: bool) -> Settled:
    if slot_open:
        return Settled.BOOK
    # She refused, somebody stands in her place, and now she wants it: only a person can weigh that.
    return Settled.PERSON if status is OfferStatus.DECLINED else Settled.COVERED
