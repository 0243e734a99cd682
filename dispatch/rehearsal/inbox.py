# SPDX-License-Identifier: AGPL-3.0-or-later
"""What arrives on the handsets: SMS rows that have left, reported delivered (or lost) as a network would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.receipts import report_from_phone
from dispatch.records.offers import Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus
from dispatch.rehearsal.people import People, code_in
from notifications.providers.port import WireStatus

Question = tuple[str, int, str]
OUT_OF_REACH = 30003  # the phone is off, says the network
# Written once: a rehearsal looks at every moment of its time.
ARRIVED = (
    select(Message, Mediator.code, Offer.slot_id, func.lower(Offer.during), func.upper(Offer.during))
    .join(Mediator, Mediator.id == Message.mediator_id)
    .outerjoin(Offer, Offer.id == Message.offer_id)
    .where(Message.status.in_((MessageStatus.SENT, MessageStatus.DELIVERED)), Message.sent_at >= bindparam("since"))
    .order_by(Message.id)
)


@dataclass(frozen=True)
class Arrived:
    """An SMS as its reader has it. ``slot``, ``start`` and ``end`` belong to its offer; None for other news."""

    kind: str
    phone: str
    mediator: str
    text: str
    slot: int | None
    start: dt.datetime | None
    end: dt.datetime | None

    @property
    def question(self) -> Question | None:
        """Which question it puts, to whom about which slot; None for other news. A visit that moved is another one."""
        code = code_in(self.text) if self.kind in QUESTIONS else None
        if code is None or self.slot is None:
            return None
        return self.mediator, self.slot, code if self.kind == "moved" else ""


@dataclass
class Inbox:
    """Reads each SMS once; ``lost`` keeps which were lost on their way, so that the second copy arrives.

    ``since`` is the last look: what left before it was read then. ``by_phone``: a call is lost on no way.
    """

    database: Database
    people: People
    since: dt.datetime
    read: set[int] = field(default_factory=set)
    lost: set[tuple[str, int]] = field(default_factory=set)
    by_phone: bool = False

    def look(self, now: dt.datetime) -> list[Arrived]:
        """What has arrived since the last look; the carrier's reports are written by the way."""
        with self.database.begin() as session:
            found = list(self._fresh(session, now))
        self.since = now
        return found

    def _fresh(self, session: Session, now: dt.datetime) -> Iterator[Arrived]:
        for message, mediator, slot, start, end in session.execute(ARRIVED, {"since": self.since}).all():
            if message.id in self.read:
                continue
            self.read.add(message.id)
            if self._arrives(session, message, mediator, slot, now):
                yield Arrived(message.kind, message.to_phone, mediator, message.body, slot, start, end)

    def _arrives(self, session: Session, message: Message, mediator: str, slot: int | None, now: dt.datetime) -> bool:
        is_lost = (
            not self.by_phone
            and message.kind in QUESTIONS
            and slot is not None
            and (mediator, slot) not in self.lost
            and self.people.never_arrives(mediator, slot)
        )
        if is_lost and slot is not None:
            self.lost.add((mediator, slot))
        status, code = (WireStatus.FAILED, OUT_OF_REACH) if is_lost else (WireStatus.DELIVERED, None)
        report_from_phone(session, message.reference, status, code, now)
        return not is_lost
