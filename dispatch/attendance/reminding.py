# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminds a mediator of a visit when she asked to be: once for each date, by day, and never after the start."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.attendance import queries
from dispatch.attendance.office import Office
from dispatch.attendance.sayings import both_ends
from dispatch.attendance.writing import leaves_at, remind
from dispatch.kit.locks import lock_mediators
from dispatch.outbox.due import dues_of_booking
from dispatch.records.roster import Mediator
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


def remind_anew(session: Session, office: Office, mediator_id: int, now: dt.datetime) -> int:
    """Her bookings with the dates of her present choice; how many of them changed.

    What is due by now stays: the tick is on its way to it. A reminder that has been written is not written again,
    though another choice would have put it later.
    """
    lock_mediators(session, [mediator_id])
    mediator = session.get_one(Mediator, mediator_id)
    changed = 0
    for assignment in queries.lock_bookings_ahead(session, mediator_id, now):
        before = (assignment.evening_due, assignment.hours_due)
        if any(due is not None and due <= now for due in before):
            continue
        dues = dues_of_booking(mediator, assignment.during, now, office.policy)
        start = both_ends(assignment.during)[0]
        soon = start - dt.timedelta(hours=office.policy.attendance.hours_before)
        said = queries.reminded_since(session, assignment, soon)
        assignment.evening_due = dues["evening_due"]
        assignment.hours_due = None if said else dues["hours_due"]
        changed += (assignment.evening_due, assignment.hours_due) != before
    return changed
