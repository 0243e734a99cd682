# SPDX-License-Identifier: AGPL-3.0-or-later
"""What projects may still spend: a budget is for the whole period, so what was used outside the planned days is taken off."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Date, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import Session

from dispatch.kit.clock import ROME, at_home
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import COUNTED_ASSIGNMENT, AttendanceStatus
from dispatch.records.territory import Budget, Place, Project
from dispatch.roster.week import Week
from solver import problem as planner

Purse = tuple[str, str | None]


def read_budgets(session: Session, week: Week) -> list[planner.Budget]:
    """What is left, never below nothing, of every budget whose project's period meets the planned days."""
    granted = (
        select(Budget)
        .join(Project, Project.code == Budget.project_code)
        .where(Project.starts <= week.last_day, Project.ends >= week.monday)
        .order_by(Budget.project_code, Budget.ambito_code)
    )
    rows = session.scalars(granted).all()
    used = used_elsewhere(session, week) if rows else {}
    return [
        planner.Budget(
            project=row.project_code,
            ambito=row.ambito_code,
            minutes=max(0, row.minutes - used.get((row.project_code, row.ambito_code), 0)),
        )
        for row in rows
    ]


def used_elsewhere(session: Session, week: Week) -> dict[Purse, int]:
    """Minutes by purse that the planner does not count itself: those of other days, and those paid for nothing.

    What was attended counts with its real minutes, what is only agreed or disputed with the minutes asked for. As in
    the solver a visit is charged to the ambito of its place, and one without a place only to the whole project.
    """
    told = Attendance.outcome.is_not(None)
    settled = and_(told, Attendance.status != AttendanceStatus.DISPUTED)
    project = case((told, Attendance.project_code), else_=Appointment.project_code)
    ambito = Place.ambito_code
    minutes = case((settled, Attendance.minutes), else_=Appointment.duration)
    stands = Assignment.status.in_(COUNTED_ASSIGNMENT)
    begins = func.lower(Assignment.during)
    counted_by_planner = and_(stands, begins >= week.begins, begins < week.ends)
    day = cast(func.timezone(ROME.key, begins), Date)
    query = (
        select(project, ambito, func.sum(minutes))
        .select_from(Assignment)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .join(Project, and_(Project.code == project, day >= Project.starts, day <= Project.ends))
        .where(or_(stands, told), not_(counted_by_planner))
        .where(Project.starts <= week.last_day, Project.ends >= week.monday)
        .group_by(project, ambito)
    )
    used: dict[Purse, int] = defaultdict(int)
    for code, where, total in session.execute(query):
        for purse in {(code, where), (code, None)}:
            used[purse] += int(total)
    return used


def paid_by(row: Appointment, periods: Mapping[str, tuple[dt.date, dt.date]]) -> str | None:
    """The project that pays for an appointment; null outside its period, where none of its budgets binds."""
    if row.project_code is None:
        return None
    first, last = periods[row.project_code]
    return row.project_code if first <= at_home(row.first_start).date() <= last else None


def read_periods(session: Session) -> dict[str, tuple[dt.date, dt.date]]:
    return {
        code: (starts, ends)
        for code, starts, ends in session.execute(select(Project.code, Project.starts, Project.ends))
    }
