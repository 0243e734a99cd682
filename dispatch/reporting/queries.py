# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT over visits, offers and attendance; each is one statement however many rows a report has."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    AssignmentStatus,
    AttendanceStatus,
    OfferStatus,
    Outcome,
    PlanningRunStatus,
    SlotStatus,
)
from dispatch.records.territory import Desk, Place
from dispatch.reporting.period import Period
from dispatch.reporting.visits import Visit

STANDING = (*LIVE_ASSIGNMENT, AssignmentStatus.DONE)
PROMISED = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
UNSETTLED = (AttendanceStatus.AWAITED, AttendanceStatus.DISPUTED)
A_YEAR = dt.timedelta(days=365)  # a job longer ago than this is as good as none

AtDesk = aliased(Place)
# Who asked owns a visit by phone or video. An attendance keeps what was true when its visit took place.
AMBITO: ColumnElement[str | None] = func.coalesce(Attendance.ambito_code, Place.ambito_code, AtDesk.ambito_code)
PROJECT: ColumnElement[str | None] = case(
    (Attendance.id.is_not(None), Attendance.project_code), else_=Appointment.project_code
)
LANGUAGES: ColumnElement[dict[str, int] | None] = Slot.needs["languages"]
TOLD: ColumnElement[bool] = func.coalesce(Attendance.status != AttendanceStatus.AWAITED, False)
PROMISED_MINUTES: ColumnElement[Any] = (
    func.extract("epoch", func.upper(Assignment.during) - func.lower(Assignment.during)) / 60
)


def read_visits(session: Session, period: Period) -> list[Visit]:
    """The slots that start in the period, each with who has it (or had it: its attendance stands), by start."""
    query = visits_of(period).order_by("start", "slot_id", "assignment_id")
    return [Visit(**{**row, "asked": tuple(sorted(row["asked"] or {}))}) for row in session.execute(query).mappings()]


def visits_of(period: Period, **more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """A row for each visit, with ``more`` columns of the tables around it; their names are those of ``Visit``."""
    starts = func.coalesce(func.lower(Assignment.during), Appointment.asked_start, Appointment.first_start)
    columns: dict[str, Any] = {
        "slot_id": Slot.id,
        "code": Request.code,
        "start": starts,
        "minutes": func.coalesce(cast(PROMISED_MINUTES, Integer), Appointment.duration),
        "mode": Appointment.mode,
        "desk_id": func.coalesce(Attendance.desk_id, Request.desk_id),
        "ambito": AMBITO,
        "project": PROJECT,
        "asked": LANGUAGES,
        "lat": Place.lat,
        "lon": Place.lon,
        "assignment_id": Assignment.id,
        "status": Assignment.status,
        "mediator_id": Assignment.mediator_id,
        "attendance": Attendance.status,
        "outcome": Attendance.outcome,
        "worked": Attendance.minutes,
        # A row whose kilometres nobody told holds 0: then the road is reckoned.
        "told_km": case((and_(TOLD, Attendance.by_mediator["km"].astext.is_not(None)), Attendance.km)),
    }
    return (
        _of_a_slot(select(*(column.label(name) for name, column in (columns | more).items())).select_from(Slot))
        .outerjoin(Assignment, and_(Assignment.slot_id == Slot.id, _counts()))
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            or_(Slot.status != SlotStatus.CANCELLED, Attendance.id.is_not(None)),
            Appointment.first_start < period.ends,
            Appointment.last_start >= period.begins,
            starts >= period.begins,
            starts < period.ends,
        )
    )


def _counts() -> ColumnElement[bool]:
    """An assignment that stands, that has an attendance, or that a draft proposes where none stands yet."""
    twin = aliased(Assignment)
    stands = exists().where(twin.slot_id == Assignment.slot_id, twin.status.in_(STANDING))
    drafts = select(PlanningRun.id).where(PlanningRun.status == PlanningRunStatus.DRAFT)
    return or_(
        Assignment.status.in_(STANDING),
        exists().where(Attendance.assignment_id == Assignment.id).correlate(Assignment),
        and_(Assignment.status == AssignmentStatus.PROPOSED, Assignment.run_id.in_(drafts), ~stands),
    )


