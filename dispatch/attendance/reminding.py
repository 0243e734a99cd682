# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminds a mediator of a visit when she asked to be: once for each date, by day, and never after the start."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.attendance import queries
from dispatch.attendance.office import Office
from dispatch.attendance.sayings import both_ends
from dispatch.attendance.writing import leaves_at, remind
from dispatch.records.statuses import AssignmentStatus


def remind_of(session: Session, office: Office, assignment_id: int, now: dt.datetime) -> bool:
    """Clear the dates that have come and write one SMS, in one transaction; a second tick finds nothing to do."""
    assignment = queries.lock_assignment(session, assignment_id)
    due = [at for at in (assignment.evening_due, assignment.hours_due) if at is not None and at <= now]
    if not due:
        return False
    assignment.evening_due = None if assignment.evening_due in due else assignment.evening_due
    assignment.hours_due = None if assignment.hours_due in due else assignment.hours_due
    leaves = leaves_at(office, assignment.mediator, now)
    latest = both_ends(assignment.during)[0] - dt.timedelta(minutes=office.policy.attendance.least_before_start)
    if assignment.status != AssignmentStatus.BOOKED or leaves > latest:
        return False
    remind(session, office, assignment, leaves, now)
    return True
