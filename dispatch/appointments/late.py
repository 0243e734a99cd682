# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a visit costs that is called off late: how much of its time is paid all the same, by the notice that was given."""

from __future__ import annotations

import datetime as dt

from config.policy import AttendancePolicy


def late_percent(notice: dt.timedelta, policy: AttendancePolicy) -> int:
    """How much of the planned time is paid when the desk cancels with this much notice; 0 in good time."""
    if notice < dt.timedelta(hours=policy.very_late_hours):
        return policy.very_late_percent
    return policy.late_percent if notice < dt.timedelta(hours=policy.late_hours) else 0


def late_minutes(minutes: float, notice: dt.timedelta, policy: AttendancePolicy) -> int:
    """The minutes of a planned time that are paid when it is called off with this much notice."""
    return in_steps(minutes * late_percent(notice, policy) / 100, policy)


def free_until(start: dt.datetime, policy: AttendancePolicy) -> dt.datetime:
    """Up to when calling it off costs nothing."""
    return start - dt.timedelta(hours=max(policy.late_hours, policy.very_late_hours))


def in_steps(minutes: float, policy: AttendancePolicy) -> int:
    """Time counts in whole steps, and one that has begun counts whole."""
    return int(-(-minutes // policy.count_step) * policy.count_step)
