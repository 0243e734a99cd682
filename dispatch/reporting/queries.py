# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT over visits, offers and attendance; each is one statement however many rows a report has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.roster import Mediator
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
from dispatch.reporting.visits import Visit, asked_of

STANDING = (*LIVE_ASSIGNMENT, AssignmentStatus.DONE)
PROMISED = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
UNSETTLED = (AttendanceStatus.AWAITED, AttendanceStatus.DISPUTED)
FINELY = ("desk", "ambito", "project")
A_YEAR = dt.timedelta(days=365)  # a job longer ago than this is as good as none

AtDesk = aliased(Place)
# Who asked owns a visit by phone or video. An attendance keeps what was true when its visit took place.
AMBITO: ColumnElement[str | None] = func.coalesce(Attendance.ambito_code, Place.ambito_code, AtDesk.ambito_code)
PROJECT: ColumnElement[str | None] = case(
    (Attendance.id.is_not(None), Attendance.project_code), else_=Appointment.project_code
)
LANGUAGES: ColumnElement[str | None] = Slot.needs["languages"].astext
TOLD: ColumnElement[bool] = func.coalesce(Attendance.status != AttendanceStatus.AWAITED, False)
WENT: ColumnElement[bool] = Attendance.outcome.is_distinct_from(Outcome.MEDIATOR_ABSENT)
PLANNED_MINUTES: ColumnElement[Any] = (
    func.extract("epoch", func.upper(Attendance.planned) - func.lower(Attendance.planned)) / 60
)
PROMISED_MINUTES: ColumnElement[Any] = (
    func.extract("epoch", func.upper(Assignment.during) - func.lower(Assignment.during)) / 60
)


def read_visits(session: Session, period: Period) -> list[Visit]:
    """The slots that start in the period, each with who has it (or had it: its attendance stands), by start."""
    query = visits_of(period).order_by("start", "slot_id", "assignment_id")
    at = Visit._fields.index("asked")
    return [Visit._make((*row[:at], asked_of(row[at]), *row[at + 1 :])) for row in session.execute(query)]


def visits_of(period: Period, **more: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """A row for each visit, with ``more`` columns of the tables around it; the others are those of ``Visit``, in its order."""
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
            *between(starts, period.begins, period.ends),
        )
    )


def between(start: ColumnElement[Any], since: dt.datetime, until: dt.datetime) -> Sequence[ColumnElement[bool]]:
    """Both ends said apart: PostgreSQL takes a range of something reckoned for one row in 200, and then looks up a year
    of slots one by one instead of joining them."""
    return start >= since, (start < until).is_(True)


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
    """How many offers of the period were put to a mediator for slots of one kind and ended in one way.

    Desk, ambito and project are null where nobody counts by them.
    """

    mediator_id: int
    desk_id: int | None
    ambito: str | None
    project: str | None
    asked: tuple[str, ...]
    status: str
    times: int


