# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of the time a mediator had agreed to before her visit moved, once it is sure that the visit is not hers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus


def weigh_lost_time(session: Session, moved: Assignment, now: dt.datetime) -> None:
    """A moved visit will not be hers: the attendance stage weighs whether the time she had agreed to is paid.

    Where it is, that time serves somebody nearby like that of any visit called off late; when it was lost, its own row says.
    """
    booking = select(func.max(Assignment.id)).where(
        Assignment.slot_id == moved.slot_id,
        Assignment.mediator_id == moved.mediator_id,
        Assignment.status == AssignmentStatus.WITHDRAWN,
        Assignment.during == moved.agreed,
        Assignment.agreed.is_(None),  # Not a time she was only asked about again, when the visit had come back to it.
        Assignment.id < moved.id,
    )
    lost = session.scalars(
        update(Assignment)
        .where(Assignment.id == booking.scalar_subquery())
        .values(outcome_due=now)
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if lost is not None:
        enqueue(session, "planning.offer_freed", queue="planning", assignment_id=lost)
