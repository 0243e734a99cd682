# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do with a visit that is over: each side tells how it went, and a coordinator settles a dispute."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import AttendancePolicy
from dispatch.access.audit import record
from dispatch.attendance import queries
from dispatch.attendance.decisions import (
    Heard,
    Weighed,
    after_all,
    hear,
    minutes_that_count,
    real_times,
    weigh,
)
from dispatch.attendance.notices import NoticeKind, tell_coordinators
from dispatch.attendance.queries import Visit
from dispatch.attendance.sayings import Saying, Side, both_ends, read_saying
from dispatch.records.attendance import Attendance
from dispatch.records.statuses import AppointmentStatus, AttendanceStatus, Mode, Outcome, RequestStatus

NO_NOTICE = dt.timedelta()


def tell(
    session: Session,
    policy: AttendancePolicy,
    attendance: Attendance,
    side: Side,
    said: Saying,
    now: dt.datetime,
    *,
    via: str,
) -> Heard:
    """One side's word, weighed against the other's; after both agreed it changes nothing and says so."""
    visit = queries.lock_visit(session, attendance.assignment_id)
    row = row_of(visit)
    before = read_saying(row.by_mediator if side is Side.MEDIATOR else row.by_desk)
    heard = hear(AttendanceStatus(row.status), before, said)
    if heard is not Heard.WEIGHED:
        return heard
    if side is Side.MEDIATOR:
        row.by_mediator = said.stored(now, via)
    else:
        row.by_desk = said.stored(now, via)
    planned, was = both_ends(row.planned), row.status
    weighed = weigh(read_saying(row.by_mediator), read_saying(row.by_desk), planned, policy)
    write_weighed(session, policy, visit, weighed, now)
    silent = dt.timedelta(days=policy.silent_days)
    row.remind_at = now + silent if weighed.status is AttendanceStatus.TOLD else None
    if said.outcome is Outcome.MEDIATOR_ABSENT:
        tell_coordinators(session, NoticeKind.MEDIATOR_ABSENT, visit, now)
    if weighed.status is AttendanceStatus.DISPUTED and was != AttendanceStatus.DISPUTED:
        tell_coordinators(session, NoticeKind.DISPUTED, visit, now)
    record(session, now, via, "tell", "attendance", row.id, side=side.value, outcome=said.outcome.value)
    return heard


def settle(
    session: Session, policy: AttendancePolicy, attendance: Attendance, said: Saying, now: dt.datetime, *, by: str
) -> Attendance:
    """A coordinator says what counts, whatever the two sides told; it may be said again."""
    visit = queries.lock_visit(session, attendance.assignment_id)
    row = row_of(visit)
    write_weighed(session, policy, visit, Weighed(AttendanceStatus.AGREED, said), now)
    row.settled_by, row.remind_at = by[:80], None
    record(session, now, by, "settle", "attendance", row.id, outcome=said.outcome.value, minutes=row.minutes)
    return row


def write_weighed(
    session: Session,
    policy: AttendancePolicy,
    visit: Visit,
    weighed: Weighed,
    now: dt.datetime,
    *,
    notice: dt.timedelta = NO_NOTICE,
    given_again: int = 0,
) -> None:
    """What counts of the visit, and what follows for its appointment and its request."""
    row, saying = row_of(visit), weighed.saying
    assert saying is not None
    planned, onsite = both_ends(row.planned), visit.appointment.mode == Mode.ONSITE
    real = real_times(saying, planned)
    row.status, row.outcome, row.changed_at = weighed.status, saying.outcome, now
    row.real = Range(*real) if real else None
    row.km, row.note = saying.km or 0, saying.note
    # Nothing is paid on one word against another.
    disputed = weighed.status is AttendanceStatus.DISPUTED
    counted = minutes_that_count(saying, planned, onsite=onsite, notice=notice, policy=policy, given_again=given_again)
    row.minutes = 0 if disputed else counted
    session.flush()
    if visit.appointment.status != AppointmentStatus.CANCELLED:
        status = after_all(queries.outcomes_of(session, visit.appointment.id))
        visit.appointment.status = status or visit.appointment.status
    close_if_over(session, visit.request.id, now)


def close_if_over(session: Session, request_id: int, now: dt.datetime) -> bool:
    """A request is closed when nothing of it is still to come or to be agreed on."""
    session.flush()
    request = queries.lock_request_that_is_over(session, request_id, now)
    if request is None:
        return False
    request.status, request.changed_at = RequestStatus.CLOSED, now
    return True


def row_of(visit: Visit) -> Attendance:
    """The attendance of a visit that is over; it was made when the visit ended."""
    assert visit.attendance is not None
    return visit.attendance
