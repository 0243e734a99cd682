# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit's end passes: its attendance is made and she is asked how it went; who stays silent is looked at again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.appointments.late import late_percent
from dispatch.attendance import queries
from dispatch.attendance.decisions import Weighed, minutes_that_count
from dispatch.attendance.notices import NoticeKind, tell_coordinators
from dispatch.attendance.office import Office
from dispatch.attendance.queries import Visit
from dispatch.attendance.sayings import Saying, Settler, both_ends
from dispatch.attendance.service import row_of, write_weighed
from dispatch.attendance.writing import ask_how_it_went
from dispatch.outbox.due import NOTHING_DUE
from dispatch.records.attendance import Attendance
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, Outcome


def end_visit(session: Session, office: Office, assignment_id: int, now: dt.datetime) -> bool:
    """What the tick does with an assignment whose ``outcome_due`` has come; false when somebody was quicker."""
    visit = queries.lock_visit(session, assignment_id)
    due = visit.assignment.outcome_due
    if due is None or due > now:
        return False
    if visit.assignment.status == AssignmentStatus.BOOKED:
        open_attendance(session, office, visit, now)
        ask_how_it_went(session, office, visit, now)
    else:
        _clear_dues(visit.assignment)
        _weigh_cancellation(session, office, visit, now)
    return True


def open_attendance(session: Session, office: Office, visit: Visit, now: dt.datetime) -> Attendance:
    """The row of a locked visit; its assignment is done. Made once: a visit that is done has one already."""
    if visit.attendance is not None:
        return visit.attendance
    visit.assignment.status, visit.assignment.changed_at = AssignmentStatus.DONE, now
    _clear_dues(visit.assignment)
    again = now + dt.timedelta(hours=office.policy.attendance.ask_again_hours)
    made = _make(session, visit, now, remind_at=again)
    _pay_once(session, office, visit, now)
    return made


def _make(session: Session, visit: Visit, now: dt.datetime, *, remind_at: dt.datetime | None) -> Attendance:
    """Who, where and who pays are copied, so that a later change of the registers moves no figure.

    Only the project that intake chose pays: where it found the desk's own out of its period, nobody is charged.
    """
    desk, place = visit.request.desk, visit.appointment.place
    visit.attendance = Attendance(
        assignment_id=visit.assignment.id,
        slot_id=visit.slot.id,
        mediator_id=visit.assignment.mediator_id,
        desk_id=desk.id,
        ambito_code=(place or desk.place).ambito_code,
        project_code=visit.appointment.project_code,
        status=AttendanceStatus.AWAITED,
        planned=visit.assignment.during,
        remind_at=remind_at,
        created_at=now,
        changed_at=now,
    )
    session.add(visit.attendance)
    session.flush()
    return visit.attendance


def _clear_dues(assignment: Assignment) -> None:
    for due, nothing in NOTHING_DUE.items():
        setattr(assignment, due, nothing)


def _weigh_cancellation(session: Session, office: Office, visit: Visit, now: dt.datetime) -> None:
    """The desk took a booking back: with too little notice part of the time is paid all the same.

    Unless the date was only changed and she works that time for the same request: it would be paid twice. So would the
    minutes of it that she gives to somebody else.
    """
    policy, start = office.policy.attendance, both_ends(visit.assignment.during)[0]
    notice = start - visit.assignment.changed_at
    if visit.attendance is not None or not late_percent(notice, policy):
        return
    again = queries.given_again(session, visit)
    if queries.has_that_time_again(session, visit) or dt.timedelta(minutes=again) >= _length(visit):
        return
    row = _make(session, visit, now, remind_at=None)
    said = Saying(Outcome.CANCELLED_LATE)
    row.by_desk, row.settled_by = said.stored(visit.assignment.changed_at, Settler.CANCELLATION), Settler.CANCELLATION
    write_weighed(session, policy, visit, Weighed(AttendanceStatus.AGREED, said), now, notice=notice, given_again=again)


def _length(visit: Visit) -> dt.timedelta:
    start, end = both_ends(visit.assignment.during)
    return end - start


def _pay_once(session: Session, office: Office, visit: Visit, now: dt.datetime) -> None:
    """She worked in time for which a late cancellation was paid to her already: that pays only what is left of it.

    Where it is the same request, the cancellation was a change of the date, and nothing of it is paid.
    """
    for paid in queries.lock_paid_late(session, visit):
        lost = queries.visit_of(session, paid)
        again = queries.given_again(session, lost)
        if lost.request.id == visit.request.id:
            again = round((both_ends(paid.planned)[1] - both_ends(paid.planned)[0]).total_seconds() / 60)
        paid.minutes = minutes_that_count(
            Saying(Outcome.CANCELLED_LATE),
            both_ends(paid.planned),
            onsite=False,
            notice=both_ends(paid.planned)[0] - lost.assignment.changed_at,
            policy=office.policy.attendance,
            given_again=again,
        )
        paid.changed_at = now


def look_again(session: Session, office: Office, assignment_id: int, now: dt.datetime) -> bool:
    """Somebody was silent: she is asked once more, then a coordinator hears of it; one side's word counts alone."""
    visit = queries.lock_visit(session, assignment_id)
    row, silent = row_of(visit), dt.timedelta(days=office.policy.attendance.silent_days)
    if row.remind_at is None or row.remind_at > now:
        return False
    row.remind_at = None
    if row.status == AttendanceStatus.TOLD:
        row.status, row.changed_at = AttendanceStatus.AGREED, now
        row.settled_by = Settler.SILENT_MEDIATOR if row.by_mediator is None else Settler.SILENT_DESK
    elif row.status == AttendanceStatus.AWAITED and now < row.created_at + silent:
        row.remind_at = row.created_at + silent
        ask_how_it_went(session, office, visit, now)
    elif row.status == AttendanceStatus.AWAITED:
        tell_coordinators(session, NoticeKind.NOBODY_TOLD, visit, now)
    return True
