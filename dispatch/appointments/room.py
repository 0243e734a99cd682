# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a mediator's day has room for a visit of hers that moves: what she is only being asked about gives way.

The mediator is locked, and with the visit's own date the slots that may give way (`holding`): nothing here waits for a
lock out of turn. A question that gives way loses its ground; the offers stage takes it back and opens its slot.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, local_midnight
from dispatch.kit.queue import enqueue
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, SlotStatus
from dispatch.roster.day import day_refusals


def has_room(
    session: Session, mediator_id: int, slot_id: int, start: dt.datetime, end: dt.datetime, now: dt.datetime
) -> bool:
    """True when she can be there, and then nothing that she has not said yes to stands in the way any more."""
    if not day_refusals(session, mediator_id, slot_id, start, end):
        return True
    trial = session.begin_nested()
    held = _only_asked(session, mediator_id, slot_id, start)
    for row in held:
        row.status, row.changed_at = AssignmentStatus.SUPERSEDED, now
    session.flush()
    if not held or day_refusals(session, mediator_id, slot_id, start, end):
        trial.rollback()
        return False
    trial.commit()
    for row in held:
        _open_unless_asked(session, row.slot_id, now)
    enqueue(session, "offers.make")
    return True


def _only_asked(session: Session, mediator_id: int, slot_id: int, start: dt.datetime) -> list[Assignment]:
    """What the plan holds for her that day without her word."""
    day = at_home(start).date()
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.slot_id != slot_id,
        Assignment.status == AssignmentStatus.PUBLISHED,
        Assignment.agreed.is_(None),
        Assignment.during.overlaps(Range(local_midnight(day), local_midnight(day + dt.timedelta(days=1)))),
    )
    fresh = {"populate_existing": True}
    return list(session.scalars(query.order_by(Assignment.id).with_for_update(), execution_options=fresh))


def _open_unless_asked(session: Session, slot_id: int, now: dt.datetime) -> None:
    slot = session.get_one(Slot, slot_id, populate_existing=True)
    asked = exists().where(Offer.slot_id == slot_id, Offer.status.in_(OPEN_OFFER))
    if slot.status == SlotStatus.OFFERED and not session.scalars(select(asked)).one():
        slot.status, slot.replan_due, slot.changed_at = SlotStatus.OPEN, now, now
