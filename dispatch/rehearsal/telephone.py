# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one telephone of an office that calls its mediators: when somebody sits at it, and what waits for its turn."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.hours import is_working_day, next_working_day
from dispatch.records.offers import Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER

OFFICE = (8 * 60, 18 * 60)  # when the telephone list is worked through
A_CALL = dt.timedelta(minutes=4)


def hold_open(session: Session, mediator: str, slot: int) -> None:
    """Her question waits for its call until the visit begins.

    An office that calls sets nobody a deadline, and no value of the policy page holds a question over a weekend.
    """
    hers = select(Mediator.id).where(Mediator.code == mediator).scalar_subquery()
    waits = (Offer.mediator_id == hers, Offer.slot_id == slot, Offer.status.in_(OPEN_OFFER))
    session.execute(update(Offer).where(*waits).values(reply_by=func.lower(Offer.during)))


def office_time(session: Session, moment: dt.datetime) -> dt.datetime:
    """The moment itself if somebody is at the telephone, else the next opening."""
    policy = policy_in_force(session).offers
    local = at_home(moment)
    day, minute = local.date(), local.hour * 60 + local.minute
    if is_working_day(day, policy) and minute < OFFICE[0]:
        return from_wall(day, OFFICE[0])
    if is_working_day(day, policy) and minute < OFFICE[1]:
        return moment
    return from_wall(next_working_day(day, policy), OFFICE[0])
