# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question the territory's register puts to its tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Numeric, case, cast, func, or_, select
from sqlalchemy.orm import Session

from config.territory.words import fold
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, AttendanceStatus
from dispatch.records.territory import Ambito, Budget, Comune, Desk, Organisation, Place, Project
from dispatch.territory.outlines import Town

CHARGED = (*LIVE_ASSIGNMENT, AssignmentStatus.DONE)


def ambito_names(session: Session) -> dict[str, str]:
    """What people call each ambito, folded, and its code."""
    rows = session.execute(select(Ambito.code, Ambito.name)).all()
    return {fold(name): code for code, full in rows for name in (full, code)}


def comune_names(session: Session) -> dict[str, str]:
    """What people call each comune, folded, and its ISTAT code."""
    rows = session.execute(select(Comune.istat_code, Comune.name, Comune.short_name)).all()
    return {fold(name): code for code, *names in rows for name in (*names, code)}


def comune_proper_names(session: Session) -> dict[str, str]:
    """Each comune's name, folded, and as it is written: what a person recognises in "did you mean"."""
    return {fold(name): name for name in session.scalars(select(Comune.name).order_by(Comune.name))}


def comune(session: Session, istat_code: str) -> Comune:
    return session.get_one(Comune, istat_code)


def towns(session: Session) -> tuple[Town, ...]:
    """Every comune as a point of its ambito, in one order, so that the same comuni make the same drawing."""
    columns = (Comune.istat_code, Comune.ambito_code, Comune.lat, Comune.lon)
    return tuple(Town(*row) for row in session.execute(select(*columns).order_by(Comune.istat_code)))


def place(session: Session, code: str) -> Place | None:
    return session.scalars(select(Place).where(Place.code == code)).one_or_none()


def organisation(session: Session, code: str) -> Organisation | None:
    return session.scalars(select(Organisation).where(Organisation.code == code)).one_or_none()


def desk(session: Session, code: str) -> Desk | None:
    return session.scalars(select(Desk).where(Desk.code == code)).one_or_none()


def office_of(session: Session, ambito_code: str) -> Desk | None:
    """The desk that is this ambito's own office."""
    return session.scalars(select(Desk).where(Desk.ambito_code == ambito_code)).one_or_none()


def project(session: Session, code: str) -> Project | None:
    return session.get(Project, code)


def budget(session: Session, project_code: str, ambito_code: str | None) -> Budget | None:
    where = Budget.ambito_code.is_not_distinct_from(ambito_code)
    return session.scalars(select(Budget).where(Budget.project_code == project_code, where)).one_or_none()


def budgets_of(session: Session, project_code: str) -> Sequence[Budget]:
    """A project's budgets, the one for the whole of it last."""
    query = select(Budget).where(Budget.project_code == project_code)
    return session.scalars(query.order_by(Budget.ambito_code)).all()


def place_codes(session: Session) -> Sequence[str]:
    return session.scalars(select(Place.code).order_by(Place.code)).all()


def organisation_codes(session: Session) -> Sequence[str]:
    return session.scalars(select(Organisation.code).order_by(Organisation.code)).all()


def project_codes(session: Session) -> Sequence[str]:
    return session.scalars(select(Project.code).order_by(Project.code)).all()


def booked_minutes(session: Session, project_code: str, ambito_code: str | None) -> int:
    """What a budget has to carry already: minutes that took place, and those planned, published or booked.

    A visit is charged to the ambito of its place; one without a place only to the whole project. What is disputed
    counts as planned until a coordinator settles it.
    """
    settled = Attendance.status.not_in((AttendanceStatus.AWAITED, AttendanceStatus.DISPUTED))
    project = case((Attendance.id.is_(None), Appointment.project_code), else_=Attendance.project_code)
    seconds = func.extract("epoch", func.upper(Assignment.during) - func.lower(Assignment.during))
    minutes = case((settled, Attendance.minutes), else_=cast(seconds, Numeric) / 60)
    charged = (
        select(func.coalesce(func.sum(minutes), 0))
        .select_from(Assignment)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(or_(Assignment.status.in_(CHARGED), Attendance.id.is_not(None)), project == project_code)
    )
    if ambito_code is not None:
        charged = charged.where(Place.ambito_code == ambito_code)
    return int(session.scalars(charged).one())
