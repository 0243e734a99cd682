# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages on her phone read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import case, extract, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.attendance import Attendance
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus
from dispatch.records.territory import Desk


def her_minutes(session: Session, mediator_id: int, since: dt.datetime, until: dt.datetime) -> int:
    """Minutes between two instants: what counts of a visit whose outcome was told, the planned ones of the others."""
    length = extract("epoch", func.upper(Assignment.during) - func.lower(Assignment.during)) / 60
    told = case((Attendance.outcome.is_not(None), Attendance.minutes), else_=length)
    query = (
        select(func.coalesce(func.sum(told), 0))
        .select_from(Assignment)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.mediator_id == mediator_id,
            or_(
                Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE]),
                Attendance.id.is_not(None),  # cancelled late, and paid all the same
            ),
            Assignment.during.overlaps(Range(since, until)),
        )
    )
    return int(session.scalars(query).one())


def her_untold(session: Session, mediator_id: int) -> Sequence[tuple[Attendance, Desk]]:
    """Visits of hers that are over, and that she has said nothing about, oldest first."""
    query = (
        select(Attendance, Desk)
        .join(Desk, Desk.id == Attendance.desk_id)
        .where(
            Attendance.mediator_id == mediator_id,
            Attendance.by_mediator.is_(None),
            Attendance.status != AttendanceStatus.AGREED,
        )
        .order_by(func.lower(Attendance.planned))
    )
    return [(row, desk) for row, desk in session.execute(query)]