def count_offers(session: Session, period: Period, finely: Collection[str] = FINELY) -> list[OfferCount]:
    """The offers that left in the period, counted by mediator and languages, and by what ``finely`` names: fewer rows."""
    finer: dict[str, ColumnElement[Any]] = {
        "desk": Request.desk_id.expression,
        "ambito": func.coalesce(Place.ambito_code, AtDesk.ambito_code),
        "project": Appointment.project_code.expression,
    }
    more = [finer[name] if name in finely else null() for name in FINELY]
    groups = (Offer.mediator_id, LANGUAGES, Offer.status, *(finer[name] for name in FINELY if name in finely))
    columns = (Offer.mediator_id, *more, LANGUAGES, Offer.status)
    query = (
        _of_a_slot(select(*columns, func.count()).select_from(Offer).join(Slot, Slot.id == Offer.slot_id))
        .where(Offer.asked_at >= period.begins, Offer.asked_at < period.ends, Offer.status != OfferStatus.QUEUED)
        .group_by(*groups)
    )
    return [
        OfferCount(mediator, desk, where, project, asked_of(languages), status, count)
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
    """``last`` is the newest job that has begun, ``latest`` the newest of all, also ahead; by one key of a report.

    ``mediator_id`` is told only where several languages were asked for, and by mediator.
    """

    key: Any
    mediator_id: int | None
    last: dt.datetime | None
    latest: dt.datetime | None


def newest_of_mediators(session: Session, now: dt.datetime) -> list[LastJob]:
    """The newest jobs of the last year each mediator said yes to: looked up one by one, which an index answers at once."""
    start = func.lower(Assignment.during)

    def newest(*more: ColumnElement[bool]) -> ScalarSelect[Any]:
        return (
            select(start)
            .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
            .where(Assignment.mediator_id == Mediator.id, start > now - A_YEAR, *more)
            .where(or_(Assignment.status.in_(PROMISED), Attendance.id.is_not(None)), WENT)
            .order_by(start.desc())
            .limit(1)
            .scalar_subquery()
        )

    rows = session.execute(select(Mediator.id, newest(start <= now), newest()))
    return [LastJob(mediator, mediator, last, latest) for mediator, last, latest in rows]


def last_jobs(session: Session, by: str, now: dt.datetime) -> list[LastJob]:
    """The newest jobs of the last year by what ``by`` names: attendances, and what has begun and has none yet."""
    found = _last_attended(session, by, now) + _last_begun(session, by, now)
    return [LastJob(key, mediator, last, last) for key, mediator, last in found]


def _last_attended(session: Session, by: str, now: dt.datetime) -> list[Any]:
    """An attendance keeps all it needs but the languages."""
    start = func.lower(Attendance.planned)
    keys: dict[str, Any] = {
        "language": LANGUAGES,
        "ambito": Attendance.ambito_code,
        "desk": Attendance.desk_id,
        "project": Attendance.project_code,
    }
    who = case((is_several(LANGUAGES), Attendance.mediator_id)) if by == "language" else null()
    query = (
        select(keys[by], who, func.max(start)).select_from(Attendance).where(start <= now, start > now - A_YEAR, WENT)
    )
    if by == "language":
        query = query.join(Slot, Slot.id == Attendance.slot_id)
    return list(session.execute(query.group_by(keys[by], *([who] if by == "language" else []))).all())


def _last_begun(session: Session, by: str, now: dt.datetime) -> list[Any]:
    """The bookings that have begun and whose end nobody has seen yet: a handful."""
    start = func.lower(Assignment.during)
    keys: dict[str, Any] = {
        "language": LANGUAGES,
        "ambito": func.coalesce(Place.ambito_code, AtDesk.ambito_code),
        "desk": Request.desk_id,
        "project": Appointment.project_code,
    }
    who = case((is_several(LANGUAGES), Assignment.mediator_id)) if by == "language" else null()
    query = (
        _of_a_slot(
            select(keys[by], who, func.max(start)).select_from(Assignment).join(Slot, Slot.id == Assignment.slot_id)
        )
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.status == AssignmentStatus.BOOKED,
            Attendance.id.is_(None),
            start <= now,
            start > now - A_YEAR,
        )
        .group_by(keys[by], *([who] if by == "language" else []))
    )
    return list(session.execute(query).all())


def is_several(asked: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether more than one language was asked for: only then is there a comma between its keys."""
    return asked.contains(",")


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
    past = (
        select(
            Attendance.project_code,
            Place.ambito_code,
            func.sum(case((settled, Attendance.minutes), else_=0)),
            func.sum(case((settled, 0), else_=PLANNED_MINUTES)),
        )
        .join(Slot, Slot.id == Attendance.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .where(Attendance.project_code.is_not(None))
        .group_by(Attendance.project_code, Place.ambito_code)
    )
    ahead = (
        select(Appointment.project_code, Place.ambito_code, literal(0), func.sum(PROMISED_MINUTES))
        .select_from(Assignment)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.status == AssignmentStatus.BOOKED, Attendance.id.is_(None), Appointment.project_code.is_not(None)
        )
        .group_by(Appointment.project_code, Place.ambito_code)
    )
    found: dict[tuple[str, str | None], Spent] = {}
    for project, ambito, worked, booked in (*session.execute(past), *session.execute(ahead)):
        known = found.get((project, ambito), Spent(project, ambito, 0, 0))
        more = known._replace(worked=known.worked + int(worked), booked=known.booked + round(booked))
        found[project, ambito] = more
    return list(found.values())


def late_attendances(session: Session, before: dt.datetime) -> dict[int, int]:
    """By mediator, how many visits ended before ``before`` and are still not told, or disputed."""
    query = (
        select(Attendance.mediator_id, func.count())
        .where(Attendance.status.in_(UNSETTLED), func.upper(Attendance.planned) < before)
        .group_by(Attendance.mediator_id)
    )
    return dict(session.execute(query).all())
