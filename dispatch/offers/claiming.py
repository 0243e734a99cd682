# SPDX-License-Identifier: AGPL-3.0-or-later
"""Marks the next SMS that is due as leaving: the most urgent one whose question still stands.

Whatever has become pointless meanwhile (too late, phone blocked, offer ended) stays at home and is ended here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.among import among
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.ending import keep_at_home
from dispatch.offers.office import Office
from dispatch.offers.queries import is_asked_instead
from dispatch.offers.undelivered import is_news, look_into
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, MessageStatus, OfferStatus, SlotStatus
from notifications.message import Sms
from notifications.providers.port import Provider


@dataclass(frozen=True)
class Claimed:
    """A message marked `sending`: from here on exactly one worker may post it, within ``stale_seconds``."""

    message_id: int
    attempt: int
    marked_at: dt.datetime
    sms: Sms
    segments: int = 1
    probe: bool = False


@dataclass(frozen=True)
class Busy:
    """A message whose offer somebody else is settling just now; the drain goes on without it."""

    message_id: int


def claim(
    session: Session,
    office: Office,
    provider: Provider,
    instant: dt.datetime,
    machine: dt.datetime,
    apart: Collection[int] = (),
    *,
    probe: bool = False,
) -> Claimed | Busy | None:
    """Mark the next due message `sending`; one that has become pointless ends here and the next is looked at."""
    order = [Message.priority, Message.send_after, Message.id]
    query = (
        select(Message, Mediator.sms_blocked)
        .outerjoin(Mediator, Mediator.id == Message.mediator_id)
        .where(Message.status == MessageStatus.QUEUED, Message.send_after <= instant, ~among(Message.id, apart))
        # A probe may stay in doubt for a minute: it is the one that can best wait.
        .order_by(*([column.desc() for column in order] if probe else order))
        .limit(1)
        .with_for_update(of=Message, skip_locked=True)
    )
    while (due := session.execute(query).first()) is not None:
        message, blocked = due
        if blocked is not None:  # She opted out, or her phone died, after this was written; STOP made it useless too.
            message.status, message.trouble, message.settled_at = MessageStatus.FAILED, "phone blocked", instant
            look_into(session, message.id)
        elif message.useless_after is not None and message.useless_after <= instant:
            message.status, message.trouble, message.settled_at = MessageStatus.FAILED, "too late to send", instant
            if is_news(session, message):
                look_into(session, message.id)
        elif message.kind in QUESTIONS:
            question = _lock_question(session, message)
            if question is None:
                return Busy(message.id)
            if message.kind == "moved" and question.offer.status == OfferStatus.ACCEPTED:  # Only told: she keeps it.
                return _mark(office, message, provider, instant, machine, probe)
            if question.may_leave():
                question.offer.status, question.offer.asked_at = OfferStatus.WAITING, instant
                return _mark(office, message, provider, instant, machine, probe)
            keep_at_home(session, question.offer.id, instant, "offer taken back")
        else:
            return _mark(office, message, provider, instant, machine, probe)
        session.flush()
    return None


@dataclass(frozen=True)
class Question:
    """The offer behind an SMS with what it rests on, all held still; ``base`` is null for the others of a batch.

    ``instead``: the slot is booked, and its booking gives way to a yes.
    """

    offer: Offer
    slot: Slot
    base: Assignment | None
    instead: bool = False

    def may_leave(self) -> bool:
        """Whether it still stands: not ended meanwhile, its assignment published, its slot still to be had."""
        if self.offer.status != OfferStatus.QUEUED:
            return False
        if self.slot.status == SlotStatus.BOOKED:
            return self.instead
        if self.slot.status not in (SlotStatus.OPEN, SlotStatus.OFFERED):
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
        return None if slot is None else Question(offer, slot, None, is_asked_instead(session, slot.id))
    below = select(Assignment).where(Assignment.id == offer.assignment_id).with_for_update(skip_locked=True)
    base = session.scalars(below, execution_options=fresh).first()
    return None if base is None else Question(offer, slot, base)


def _mark(
    office: Office, message: Message, provider: Provider, instant: dt.datetime, machine: dt.datetime, probe: bool
) -> Claimed:
    message.status, message.attempt = MessageStatus.SENDING, message.attempt + 1
    message.sending_at, message.provider, message.polls = machine, provider.name, 0
    message.poll_due = machine + dt.timedelta(minutes=office.sms.poll_minutes) if provider.is_carrier else None
    validity = None
    if message.useless_after is not None:
        validity = max(1, int((message.useless_after - instant).total_seconds()))
    sms = Sms(
        to_e164=message.to_phone,
        body=message.body,
        reference=message.reference,
        callback_url=office.callback_url(message.reference) if provider.is_carrier else None,
        validity_seconds=validity,
    )
    return Claimed(message.id, message.attempt, machine, sms, message.segments, probe)
