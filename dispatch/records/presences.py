# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences: fixed desks inside services and territorial shifts of an ambito, entered once and held every week."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Code, Instant, Key, Name, one_of
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Cover, Every, Kind
from dispatch.records.territory import Ambito, Desk, Place


class Presence(Base):
    """A shift that comes back: who owns it (a desk, or an ambito), where, on which weekdays (0 Monday), between which
    minutes of the local day, from which day to which. Its dates are the appointments of one request of its own.

    ``cover`` says whether the mediator on it may be called away; ``mediator_id`` is the one it is wished for.
    ``languages`` maps code to lowest level and may be empty. ``ended_on`` is the last day it was held, once stopped.
    """

    __tablename__ = "presence"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("every", Every),
        one_of("cover", Cover),
        CheckConstraint("(desk_id IS NULL) <> (ambito_code IS NULL)", name="one_owner"),
        CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440 AND to_minute - from_minute <= 480",
            name="shift_of_eight_hours",
        ),
        CheckConstraint("last_day >= first_day", name="period_forward"),
        CheckConstraint("cardinality(weekdays) > 0 AND weekdays <@ '{0,1,2,3,4,5,6}'", name="weekdays_known"),
    )
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    ambito_code: Mapped[str | None] = mapped_column(ForeignKey("ambito.code"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(String(16), default=Kind.TERRITORIAL)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    every: Mapped[str] = mapped_column(String(16), default=Every.WEEK)
    keep_holidays: Mapped[bool] = mapped_column(default=False)
    school_days_only: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    cover: Mapped[str] = mapped_column(String(16), default=Cover.ALWAYS)
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediator.id"), index=True)
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.code"))
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    desk: Mapped[Desk | None] = relationship()
    ambito: Mapped[Ambito | None] = relationship()
    place: Mapped[Place] = relationship()
    mediator: Mapped[Mediator | None] = relationship()
