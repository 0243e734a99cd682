# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which starts an appointment may have around the one that was asked, by its tolerance.

none = the asked one; half_hour = within half an hour; same_day = any start that day within service hours; same_week =
the same on every working day of that week. Starts step from the asked time, so 09:10 is always one of them. What has
passed is cut away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.policy import IntakePolicy
from dispatch.kit.clock import at_home, from_wall, monday_of
from dispatch.kit.recurrence import Closures
from dispatch.records.statuses import Tolerance

Window = tuple[dt.datetime, dt.datetime]
SATURDAY = 5


@dataclass(frozen=True)
class Slack:
    """What bounds the starts besides the tolerance: how long it lasts, what has passed, service hours, feasts."""

    duration: int
    now: dt.datetime
    policy: IntakePolicy
    closures: Closures


def windows(start: dt.datetime, tolerance: Tolerance, slack: Slack) -> tuple[Window, ...]:
    """The allowed starts around the asked one, cut to what is still to come."""
    match tolerance:
        case Tolerance.NONE:
            found = [(start, start)]
        case Tolerance.HALF_HOUR:
            either_way = dt.timedelta(minutes=slack.policy.half_hour)
            found = [(start - either_way, start + either_way)]
        case Tolerance.SAME_DAY:
            found = list(_day_windows([at_home(start).date()], start, slack))
        case Tolerance.SAME_WEEK:
            found = list(_day_windows(_working_week(at_home(start).date(), slack.closures), start, slack))
    step = dt.timedelta(minutes=slack.policy.start_step)
    return tuple((low, high) for low, high in (cut(window, slack.now, step) for window in found) if low <= high)


def cut(window: Window, now: dt.datetime, step: dt.timedelta) -> Window:
    """The window without the starts that are not after ``now``, still on its own steps."""
    low, high = window
    if low <= now:
        low += step * ((now - low) // step + 1)
    return low, high


def _day_windows(days: Sequence[dt.date], start: dt.datetime, slack: Slack) -> Iterator[Window]:
    """Service hours of each day, on the steps of the asked time; the asked start is in, whatever the hours say."""
    wall, step, policy = at_home(start), slack.policy.start_step, slack.policy
    minute = wall.hour * 60 + wall.minute
    opens, closes = _minutes(policy.service_from), _minutes(policy.service_to) - slack.duration
    low, high = opens + (minute - opens) % step, closes - (closes - minute) % step
    for day in days:
        if day == wall.date():
            first, last = min(low, minute), max(high, minute)
            yield (
                (start if first == minute else from_wall(day, first)),
                (start if last == minute else from_wall(day, last)),
            )
        elif low <= high:
            yield from_wall(day, low), from_wall(day, high)


def _working_week(day: dt.date, closures: Closures) -> list[dt.date]:
    """Monday to Friday of the day's week without holidays, and the day itself even where it is one of them."""
    week = [monday_of(day) + dt.timedelta(days=number) for number in range(7)]
    return [date for date in week if date == day or (date.weekday() < SATURDAY and not closures.is_holiday(date))]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
