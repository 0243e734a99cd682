# SPDX-License-Identifier: AGPL-3.0-or-later
"""What calling off a date means, said before anybody presses: whether it costs nothing, until when, or who is paid how much."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import Range

from config.policy import AttendancePolicy
from dispatch.appointments.late import free_until, late_minutes, late_percent
from dispatch.intake.shown import Live
from dispatch.records.intake import Appointment
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import deadline, duration


@dataclass(frozen=True)
class Cost:
    """``words`` is a sentence; ``late`` whether somebody is paid for a meeting that does not take place."""

    words: str
    late: bool = False


def cost_of(row: Appointment, live: Live, now: dt.datetime, policy: AttendancePolicy) -> Cost:
    """What it means to call this date off now, in one sentence."""
    held = [(found, span) for slot in row.slots if (found := live.get(slot.id)) and (span := _held(found))]
    if not held:
        return Cost(_("Nobody has accepted yet: cancelling costs nothing."))
    who = ", ".join(found.mediator.name for found, _span in held)
    starts = [span.lower for _found, span in held if span.lower is not None]
    start = min(starts)
    paid = sum(_paid(span, now, policy) for _found, span in held)
    if not paid:
        words = _("%(who)s has accepted: cancelling costs nothing until %(until)s.")
        return Cost(words % {"who": who, "until": deadline(free_until(start, policy), now)})
    values = {"who": who, "percent": late_percent(start - now, policy), "time": duration(paid)}
    return Cost(
        _("%(who)s has accepted and is paid all the same: %(time)s (%(percent)d%% of the time).") % values, True
    )


def rule_words(policy: AttendancePolicy) -> str:
    """The notice rule by itself, as the policy has it."""
    return _(
        "Cancelled more than %(hours)d hours before, a confirmed meeting costs nothing. Later %(percent)d%% of its time is "
        "paid all the same, and %(all)d%% in the last %(very)d hours."
    ) % {
        "hours": policy.late_hours,
        "percent": policy.late_percent,
        "all": policy.very_late_percent,
        "very": policy.very_late_hours,
    }


def _held(row: Assignment) -> Range[dt.datetime] | None:
    """The time that somebody said yes to, also while a new yes is waited for."""
    return row.during if row.status == AssignmentStatus.BOOKED else row.agreed


def _paid(span: Range[dt.datetime], now: dt.datetime, policy: AttendancePolicy) -> int:
    assert span.lower is not None
    assert span.upper is not None
    return late_minutes((span.upper - span.lower).total_seconds() / 60, span.lower - now, policy)
