# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a booked visit is spoken of again: the evening before, some hours before, and after its end."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from sqlalchemy.dialects.postgresql import Range

from config.policy import Policy
from dispatch.kit.clock import at_home, from_wall
from dispatch.outbox.hours import awake
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Reminders

ONE_DAY = dt.timedelta(days=1)


class Dues(TypedDict):
    """The due columns of an assignment; null: nothing (left) to do."""

    evening_due: dt.datetime | None
    hours_due: dt.datetime | None
    outcome_due: dt.datetime | None


NOTHING_DUE: Dues = {"evening_due": None, "hours_due": None, "outcome_due": None}


def dues_of_booking(mediator: Mediator, during: Range[dt.datetime], now: dt.datetime, policy: Policy) -> Dues:
    """For whoever books or moves a booking: by her own choice of reminders; one whose moment has passed is left out."""
    assert during.lower is not None
    assert during.upper is not None
    start, chosen = during.lower, mediator.reminders
    evening = hours = None
    if chosen in (Reminders.EVENING, Reminders.BOTH):
        evening = from_wall(at_home(start).date() - ONE_DAY, policy.attendance.evening_minute)
    if chosen in (Reminders.TWO_HOURS, Reminders.BOTH):
        hours = start - dt.timedelta(hours=policy.attendance.hours_before)
        hours = hours if mediator.quiet_hours_allowed else awake(hours, policy.offers)
    latest = start - dt.timedelta(minutes=policy.attendance.least_before_start)
    return {
        "evening_due": evening if evening is not None and now < evening <= latest else None,
        "hours_due": hours if hours is not None and now < hours <= latest else None,
        "outcome_due": during.upper + dt.timedelta(minutes=policy.attendance.ask_minutes_after),
    }
