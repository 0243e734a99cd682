# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SELECTs of the list of requests: what is sought, page by page, the next meeting first; and how many of each state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from dispatch.access.visitor import Visitor
from dispatch.intake.queries import listed_for, whole
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    RequestStatus,
    SlotStatus,
)
from dispatch.records.territory import Desk

STANDING = (AppointmentStatus.OPEN, AppointmentStatus.CONFIRMED)
TOLD = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


class State(StrEnum):
    """Where a request stands for who looks for it in a list; one with several dates may be in several of them."""

    TO_TELL = "to_tell"
    NOBODY = "nobody"
    LOOKING = "looking"
    CONFIRMED = "confirmed"
    PAST = "past"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Wanted:
    """The filters of a list; empty ones filter nothing. ``since`` and ``until`` bound the start of some meeting."""

    status: str = ""
    desk: str = ""
    kind: str = ""
    language: str = ""
    text: str = ""
    state: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def list_requests(
    session: Session, visitor: Visitor, wanted: Wanted, now: dt.datetime, *, page: int, size: int
) -> tuple[Sequence[Request], int]:
    """One page of requests, the next appointment first and then the latest past ones; and how many there are."""
    found = _found(visitor, wanted)
    if wanted.state:
        found = found.where(_is(State(wanted.state), now, Request))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    ids = _ids_of_page(session, found, now, (page - 1) * size, size)
    rows = session.scalars(select(Request).where(Request.id.in_(ids)).options(*whole())).all()
    return sorted(rows, key=lambda row: ids.index(row.id)), total


def count_states(session: Session, visitor: Visitor, wanted: Wanted, now: dt.datetime) -> dict[str, int]:
    """How many requests are in each state, and under "" in all, as far as the other filters let them through."""
    found = _found(visitor, wanted).add_columns(Request.status).subquery()
    counted = [state for state in State if state is not State.PAST]  # what is left of all the others
    conditions = [true(), *(_is(state, now, found.c) for state in counted), found.c.id.in_(_ahead(now))]
    # One pass over what was found, with each condition looked up in a set that is read once.
    counts = select(*(func.count().filter(condition) for condition in conditions)).select_from(found)
    everything, *each, ahead = session.execute(counts).one()
    told = dict(zip(counted, each, strict=True))
    return {"": everything, **told, State.PAST: everything - ahead - told[State.CANCELLED]}


def visits_to_tell(session: Session, desk_id: int) -> Sequence[Attendance]:
    """The visits of a desk that are over and of which it has not said how they went, the oldest first."""
    query = (
        select(Attendance)
        .where(Attendance.desk_id == desk_id, *_untold())
        .options(
            joinedload(Attendance.assignment).joinedload(Assignment.mediator),
            joinedload(Attendance.assignment)
            .joinedload(Assignment.slot)
            .joinedload(Slot.appointment)
            .joinedload(Appointment.request),
        )
        .order_by(func.lower(Attendance.planned), Attendance.id)
    )
    return session.scalars(query).all()


def _untold() -> tuple[ColumnElement[bool], ...]:
    return Attendance.by_desk.is_(None), Attendance.status.in_((AttendanceStatus.AWAITED, AttendanceStatus.TOLD))


def _found(visitor: Visitor, wanted: Wanted) -> Select[int]:
    return _filtered(select(Request.id).where(listed_for(visitor)), wanted)


def _ids_of_page(session: Session, found: Select[int], now: dt.datetime, first: int, size: int) -> list[int]:
    """What is to come is read by itself: it is little beside the years behind it, and mostly all that is asked for."""
    upcoming = _upcoming(found, now)
    ids = list(session.scalars(upcoming.limit(size).offset(first)))
    if len(ids) == size:
        return ids
    ahead = first if ids else session.scalar(select(func.count()).select_from(upcoming.subquery())) or 0
    return [*ids, *session.scalars(_over(found, now).limit(size - len(ids)).offset(max(0, first - ahead)))]


def _upcoming(found: Select[int], now: dt.datetime) -> Select[int]:
    coming = aliased(Appointment)
    ahead = found.join(coming, coming.request_id == Request.id)
    ahead = ahead.where(coming.last_start >= now, coming.status.in_(STANDING))
    return ahead.group_by(Request.id).order_by(func.min(coming.first_start), Request.id.desc())


def _over(found: Select[int], now: dt.datetime) -> Select[int]:
    passed = aliased(Appointment)
    over = found.where(Request.id.not_in(_ahead(now))).outerjoin(passed, passed.request_id == Request.id)
    return over.group_by(Request.id).order_by(func.max(passed.first_start).desc().nulls_last(), Request.id.desc())


def _is(state: State, now: dt.datetime, row: Any) -> ColumnElement[bool]:
    """``row`` is the request, or a set of found ones with their ids and statuses."""
    found: ColumnElement[bool]
    match state:
        case State.TO_TELL:
            untold = select(Slot.appointment_id).join(Attendance, Attendance.slot_id == Slot.id).where(*_untold())
            found = row.id.in_(select(Appointment.request_id).where(Appointment.id.in_(untold)))
        case State.NOBODY:
            found = row.id.in_(_ahead(now).join(Slot).where(Slot.status == SlotStatus.UNFILLED))
        case State.LOOKING:
            sought = Slot.status.in_((SlotStatus.OPEN, SlotStatus.OFFERED))
            found = row.id.in_(_ahead(now).join(Slot).where(sought))
        case State.CONFIRMED:
            found = row.id.in_(_ahead(now).where(Appointment.status == AppointmentStatus.CONFIRMED))
        case State.PAST:
            found = row.id.not_in(_ahead(now)) & (row.status != RequestStatus.CANCELLED)
        case State.CANCELLED:
            found = row.status == RequestStatus.CANCELLED
    return found


def _ahead(now: dt.datetime) -> Select[int]:
    """The requests of meetings that are still to come."""
    return select(Appointment.request_id).where(Appointment.last_start >= now, Appointment.status.in_(STANDING))


def _filtered(query: Select[int], wanted: Wanted) -> Select[int]:
    if wanted.status:
        query = query.where(Request.status == wanted.status)
    if wanted.kind:
        query = query.where(Request.kind == wanted.kind)
    if wanted.desk:
        query = query.where(Request.desk_id.in_(select(Desk.id).where(Desk.code == wanted.desk)))
    if wanted.language:
        query = query.where(Request.body["languages"].contains([{"code": wanted.language}]))
    if wanted.text:
        query = query.where(_speaks_of(wanted.text))
    if wanted.since is not None or wanted.until is not None:
        dated = exists().where(Appointment.request_id == Request.id, Appointment.status != AppointmentStatus.CANCELLED)
        if wanted.since is not None:
            dated = dated.where(Appointment.last_start >= wanted.since)
        if wanted.until is not None:
            dated = dated.where(Appointment.first_start < wanted.until)
        query = query.where(dated)
    return query


def _speaks_of(text: str) -> ColumnElement[bool]:
    """The code, the words in which it was understood, the case, or somebody who has said yes to come."""
    words = (Request.code, Request.understood, Request.body["case"].astext)
    coming = (
        select(Appointment.request_id)
        .join(Slot)
        .join(Assignment, Assignment.slot_id == Slot.id)
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(TOLD), Mediator.name.icontains(text, autoescape=True))
    )
    return or_(*(word.icontains(text, autoescape=True) for word in words), Request.id.in_(coming))
