# SPDX-License-Identifier: AGPL-3.0-or-later
"""What really happened: one row per booked visit once its end has passed, attested by mediator and desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Instant, Key, one_of
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AttendanceStatus, Outcome


class Attendance(Base):
    """Planned and real times of a visit, its outcome, and what each side said of it.

    ``by_mediator`` and ``by_desk`` keep what was told: {outcome, start, end, km, note, at, via}. They agree, or the row
    is disputed until a coordinator settles it. ``minutes`` is what counts and is charged to ``project_code``; desk,
    mediator, ambito and project are copied when the row is made, so that a later change of registers moves no figure.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        one_of("status", AttendanceStatus),
        one_of("outcome", Outcome),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("km >= 0", name="km_not_negative"),
        CheckConstraint("(status = 'awaited') = (outcome IS NULL)", name="told_has_outcome"),
        Index("ix_attendance_planned", "planned", postgresql_using="gist"),
    )
    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    ambito_code: Mapped[str | None] = mapped_column(ForeignKey("ambito.code"), index=True)
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.code"), index=True)
    status: Mapped[str] = mapped_column(String(16), default=AttendanceStatus.AWAITED, index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    planned: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    real: Mapped[Range[dt.datetime] | None] = mapped_column(TSTZRANGE)
    minutes: Mapped[int] = mapped_column(default=0)
    km: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    by_mediator: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    by_desk: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    settled_by: Mapped[str | None] = mapped_column(String(80))
    remind_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    assignment: Mapped[Assignment] = relationship()
