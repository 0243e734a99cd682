# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the lists and pages of attendance read; what a visitor may see is decided in one place, ``seen_by``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AttendanceStatus
from dispatch.records.territory import Desk

# What waits for somebody first.
RANK = case(
    {AttendanceStatus.DISPUTED: 0, AttendanceStatus.AWAITED: 1, AttendanceStatus.TOLD: 2},
    value=Attendance.status,
    else_=3,
)


@dataclass(frozen=True)
class Wanted:
    """The filters of a list; empty ones filter nothing. ``since`` and ``until`` bound the planned start."""

    status: str = ""
    desk: str = ""
    mediator: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Line:
    """An attendance with the rows that name it."""

    row: Attendance
    appointment: Appointment
    request: Request
    desk: Desk
    mediator: Mediator


def seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """A desk's own visits, a mediator's own, a coordinator's ambiti, everything for all ambiti."""
    if visitor.desk_id is not None:
        return Attendance.desk_id == visitor.desk_id
    if visitor.mediator_id is not None:
        return Attendance.mediator_id == visitor.mediator_id
    if visitor.is_staff and visitor.ambiti is None:
        return true()
    return Attendance.ambito_code.in_(visitor.ambiti or ())


def _lines() -> Select[Attendance, Appointment, Request, Desk, Mediator]:
    return (
        select(Attendance, Appointment, Request, Desk, Mediator)
        .join(Slot, Slot.id == Attendance.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Attendance.desk_id)
        .join(Mediator, Mediator.id == Attendance.mediator_id)
    )


def find_line(session: Session, seen: ColumnElement[bool], attendance_id: int) -> Line | None:
    """One attendance, if it may be seen."""
    found = session.execute(_lines().where(Attendance.id == attendance_id, seen)).one_or_none()
    return None if found is None else Line(*found)


def list_lines(session: Session, visitor: Visitor, wanted: Wanted, *, page: int, size: int) -> tuple[list[Line], int]:
    """One page: disputed first, then awaited, then the newest; and how many there are.

    Of all visits of years only their ids are put in order; what a page shows is read for its own lines.
    """
    matching = _filtered(select(Attendance.id).where(seen_by(visitor)), wanted)
    total = session.scalar(select(func.count()).select_from(matching.subquery()))
    ordered = matching.order_by(RANK, func.lower(Attendance.planned).desc(), Attendance.id.desc())
    ids = session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    lines = {row[0].id: Line(*row) for row in session.execute(_lines().where(Attendance.id.in_(ids)))}
    return [lines[id_] for id_ in ids], total or 0


def _filtered(query: Select[int], wanted: Wanted) -> Select[int]:
    if wanted.status:
        query = query.where(Attendance.status == wanted.status)
    if wanted.desk:
        query = query.where(Attendance.desk_id.in_(select(Desk.id).where(Desk.code == wanted.desk)))
    if wanted.mediator:
        query = query.where(Attendance.mediator_id.in_(select(Mediator.id).where(Mediator.code == wanted.mediator)))
    if wanted.since is not None or wanted.until is not None:
        query = query.where(Attendance.planned.overlaps(Range(wanted.since, wanted.until)))
    return query


def counts(session: Session, visitor: Visitor) -> dict[str, int]:
    """How many are in each status, over all that this visitor may see."""
    query = select(Attendance.status, func.count()).where(seen_by(visitor)).group_by(Attendance.status)
    return dict(session.execute(query).all())


def desks_with_visits(session: Session, visitor: Visitor) -> Sequence[Desk]:
    query = select(Desk).where(Desk.id.in_(select(Attendance.desk_id).where(seen_by(visitor))))
    return session.scalars(query.order_by(Desk.name)).all()


def mediators_with_visits(session: Session, visitor: Visitor) -> Sequence[Mediator]:
    query = select(Mediator).where(Mediator.id.in_(select(Attendance.mediator_id).where(seen_by(visitor))))
    return session.scalars(query.order_by(Mediator.name)).all()
