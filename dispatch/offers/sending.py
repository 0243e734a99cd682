# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends queued SMS exactly once over a wire that is at-least-once (messaging.md §4).

`sending` is committed before the carrier is called, no transaction is open during the call, and the result is written
only by who still holds the attempt. Whatever stays unknown is settled by `dispatch.offers.reconciling`, never by
sending it blindly again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.ending import keep_at_home
from dispatch.offers.office import Office
from dispatch.offers.undelivered import look_into, stop_the_line
from dispatch.offers.wire_states import wait_before_retry
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, MessageStatus, OfferStatus, SlotStatus
from notifications.message import Sms
from notifications.providers.port import Accepted, FailureClass, InDoubt, Provider, Refused

IN_BATCHES_OF = 500  # a job ends now and then, so that a deploy or a stop never waits long


@dataclass(frozen=True)
class Claimed:
    """A message marked `sending`: from here on exactly one worker may post it, within ``stale_seconds``."""

    message_id: int
    attempt: int
    marked_at: dt.datetime
    sms: Sms


@dataclass(frozen=True)
class Busy:
    """A message whose offer somebody else is settling just now; the drain goes on without it."""

    message_id: int


def drain(
    database: Database, office: Office, provider: Provider, *, machine: Callable[[], dt.datetime] = machine_now
) -> int:
    """Send what is due, most urgent first, until nothing is left or the line stops; how many were handed over."""
    handed, busy = 0, set[int]()
    while handed < IN_BATCHES_OF:
        with database.begin() as session:
            claimed = claim(session, office, provider.name, now(session), machine(), busy)
        if claimed is None:
            break
        if isinstance(claimed, Busy):
            busy.add(claimed.message_id)
            continue
        if not post(database, office, provider, claimed, machine):
            break
        handed += 1
    return handed


def claim(
    session: Session, office: Office, provider: str, instant: dt.datetime, machine: dt.datetime, apart: Collection[int]
) -> Claimed | Busy | None:
    """Mark the next due message `sending`; one that has become pointless ends here and the next is looked at."""
    query = (
        select(Message, Mediator.sms_blocked)
        .outerjoin(Mediator, Mediator.id == Message.mediator_id)
        .where(Message.status == MessageStatus.QUEUED, Message.send_after <= instant, Message.id.not_in(apart))
        .order_by(Message.priority, Message.send_after, Message.id)
        .limit(1)
        .with_for_update(of=Message, skip_locked=True)
    )
    while (due := session.execute(query).first()) is not None:
        message, blocked = due
        if message.useless_after is not None and message.useless_after <= instant:
            message.status, message.trouble, message.settled_at = MessageStatus.FAILED, "too late to send", instant
        elif blocked is not None:  # She opted out, or her phone died, after this was written.
            message.status, message.trouble, message.settled_at = MessageStatus.FAILED, "phone blocked", instant
            look_into(session, message.id)
        elif message.kind in QUESTIONS:
            question = _lock_question(session, message)
            if question is None:
                return Busy(message.id)
            if message.kind == "moved" and question.offer.status == OfferStatus.ACCEPTED:  # Only told: she keeps it.
                return _mark(office, message, provider, instant, machine)
            if question.may_leave():
                question.offer.status, question.offer.asked_at = OfferStatus.WAITING, instant
                return _mark(office, message, provider, instant, machine)
            keep_at_home(session, question.offer.id, instant, "offer taken back")
        else:
            return _mark(office, message, provider, instant, machine)
        session.flush()
    return None


@dataclass(frozen=True)
class Question:
    """The offer behind an SMS with what it rests on, all held still; ``base`` is null for the others of a batch."""

    offer: Offer
    slot: Slot
    base: Assignment | None

    def may_leave(self) -> bool:
        """Whether it still stands: not ended meanwhile, its assignment published, its slot still to be had."""
        if self.offer.status != OfferStatus.QUEUED or self.slot.status not in (SlotStatus.OPEN, SlotStatus.OFFERED):
            return False
        return self.base is None or self.base.status == AssignmentStatus.PUBLISHED


