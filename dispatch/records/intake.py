# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk asks: drafts, requests, their dated appointments, the slots to fill, the keys that make a repeat harmless."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    column,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Code, Instant, Key, one_of
from dispatch.records.statuses import AppointmentStatus, Kind, Mode, Priority, RequestStatus, SlotStatus
from dispatch.records.territory import Desk, Place


class Request(Base):
    """What a desk submits; ``body`` keeps the accepted JSON so nothing typed is lost.

    ``presence_id`` is the presence whose dates these are, when no desk asked but a shift comes back.
    """

    __tablename__ = "request"
    __table_args__ = (one_of("status", RequestStatus), one_of("kind", Kind), one_of("priority", Priority))
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    status: Mapped[str] = mapped_column(String(16), default=RequestStatus.OPEN)
    kind: Mapped[str] = mapped_column(String(16))
    priority: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    understood: Mapped[str] = mapped_column(String(2000), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    created_by: Mapped[str] = mapped_column(String(80), default="")
    presence_id: Mapped[int | None] = mapped_column(ForeignKey("presence.id"), index=True)
    desk: Mapped[Desk] = relationship()
    appointments: Mapped[list[Appointment]] = relationship(back_populates="request", order_by="Appointment.id")


class Appointment(Base):
    """One dated occurrence. ``windows`` are pairs of UTC instants [first start, last start] in ISO format.

    ``asked_start`` is the start the desk asked for, which people read; planning only looks at the windows.
    ``line`` (of ``when``, from 0) and ``series_day``, the day that line gave it, say which date of a series it is, also
    when it was moved. ``is_exception`` marks one that was changed or called off by itself: a later change of the series
    leaves it. ``own`` holds the answers of a date that was changed by itself.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("status", AppointmentStatus),
        one_of("kind", Kind),
        one_of("mode", Mode),
        CheckConstraint("duration BETWEEN 15 AND 720", name="duration_sane"),
        CheckConstraint("mode <> 'onsite' OR place_id IS NOT NULL", name="onsite_has_place"),
        Index("ix_appointment_first_start", "first_start"),
        Index("ix_appointment_last_start", "last_start"),
        # The week of an agenda among those of years: what can begin in it, in one look.
        Index(
            "ix_appointment_starts",
            func.tstzrange(column("first_start"), column("last_start"), literal_column("'[]'")),
            postgresql_using="gist",
        ),
    )
    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=AppointmentStatus.OPEN)
    kind: Mapped[str] = mapped_column(String(16))
    mode: Mapped[str] = mapped_column(String(16))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    duration: Mapped[int]
    windows: Mapped[list[list[str]]] = mapped_column(JSONB)
    first_start: Mapped[Instant]
    last_start: Mapped[Instant]
    asked_start: Mapped[Instant | None]
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.code"), index=True)
    case_code: Mapped[str | None] = mapped_column(String(64), index=True)
    line: Mapped[int] = mapped_column(default=0)
    series_day: Mapped[dt.date | None]
    is_exception: Mapped[bool] = mapped_column(default=False)
    own: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    request: Mapped[Request] = relationship(back_populates="appointments")
    place: Mapped[Place | None] = relationship()
    slots: Mapped[list[Slot]] = relationship(back_populates="appointment", order_by="Slot.number")


class Slot(Base):
    """One mediator position. ``needs`` holds languages, skills, gender, wishes… in the shape of planning.md §1.

    ``excluded`` are mediator ids who refused, stayed silent or must not come (whom a full day left out for that day alone,
    her ended offer tells); ``replan_due`` is when a repair should
    look at it (null: nothing to do); ``reasons`` say why nobody, counted by rule, after the last planning run.
    """

    __tablename__ = "slot"
    __table_args__ = (
        one_of("status", SlotStatus),
        UniqueConstraint("appointment_id", "number"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index("ix_slot_replan_due", "replan_due", postgresql_where="replan_due IS NOT NULL"),
    )
    id: Mapped[Key]
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=SlotStatus.OPEN, index=True)
    needs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    value: Mapped[int]
    excluded: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    replan_due: Mapped[Instant | None]
    reasons: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    changed_at: Mapped[Instant]
    appointment: Mapped[Appointment] = relationship(back_populates="slots")


class RequestDraft(Base):
    """A request that is not sent yet: the form's fields as pairs of name and text, exactly as they were typed.

    ``desk_id`` is null for the staff, whose drafts are of who began them. Deleted when sent, and after some weeks.
    """

    __tablename__ = "request_draft"
    id: Mapped[Key]
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    created_by: Mapped[str] = mapped_column(String(80))
    changed_by: Mapped[str] = mapped_column(String(80))
    typed: Mapped[list[list[str]]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]


class IdempotencyKey(Base):
    """One answer per key and caller: the same key with another body is refused."""

    __tablename__ = "idempotency_key"
    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
