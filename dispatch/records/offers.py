# SPDX-License-Identifier: AGPL-3.0-or-later
"""The conversation: offers to mediators, messages out, replies in, and notices to desks and coordinators."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Instant, Key, one_of
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AskingEnd, AskingWay, InboundOutcome, InboundStatus, MessageStatus, OfferStatus


class Offer(Base):
    """The question put to a mediator, with a deadline. ``code`` is what she answers with: unique per phone for 90 days.

    ``assignment_id`` is the published assignment behind it; null for the others asked in a batch.
    ``during`` and ``place_id`` are when and where she was asked to come. ``closed_at`` is when it ended; ``settled_by`` the inbound message (or "page") that ended it.
    ``known`` is the time of the visit that she knew of before the last SMS about its move.
    """

    __tablename__ = "offer"
    __table_args__ = (
        one_of("status", OfferStatus),
        CheckConstraint("code BETWEEN 10 AND 9999", name="code_short"),
        Index(
            "uq_offer_open_slot_mediator",
            "slot_id",
            "mediator_id",
            unique=True,
            postgresql_where=literal_column("status IN ('queued', 'waiting', 'accepted')"),
        ),
        Index(
            "uq_offer_open_phone_code",
            "mediator_id",
            "code",
            unique=True,
            postgresql_where=literal_column("status IN ('queued', 'waiting')"),
        ),
        Index("ix_offer_reply_by_open", "reply_by", postgresql_where=literal_column("status IN ('queued', 'waiting')")),
    )
    id: Mapped[Key]
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    status: Mapped[str] = mapped_column(String(16), default=OfferStatus.QUEUED)
    code: Mapped[int]
    policy: Mapped[str] = mapped_column(String(16))
    reply_by: Mapped[Instant]
    created_at: Mapped[Instant]
    asked_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    known: Mapped[Range[dt.datetime] | None] = mapped_column(TSTZRANGE)
    slot: Mapped[Slot] = relationship()
    mediator: Mapped[Mediator] = relationship()


class Asking(Base):
    """Whom a coordinator chose to have asked about a slot; one at a time is open (``closed_at`` null), ``ended`` says how.

    ``people`` are mediator ids in her order, the first ``position`` of them have had their turn; ``during`` is the time
    they are asked about. ``instead_of`` is the booking that stands until one of them says yes, null where nobody is booked.
    """

    __tablename__ = "asking"
    __table_args__ = (
        one_of("way", AskingWay),
        one_of("ended", AskingEnd),
        CheckConstraint("(closed_at IS NULL) = (ended IS NULL)", name="ended_when_closed"),
        CheckConstraint("position BETWEEN 0 AND cardinality(people)", name="position_within"),
        Index("uq_asking_open_slot", "slot_id", unique=True, postgresql_where=literal_column("closed_at IS NULL")),
    )
    id: Mapped[Key]
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    way: Mapped[str] = mapped_column(String(16))
    people: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    asked_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    ended: Mapped[str | None] = mapped_column(String(16))
    slot: Mapped[Slot] = relationship()

    @property
    def left(self) -> list[int]:
        """Those who have not had their turn."""
        return self.people[self.position :]


class Message(Base):
    """An SMS of ours. ``queued`` → ``sending`` (committed before the POST) → ``sent`` … ; ``attempt`` fences.

    ``send_after`` keeps quiet hours and back-off; ``useless_after`` is when sending it no longer makes sense;
    ``refusals`` counts what the carrier refused for this message's own sake; ``poll_due`` (the machine's time) is when
    the carrier is asked what became of it, ``polls`` how often it was. Receipts never take a status back.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("status", MessageStatus),
        Index("ix_message_queue", "send_after", "priority", postgresql_where=literal_column("status = 'queued'")),
        Index(
            "ix_message_unsettled",
            "sending_at",
            postgresql_where=literal_column("status IN ('sending', 'in_doubt')"),
        ),
        Index(
            "ix_message_poll_due",
            "poll_due",
            postgresql_where=literal_column("status = 'sent' AND poll_due IS NOT NULL"),
        ),
        Index("uq_message_sid", "provider", "sid", unique=True, postgresql_where=literal_column("sid IS NOT NULL")),
        Index("ix_message_to_phone_created", "to_phone", "created_at"),
    )
    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(24), index=True)
    to_phone: Mapped[str] = mapped_column(String(16))
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediator.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    body: Mapped[str] = mapped_column(Text)
    segments: Mapped[int]
    priority: Mapped[int] = mapped_column(default=5)
    status: Mapped[str] = mapped_column(String(16), default=MessageStatus.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    provider: Mapped[str | None] = mapped_column(String(16))
    sid: Mapped[str | None] = mapped_column(String(64))
    trouble: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Instant]
    send_after: Mapped[Instant]
    useless_after: Mapped[Instant | None]
    sending_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    poll_due: Mapped[Instant | None]
    polls: Mapped[int] = mapped_column(default=0, server_default="0")


class Inbound(Base):
    """A reply, stored raw before anybody reads it; the provider's id makes a second delivery harmless for ever.

    ``outcome`` is what a coordinator decided about it, ``handled_by`` and ``handled_at`` who and when, ``offer_id`` the
    question it was about. ``beyond_cap``: the sender had her answers of the day, so this one got none.
    """

    __tablename__ = "inbound"
    __table_args__ = (
        one_of("status", InboundStatus),
        Index("uq_inbound_provider_sid", "provider", "sid", unique=True),
        one_of("outcome", InboundOutcome),
        Index("ix_inbound_from_phone_received", "from_phone", "received_at"),
    )
    id: Mapped[Key]
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    from_phone: Mapped[str] = mapped_column(String(32))
    to_phone: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[Instant]
    status: Mapped[str] = mapped_column(String(16), default=InboundStatus.STORED, index=True)
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediator.id"), index=True)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    settled_at: Mapped[Instant | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    handled_by: Mapped[str | None] = mapped_column(String(80))
    handled_at: Mapped[Instant | None]
    beyond_cap: Mapped[bool] = mapped_column(default=False, server_default=literal_column("false"))


class Notice(Base):
    """What a desk or the coordinators are told on their pages: a booking, a refusal, an alarm, a reply to read."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_desk_created", "desk_id", "created_at"),)
    id: Mapped[Key]
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    kind: Mapped[str] = mapped_column(String(32))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant | None]
    seen_by: Mapped[str | None] = mapped_column(String(80))