def _lock_question(session: Session, message: Message) -> Question | None:
    """The question of a message under lock; None when somebody has one of its rows.

    Nothing here waits for a lock: whoever settles the offer takes slot, offer and assignment in the house's order,
    and waiting for them with the message in hand would be the wrong way round.
    """
    fresh = {"populate_existing": True}
    held = select(Offer).where(Offer.id == message.offer_id).with_for_update(skip_locked=True)
    offer = session.scalars(held, execution_options=fresh).first()
    if offer is None:
        return None
    wanted = select(Slot).where(Slot.id == offer.slot_id).with_for_update(skip_locked=True)
    slot = session.scalars(wanted, execution_options=fresh).first()
    if slot is None or offer.assignment_id is None:
        return None if slot is None else Question(offer, slot, None)
    below = select(Assignment).where(Assignment.id == offer.assignment_id).with_for_update(skip_locked=True)
    base = session.scalars(below, execution_options=fresh).first()
    return None if base is None else Question(offer, slot, base)


def _mark(office: Office, message: Message, provider: str, instant: dt.datetime, machine: dt.datetime) -> Claimed:
    message.status, message.attempt = MessageStatus.SENDING, message.attempt + 1
    message.sending_at, message.provider = machine, provider
    validity = None
    if message.useless_after is not None:
        validity = max(1, int((message.useless_after - instant).total_seconds()))
    sms = Sms(
        to_e164=message.to_phone,
        body=message.body,
        reference=message.reference,
        callback_url=office.callback_url(message.reference) if provider == "twilio" else None,
        validity_seconds=validity,
    )
    return Claimed(message.id, message.attempt, machine, sms)


def post(
    database: Database, office: Office, provider: Provider, claimed: Claimed, machine: Callable[[], dt.datetime]
) -> bool:
    """Call the carrier with no transaction open, then write the result; false when the line must stop."""
    # A worker that was frozen after marking may wake up when another has settled the message: it must not post then.
    if machine() - claimed.marked_at > dt.timedelta(seconds=office.sms.stale_seconds):
        return True
    try:
        accepted = provider.send(claimed.sms)
    except Refused as refused:
        with database.begin() as session:
            return write_refused(session, office, claimed, refused, now(session))
    except InDoubt as doubt:
        with database.begin() as session:
            _write(session, claimed, status=MessageStatus.IN_DOUBT, trouble=doubt.reason[:200])
        return True
    with database.begin() as session:
        write_accepted(session, claimed, accepted, now(session))
    return True


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


def write_refused(session: Session, office: Office, claimed: Claimed, refused: Refused, instant: dt.datetime) -> bool:
    """The carrier provably did not take it: by class of the code, give up, try later, or stop the line."""
    why = f"{refused.code}: {refused.message}"[:200]
    match refused.klass:
        case FailureClass.NEVER_AGAIN:
            if _write(session, claimed, status=MessageStatus.FAILED, trouble=why, settled_at=instant):
                look_into(session, claimed.message_id)
        case FailureClass.ALARM:
            _back_to_queue(session, office, claimed, why, instant)
            stop_the_line(session, office, why, instant)
            return False
        case _:
            _back_to_queue(session, office, claimed, why, instant)
    return True


def _back_to_queue(session: Session, office: Office, claimed: Claimed, why: str, instant: dt.datetime) -> None:
    later = instant + wait_before_retry(claimed.attempt, office.sms, office.rng)
    message = session.get_one(Message, claimed.message_id)
    pointless = message.useless_after is not None and later >= message.useless_after
    if pointless or claimed.attempt >= office.sms.most_attempts:
        if _write(session, claimed, status=MessageStatus.FAILED, trouble=why, settled_at=instant):
            look_into(session, message.id)
    elif _write(session, claimed, status=MessageStatus.QUEUED, send_after=later, trouble=why):
        never_read(session, message)


def never_read(session: Session, message: Message) -> None:
    """Nobody has seen the question: it is as before, and the plan may still move it."""
    if message.kind in QUESTIONS:
        session.execute(
            update(Offer)
            .where(Offer.id == message.offer_id, Offer.status == OfferStatus.WAITING)
            .values(status=OfferStatus.QUEUED, asked_at=None)
        )
