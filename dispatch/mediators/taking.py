# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes an SMS about a mediator's own time ("OCCUPATO mar 9-13") that the offers stage handed over; exactly once."""

from __future__ import annotations

import datetime as dt
from random import Random, SystemRandom
from typing import Any

from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home
from dispatch.kit.policy import policy_in_force
from dispatch.mediators import queries
from dispatch.mediators.notices import NoticeKind, tell_coordinators
from dispatch.outbox.posting import ANSWER, post
from dispatch.records.offers import Inbound
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus
from dispatch.roster.own_time import instants_of, note_busy, note_free, parts_of_day
from notifications.message import MessageKind, NoWords, OpenOffer, ShiftWords
from notifications.replies.shifts import Day, PartOfDay, Shift, ShiftSay, Span, meaning

# Who offers more than this by one SMS has most likely mistyped the month; an absence may be a season.
LONGEST_FREE = dt.timedelta(days=31)


def take(session: Session, inbound_id: int, now: dt.datetime, rng: Random | None = None) -> InboundStatus | None:
    """What became of the reply; None when it was taken before (a job may come twice)."""
    inbound = queries.lock_inbound(session, inbound_id)
    if inbound.status != InboundStatus.HANDED_OVER:
        return None
    her = session.get_one(Mediator, inbound.mediator_id)
    inbound.status = _heed(session, inbound, her, now, rng or SystemRandom())
    inbound.settled_at = now
    return InboundStatus(inbound.status)


def hand_to_person(session: Session, inbound_id: int, now: dt.datetime) -> bool:
    """A reply whose taking keeps failing goes to a person with its full text, or it would be tried for ever."""
    inbound = queries.lock_inbound(session, inbound_id)
    if inbound.status != InboundStatus.HANDED_OVER:
        return False
    inbound.status, inbound.settled_at = InboundStatus.PERSON, now
    tell_coordinators(session, NoticeKind.TO_READ, None, now, inbound)
    return True


def _heed(session: Session, inbound: Inbound, her: Mediator, now: dt.datetime, rng: Random) -> InboundStatus:
    if not her.active:  # who has left enters nothing any more: a person sees what she meant
        tell_coordinators(session, NoticeKind.TO_READ, her, now, inbound)
        _say(session, rng, MessageKind.TO_PERSON, her, NoWords(), inbound, now)
        return InboundStatus.PERSON
    shift, policy = _shift(inbound.reading or {}), policy_in_force(session)
    # The day is counted from the day she wrote, however late it is read.
    here = at_home(inbound.received_at).replace(tzinfo=None)
    span = meaning(shift, here, parts_of_day(policy.availability))
    if span is None or (shift.say is ShiftSay.FREE and span.last - span.first > LONGEST_FREE):
        _say(session, rng, MessageKind.ASK_SHIFT, her, NoWords(), inbound, now)
        return InboundStatus.ANSWERED
    actor = f"sms {inbound.id}"
    if shift.say is ShiftSay.FREE:
        note_free(session, her, span, policy, actor, now)
        _say(session, rng, MessageKind.FREE_NOTED, her, _words(span, ()), inbound, now)
    else:
        note_busy(session, her, span, actor, now)
        _say_busy(session, rng, her, span, inbound, now)
    return InboundStatus.SETTLED


def _say_busy(session: Session, rng: Random, her: Mediator, span: Span, inbound: Inbound, now: dt.datetime) -> None:
    """What she said yes to in that time stays hers, and both she and a coordinator are told so."""
    booked = queries.her_booked(session, her.id, instants_of(span), now)
    visits = tuple(
        OpenOffer(code=code, start=during.lower, end=during.upper)
        for code, during in booked
        if during.lower is not None and during.upper is not None
    )
    if visits:
        tell_coordinators(session, NoticeKind.BUSY_BOOKED, her, now, inbound, visits=len(visits))
    _say(session, rng, MessageKind.BUSY_NOTED, her, _words(span, visits), inbound, now)


def _words(span: Span, visits: tuple[OpenOffer, ...]) -> ShiftWords:
    during = instants_of(span)
    assert during.lower is not None
    assert during.upper is not None
    return ShiftWords(start=during.lower, end=during.upper, visits=visits)


def _shift(stored: dict[str, Any]) -> Shift:
    """The reading as the offers stage stored it."""
    first, last, minutes, part = (stored[name] for name in ("first", "last", "minutes", "part"))
    return Shift(
        ShiftSay(stored["say"]),
        Day(**first) if first else None,
        Day(**last) if last else None,
        (minutes[0], minutes[1]) if minutes else None,
        PartOfDay(part) if part else None,
        stored["unsure"],
    )


def _say(
    session: Session,
    rng: Random,
    kind: MessageKind,
    to: Mediator,
    values: ShiftWords | NoWords,
    inbound: Inbound,
    now: dt.datetime,
) -> None:
    """Said back to who has just written: at once, whatever the hour."""
    post(session, rng, kind, to, values, created_at=now, send_after=now, priority=ANSWER, reply_to_id=inbound.id)
