# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends queued SMS exactly once over a wire that is at-least-once (messaging.md §4).

`sending` is committed before the carrier is called, no transaction is open during the call, and the result is written
only by who still holds the attempt. Whatever stays unknown is settled by `dispatch.offers.reconciling`, never by
sending it blindly again. One loop passes the gate of the line and marks; several hands post.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.line.breaker import Event, Go, Shut, Wait
from dispatch.line.gate import Gate
from dispatch.offers.claiming import Busy, Claimed, claim
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.hands import Hands
from dispatch.offers.office import Office
from dispatch.offers.undelivered import look_into, stop_the_line
from dispatch.offers.wire_states import wait_before_retry
from dispatch.outbox.posting import wake_sender
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import MessageStatus, OfferStatus
from notifications.providers.port import Accepted, FailureClass, InDoubt, Provider, Refused

IN_BATCHES_OF = 500  # so that a deploy or a stop never waits long
SETTLED_WITHIN, WAITS = 1.0, 10  # seconds in which a transaction is over, and how often one looks meanwhile
TOO_MANY_REQUESTS = (429, 20429)


def drain(
    database: Database,
    office: Office,
    provider: Provider,
    *,
    machine: Callable[[], dt.datetime] = machine_now,
    posts: int = 1,
    pause: Callable[[float], object] = time.sleep,
    set_up: Collection[str] = (),
) -> int:
    """Send what is due, most urgent first, until nothing is left or the line is shut; how many were posted.

    After a batch it ends, and another job goes on.
    """
    paced = provider.is_carrier
    gate = Gate(database, provider.name, office.sms, office.rng, machine, paced=paced, set_up=set_up)
    posted, busy = 0, set[int]()
    with Hands(posts) as hands:
        while posted < IN_BATCHES_OF:
            hands.wait_for_one()
            leave = _wait_for_leave(gate, pause)
            claimed = _next(database, office, provider, leave, machine, pause, busy) if leave else None
            if claimed is None:
                if leave:
                    gate.give_back(leave)
                break
            gate.charge(claimed.segments)
            hands.give(partial(post, database, office, provider, claimed, machine, gate=gate))
            posted += 1
            if claimed.probe:  # Whether the others may follow is known when it is through.
                hands.wait_for_all()
    if posted == IN_BATCHES_OF:
        with database.begin() as session:
            wake_sender(session)
    return posted


def _wait_for_leave(gate: Gate, pause: Callable[[float], object]) -> Go | None:
    """Leave to send one SMS, at the sender's pace; None when the line is shut."""
    while True:
        match gate.ask():
            case Wait(seconds):
                pause(seconds)
            case Shut():
                return None
            case Go() as leave:
                return leave


def _next(
    database: Database,
    office: Office,
    provider: Provider,
    leave: Go,
    machine: Callable[[], dt.datetime],
    pause: Callable[[float], object],
    busy: set[int],
) -> Claimed | None:
    """The next message, marked; the ``busy`` ones, whose offer somebody is settling just now, are gone round.

    When nothing else is left it waits for them a moment: who settles an offer need not wake the sender, and an urgent
    question should not wait for the tick.
    """
    waits = WAITS
    while True:
        with database.begin() as session:
            claimed = claim(session, office, provider, now(session), machine(), busy, probe=leave.probe)
        if isinstance(claimed, Busy):
            busy.add(claimed.message_id)
        elif claimed is None and busy and waits:
            waits -= 1
            busy.clear()
            pause(SETTLED_WITHIN / WAITS)
        else:
            return claimed


