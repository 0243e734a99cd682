# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the board counts, added up by PostgreSQL: places asked for and filled, hours delivered, projects, time to fill."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, SQLColumnExpression, and_, case, cast, func, select
from sqlalchemy.orm import Session

from dispatch.kit.clock import ROME
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, OfferStatus, Outcome, SlotStatus
from dispatch.records.territory import Desk, Place
from dispatch.reporting.queries import (
    LANGUAGES,
    PLANNED_MINUTES,
    PROMISED,
    PROMISED_MINUTES,
    UNSETTLED,
    AtDesk,
    between,
    is_several,
)
from dispatch.reporting.visits import asked_of

STARTS = func.coalesce(Appointment.asked_start, Appointment.first_start)
FILLED: ColumnElement[bool] = Slot.status == SlotStatus.BOOKED
HERE: ColumnElement[str | None] = func.coalesce(Place.ambito_code, AtDesk.ambito_code)
SERVED = (Attendance.status != AttendanceStatus.AWAITED, Attendance.outcome != Outcome.CANCELLED_LATE)


class Demand(NamedTuple):
    """Places of one ambito for which the same languages were asked, how many somebody said yes to, and their minutes.

    ``mediator_id`` is told only where several languages were asked for: she decides under which they count.
    """

    ambito: str
    asked: tuple[str, ...]
    mediator_id: int | None
    places: int
    filled: int
    minutes: int


def read_demand(session: Session, since: dt.datetime, until: dt.datetime) -> list[Demand]:
    """The places whose visit began between these instants, whatever became of it, unless it was called off."""
    who = case((is_several(LANGUAGES), Assignment.mediator_id))
    query = (
        _asked(
            select(HERE, LANGUAGES, who, func.count(), func.count().filter(FILLED), func.sum(Appointment.duration)),
            since,
            until,
        )
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(AtDesk, AtDesk.id == Desk.place_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .outerjoin(
            Assignment,
            and_(Assignment.slot_id == Slot.id, Assignment.status.in_(PROMISED), is_several(LANGUAGES)),
        )
        .group_by(HERE, LANGUAGES, who)
    )
    return [
        Demand(ambito, asked_of(asked), mediator, *map(int, counts))
        for ambito, asked, mediator, *counts in session.execute(query)
    ]


def _asked(query: Select[*tuple[Any, ...]], since: dt.datetime, until: dt.datetime) -> Select[*tuple[Any, ...]]:
    """Places that were not called off, and their appointments that began between these instants."""
    return (
        query.select_from(Slot)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .where(
            Slot.status != SlotStatus.CANCELLED,
            Appointment.first_start < until,
            Appointment.last_start >= since,
            *between(STARTS, since, until),
        )
    )


class Served(NamedTuple):
    """Visits of one ambito, or of one month, that somebody was there for, and their minutes."""

    key: Any
    visits: int
    minutes: int


def read_served(session: Session, since: dt.datetime, until: dt.datetime) -> dict[str | None, Served]:
    """By ambito, what the attendances say that began between these instants."""
    return {row.key: row for row in _served(session, Attendance.ambito_code, since, until)}


def read_served_months(session: Session, since: dt.datetime, until: dt.datetime) -> dict[dt.date, Served]:
    return {row.key: row for row in _served(session, _month(func.lower(Attendance.planned)), since, until)}


def _served(session: Session, key: SQLColumnExpression[Any], since: dt.datetime, until: dt.datetime) -> list[Served]:
    start = func.lower(Attendance.planned)
    query = select(key, func.count(), func.sum(Attendance.minutes))
    query = query.where(start >= since, start < until, Attendance.minutes > 0, *SERVED).group_by(key)
    return [Served(found, visits, int(minutes)) for found, visits, minutes in session.execute(query)]


def read_months(session: Session, since: dt.datetime, until: dt.datetime) -> dict[dt.date, tuple[int, int]]:
    """By the first day of each month, the places asked for and those filled."""
    month = _month(STARTS)
    query = _asked(select(month, func.count(), func.count().filter(FILLED)), since, until).group_by(month)
    return {first: (places, filled) for first, places, filled in session.execute(query)}


def _month(instant: ColumnElement[Any]) -> ColumnElement[dt.date]:
    """The first day of the month in which it falls at home."""
    return cast(func.date_trunc("month", func.timezone(ROME.key, instant)), Date)


class Waited(NamedTuple):
    """Minutes from a request to its yes: of how many, for half of them, for nine in ten of them."""

    requests: int
    median: float | None
    most: float | None


def read_waiting(session: Session, since: dt.datetime, until: dt.datetime) -> Waited:
    """How long requests of desks waited for the yes to their first date; later dates of a series are planned in their time."""
    took = func.extract("epoch", func.min(Offer.closed_at) - Request.created_at) / 60
    first = (
        select(took.label("took"))
        .select_from(Offer)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .where(
            Offer.status == OfferStatus.ACCEPTED,
            Offer.closed_at >= since,
            Offer.closed_at < until,
            Appointment.number == 1,
            Request.presence_id.is_(None),
        )
        .group_by(Slot.id, Request.created_at)
        .subquery()
    )
    half, nine = (func.percentile_cont(share).within_group(first.c.took) for share in (0.5, 0.9))
    return Waited(*session.execute(select(func.count(), half, nine)).one())


class Charged(NamedTuple):
    """What a project paid for, and is promised to pay for, over its whole life; of how many visits."""

    project: str
    visits: int
    worked: int
    booked: int


def read_charged(session: Session) -> dict[str, Charged]:
    """Attendances by project, and the bookings ahead that have none yet; an unsettled one still counts as promised."""
    unsettled = Attendance.status.in_(UNSETTLED)
    worked = func.sum(case((unsettled, 0), else_=Attendance.minutes))
    booked = func.sum(case((unsettled, PLANNED_MINUTES), else_=0))
    past = select(Attendance.project_code, func.count(), worked, booked).where(Attendance.project_code.is_not(None))
    ahead = (
        select(Appointment.project_code, func.count(), func.sum(PROMISED_MINUTES))
        .select_from(Assignment)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.status == AssignmentStatus.BOOKED, Appointment.project_code.is_not(None), Attendance.id.is_(None)
        )
        .group_by(Appointment.project_code)
    )
    found = {row[0]: Charged(row[0], row[1], int(row[2]), round(row[3])) for row in session.execute(past.group_by(Attendance.project_code))}  # fmt: skip
    for code, visits, minutes in session.execute(ahead):
        known = found.get(code, Charged(code, 0, 0, 0))
        found[code] = known._replace(visits=known.visits + visits, booked=known.booked + round(minutes))
    return found


def count_speakers(session: Session) -> dict[str, int]:
    """How many active mediators speak each language."""
    query = (
        select(MediatorLanguage.language_code, func.count())
        .join(Mediator, Mediator.id == MediatorLanguage.mediator_id)
        .where(Mediator.active)
        .group_by(MediatorLanguage.language_code)
    )
    return dict(session.execute(query).all())
