# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holds the dates of a request still, with whatever must give way to them when they move, all in the order of the house.

A visit that moves takes its mediator along, and what the plan holds for her without her word gives way (`room`). Somebody
else may be answering just that question: who locked it only then would wait for her, and she for him.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus


def lock_dates(session: Session, request_id: int, people: Iterable[int] = ()) -> None:
    """Hold the request, then its appointments, then their slots: nobody books or plans them meanwhile.

    With them, where its visits may move, what the plan holds for ``people``, the locked mediators who stand for it.
    """
    held = _held_for(session, people)
    appointments = select(Appointment.id).where(
        or_(
            Appointment.request_id == request_id,
            Appointment.id.in_(select(Slot.appointment_id).where(Slot.id.in_(held))),
        )
    )
    of_request = select(Appointment.id).where(Appointment.request_id == request_id)
    slots = select(Slot.id).where(or_(Slot.appointment_id.in_(of_request), Slot.id.in_(held)))
    session.execute(select(Request.id).where(Request.id == request_id).with_for_update())
    session.execute(appointments.order_by(Appointment.id).with_for_update())
    session.execute(slots.order_by(Slot.id).with_for_update())


def _held_for(session: Session, people: Iterable[int]) -> Sequence[int]:
    """The slots published to them without their word. Under the lock on them these only become fewer."""
    query = select(Assignment.slot_id).where(
        Assignment.mediator_id.in_(list(people)),
        Assignment.status == AssignmentStatus.PUBLISHED,
        Assignment.agreed.is_(None),
    )
    return session.scalars(query).all()