def post(
    database: Database,
    office: Office,
    provider: Provider,
    claimed: Claimed,
    machine: Callable[[], dt.datetime],
    *,
    gate: Gate,
) -> None:
    """Call the carrier with no transaction open, then write the result, and tell the line what came of it."""
    # A worker that was frozen after marking may wake up when another has settled the message: it must not post then.
    if machine() - claimed.marked_at > dt.timedelta(seconds=office.sms.stale_seconds):
        return
    try:
        accepted = provider.send(claimed.sms)
    except Refused as refused:
        with database.begin() as session:
            write_refused(session, office, provider, claimed, refused, now(session), machine())
        if refused.klass is not FailureClass.ALARM:  # An alarm has stopped the line together with the message.
            gate.tell(_event_of(refused), probe=claimed.probe, why=refused.message)
    except InDoubt as doubt:
        with database.begin() as session:
            _write(session, claimed, status=MessageStatus.IN_DOUBT, trouble=doubt.reason[:200])
        gate.tell(Event.TROUBLE, probe=claimed.probe, why=doubt.reason)
    else:
        with database.begin() as session:
            write_accepted(session, claimed, accepted, now(session))
        gate.tell(Event.ANSWERED, probe=claimed.probe)


def _event_of(refused: Refused) -> Event:
    """A refusal is an answer; without any code there was no connection."""
    if refused.code is None:
        return Event.TROUBLE
    return Event.BUSY if refused.code in TOO_MANY_REQUESTS else Event.ANSWERED


def write_accepted(session: Session, claimed: Claimed, accepted: Accepted, instant: dt.datetime) -> None:
    """The carrier has it. A report may have been quicker: then only the id of the carrier is the same news again."""
    _write(session, claimed, status=MessageStatus.SENT, sid=accepted.sid, sent_at=instant, trouble=None)


def _write(session: Session, claimed: Claimed, **values: object) -> bool:
    """Only who still holds this attempt of a message still `sending` may write how it went."""
    done = session.execute(
        update(Message)
        .where(
            Message.id == claimed.message_id,
            Message.status == MessageStatus.SENDING,
            Message.attempt == claimed.attempt,
        )
        .values(**values)
        .returning(Message.id)
    ).scalar()
    return done is not None


def write_refused(
    session: Session,
    office: Office,
    provider: Provider,
    claimed: Claimed,
    refused: Refused,
    instant: dt.datetime,
    machine: dt.datetime,
) -> None:
    """The carrier provably did not take it: by class of the code, give up, try later, or stop the line."""
    why = f"{refused.code}: {refused.message}"[:200]
    if refused.klass is FailureClass.NEVER_AGAIN:
        if _write(session, claimed, status=MessageStatus.FAILED, trouble=why, settled_at=instant):
            look_into(session, claimed.message_id)
        return
    # Without a code nobody has judged it, and a probe of a stopped line is refused for the line's trouble, not its own.
    alarm = refused.klass is FailureClass.ALARM
    counts = refused.code is not None and not (alarm and claimed.probe)
    _back_to_queue(session, office, claimed, why, instant, counts=counts)
    if alarm:
        stop_the_line(session, office, provider.name, why, instant, machine, probe=claimed.probe)


def _back_to_queue(
    session: Session, office: Office, claimed: Claimed, why: str, instant: dt.datetime, *, counts: bool
) -> None:
    message = session.get_one(Message, claimed.message_id)
    refusals = message.refusals + counts
    later = instant + wait_before_retry(refusals, office.sms, office.rng)
    pointless = message.useless_after is not None and later >= message.useless_after
    if pointless or refusals >= office.sms.most_attempts:
        if _write(session, claimed, status=MessageStatus.FAILED, trouble=why, settled_at=instant):
            look_into(session, message.id)
    elif _write(session, claimed, status=MessageStatus.QUEUED, send_after=later, trouble=why, refusals=refusals):
        never_read(session, message)


def never_read(session: Session, message: Message) -> None:
    """Nobody has seen the question: it is as before, and the plan may still move it."""
    if message.kind in QUESTIONS:
        session.execute(
            update(Offer)
            .where(Offer.id == message.offer_id, Offer.status == OfferStatus.WAITING)
            .values(status=OfferStatus.QUEUED, asked_at=None)
        )