class OfferCount(NamedTuple):
    """How many offers of the period were put to a mediator for slots of one kind and ended in one way."""

    mediator_id: int
    desk_id: int
    ambito: str | None
    project: str | None
    asked: tuple[str, ...]
    status: str
    times: int


def count_offers(session: Session, period: Period) -> list[OfferCount]:
    """The offers that left in the period, counted in the database by everything a report may ask for."""
    ambito = func.coalesce(Place.ambito_code, AtDesk.ambito_code)
    columns = (Offer.mediator_id, Request.desk_id, ambito, Appointment.project_code, LANGUAGES, Offer.status)
    query = (
        _of_a_slot(select(*columns, func.count()).select_from(Offer).join(Slot, Slot.id == Offer.slot_id))
        .where(Offer.asked_at >= period.begins, Offer.asked_at < period.ends, Offer.status != OfferStatus.QUEUED)
        .group_by(*columns)
    )
    return [
        OfferCount(mediator, desk, where, project, tuple(sorted(languages or {})), status, count)
        for mediator, desk, where, project, languages, status, count in session.execute(query)
    ]


def _of_a_slot(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The tables around a slot that say to whom it belongs."""
    return (
        query.join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(AtDesk, AtDesk.id == Desk.place_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
    )


class LastJob(NamedTuple):
    """``last`` is the newest job that has begun, ``latest`` the newest of all, also ahead; by one key of a report."""

    mediator_id: int
    key: Any
    last: dt.datetime | None
    latest: dt.datetime


def last_jobs(session: Session, by: str, now: dt.datetime) -> list[LastJob]:
    """The jobs of the last year somebody said yes to, the newest by mediator and ``by`` (mediator alone: no key)."""
    keys: dict[str, ColumnElement[Any]] = {
        "language": LANGUAGES,
        "ambito": AMBITO,
        "desk": func.coalesce(Attendance.desk_id, Request.desk_id),
        "project": PROJECT,
    }
    start = func.lower(Assignment.during)
    columns: list[Any] = [Assignment.mediator_id]
    columns += [keys[by]] if by in keys else []
    query = (
        _of_a_slot(
            select(*columns, func.max(start).filter(start <= now), func.max(start))
            .select_from(Assignment)
            .join(Slot, Slot.id == Assignment.slot_id)
        )
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            or_(Assignment.status.in_(PROMISED), Attendance.id.is_not(None)),
            Attendance.outcome.is_distinct_from(Outcome.MEDIATOR_ABSENT),
            start > now - A_YEAR,
        )
        .group_by(*columns)
    )
    rows = session.execute(query).all()
    return [LastJob(row[0], row[1] if by in keys else None, row[-2], row[-1]) for row in rows]


class Spent(NamedTuple):
    """Minutes charged to a project over its whole life, in one ambito or (null) nowhere in particular."""

    project: str
    ambito: str | None
    worked: int
    booked: int


def spent_minutes(session: Session) -> list[Spent]:
    """What projects paid for and are promised to pay for: a visit is charged to the ambito of its place, as planned.

    ``booked`` are the bookings whose attendance is not told yet, or disputed; after that its minutes are ``worked``.
    """
    settled = and_(TOLD, Attendance.status != AttendanceStatus.DISPUTED)
    worked = func.coalesce(func.sum(case((settled, Attendance.minutes), else_=0)), 0)
    booked = func.coalesce(func.sum(case((settled, 0), else_=PROMISED_MINUTES)), 0)
    query = (
        _of_a_slot(
            select(PROJECT, Place.ambito_code, worked, booked)
            .select_from(Assignment)
            .join(Slot, Slot.id == Assignment.slot_id)
        )
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(or_(Assignment.status.in_(PROMISED), Attendance.id.is_not(None)), PROJECT.is_not(None))
        .group_by(PROJECT, Place.ambito_code)
    )
    return [Spent(project, ambito, int(done), round(ahead)) for project, ambito, done, ahead in session.execute(query)]


def late_attendances(session: Session, before: dt.datetime) -> dict[int, int]:
    """By mediator, how many visits ended before ``before`` and are still not told, or disputed."""
    query = (
        select(Attendance.mediator_id, func.count())
        .where(Attendance.status.in_(UNSETTLED), func.upper(Attendance.planned) < before)
        .group_by(Attendance.mediator_id)
    )
    return dict(session.execute(query).all())
