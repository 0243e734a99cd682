# SPDX-License-Identifier: AGPL-3.0-or-later
"""The people sent: mediators, their languages, weekly availability and its exceptions, absences, commitments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.functions import Function

from dispatch.records.base import Base, Code, Instant, Key, Name, one_of
from dispatch.records.statuses import Gender, GrantSpan, Reminders
from dispatch.records.territory import Organisation, Place


def _just(column: str) -> Function[Any]:
    """A range of one number, so that equality can stand in an exclusion without an extension."""
    return func.int8range(literal_column(column), literal_column(column), literal_column("'[]'"))


class Mediator(Base):
    """A mediator with what planning.md §1 asks and how she is reached; phone is E.164 and nobody else's.

    ``skills_until`` gives the last day of those qualifications that end (ISO dates by skill). ``number_asked_at`` is when
    a test SMS went to this number, ``number_confirmed_at`` when she answered from it; both are null for a new one.
    """

    __tablename__ = "mediator"
    __table_args__ = (
        one_of("gender", Gender),
        one_of("reminders", Reminders),
        CheckConstraint("travel_factor > 0", name="travel_factor_positive"),
        CheckConstraint("hourly_cost >= 0", name="hourly_cost_not_negative"),
        CheckConstraint(r"phone ~ '^\+[1-9][0-9]{6,14}$'", name="phone_e164"),
    )
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    gender: Mapped[str] = mapped_column(String(1))
    phone: Mapped[str] = mapped_column(String(16), unique=True)
    message_language: Mapped[str] = mapped_column(String(16), default="it")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    modes: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list)
    skills_until: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    ambiti: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))
    travel_means: Mapped[str] = mapped_column(String(16), default="car")
    travel_factor: Mapped[float] = mapped_column(default=1.0)
    max_travel: Mapped[int | None]
    max_day: Mapped[int | None]
    max_week: Mapped[int | None]
    target_week: Mapped[int | None]
    hourly_cost: Mapped[int]
    quiet_hours_allowed: Mapped[bool] = mapped_column(default=False)
    reminders: Mapped[str] = mapped_column(String(16), default=Reminders.EVENING)
    sms_blocked: Mapped[str | None] = mapped_column(String(40))
    number_asked_at: Mapped[Instant | None]
    number_confirmed_at: Mapped[Instant | None]
    active: Mapped[bool] = mapped_column(default=True)
    organisation: Mapped[Organisation] = relationship()
    home: Mapped[Place] = relationship()
    languages: Mapped[list[MediatorLanguage]] = relationship(
        back_populates="mediator", cascade="all, delete-orphan", order_by="MediatorLanguage.language_code"
    )
    availability: Mapped[list[Availability]] = relationship(cascade="all, delete-orphan")


class MediatorLanguage(Base):
    """Level 1 working, 2 fluent, 3 native."""

    __tablename__ = "mediator_language"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), primary_key=True)
    language_code: Mapped[str] = mapped_column(ForeignKey("language.code"), primary_key=True)
    level: Mapped[int]
    mediator: Mapped[Mediator] = relationship(back_populates="languages")


class Availability(Base):
    """A weekly shift in local time: weekday 0 is Monday, minutes since local midnight; two never overlap."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
        CheckConstraint("0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440", name="minutes_forward"),
        ExcludeConstraint(
            (_just("mediator_id"), "&&"),
            (_just("weekday"), "&&"),
            (func.int8range(literal_column("from_minute"), literal_column("to_minute")), "&&"),
            (
                func.daterange(literal_column("valid_from"), literal_column("valid_until"), literal_column("'[]'")),
                "&&",
            ),
            using="gist",
            name="ex_availability_no_overlap",
        ),
    )
    id: Mapped[Key]
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    weekday: Mapped[int]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    valid_from: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]


class ExtraShift(Base):
    """Time in which a mediator is available beside her weekly pattern."""

    __tablename__ = "extra_shift"
    id: Mapped[Key]
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)


class Absence(Base):
    """Time in which a mediator is not available; it is cut out of her shifts."""

    __tablename__ = "absence"
    id: Mapped[Key]
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)


class Commitment(Base):
    """A course or a visit booked elsewhere: busy, and counted as work. Place null is nowhere in particular."""

    __tablename__ = "commitment"
    id: Mapped[Key]
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    kind: Mapped[str] = mapped_column(String(32), default="training")
    title: Mapped[str] = mapped_column(String(120), default="")


class HoursGrant(Base):
    """By how many minutes she may work beyond her own limit for once, who granted it and why.

    ``day`` is the day it is for, or the Monday of the week. The law's rest and a visit out of reach nobody can grant.
    """

    __tablename__ = "hours_grant"
    __table_args__ = (
        one_of("span", GrantSpan),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index("ix_hours_grant_mediator_id_day", "mediator_id", "day"),
    )
    id: Mapped[Key]
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"))
    span: Mapped[str] = mapped_column(String(16))
    day: Mapped[dt.date]
    minutes: Mapped[int]
    granted_by: Mapped[str] = mapped_column(String(80))
    granted_at: Mapped[Instant]
    why: Mapped[str] = mapped_column(String(200))


class CalendarFeed(Base):
    """The secret address of a calendar, a mediator's or a desk's, kept as SHA-256; ``since`` is when it was made."""

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("(mediator_id IS NULL) <> (desk_id IS NULL)", name="one_owner"),)
    id: Mapped[Key]
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediator.id"), unique=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[Instant]
