# SPDX-License-Identifier: AGPL-3.0-or-later
"""Working days and quiet hours: how time passes for somebody who must not be asked at night (messaging.md §3).

All instants are aware. Wall-clock rules are said in Europe/Rome; lengths are measured in elapsed time, so both DST
nights come out right.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays

from config.policy import OfferPolicy
from dispatch.kit.clock import at_home, from_wall

ONE_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=8)
def _calendar(country: str, province: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=province or None)


def is_working_day(day: dt.date, policy: OfferPolicy) -> bool:
    """Monday to Friday, without national holidays and the patron's day of the province."""
    return day.weekday() < 5 and not bool(day in _calendar(policy.holiday_country, policy.holiday_province))


def next_working_day(day: dt.date, policy: OfferPolicy) -> dt.date:
    """The first working day after ``day``."""
    day += ONE_DAY
    while not is_working_day(day, policy):
        day += ONE_DAY
    return day


def add_working_days(instant: dt.datetime, days: int, policy: OfferPolicy) -> dt.datetime:
    """The same wall time ``days`` working days later."""
    local = at_home(instant)
    day = local.date()
    for _ in range(days):
        day = next_working_day(day, policy)
    return from_wall(day, local.hour * 60 + local.minute)


def is_quiet(instant: dt.datetime, policy: OfferPolicy) -> bool:
    """Whether nobody may be disturbed now: from 21:00 to 07:30 on the wall clock."""
    local = at_home(instant)
    minute = local.hour * 60 + local.minute
    return minute >= policy.quiet_from or minute < policy.quiet_to


def awake(instant: dt.datetime, policy: OfferPolicy) -> dt.datetime:
    """``instant`` itself, or the end of the quiet hours it falls into."""
    if not is_quiet(instant, policy):
        return instant
    local = at_home(instant)
    evening = local.hour * 60 + local.minute >= policy.quiet_from
    return from_wall(local.date() + ONE_DAY * evening, policy.quiet_to)


def add_awake(instant: dt.datetime, length: dt.timedelta, policy: OfferPolicy) -> dt.datetime:
    """``length`` later, counting only time outside quiet hours."""
    at = awake(instant, policy)
    while True:
        dusk = from_wall(at_home(at).date(), policy.quiet_from)
        if length <= dusk - at:
            return at + length
        length -= dusk - at
        at = awake(dusk, policy)


def awake_minutes(since: dt.datetime, until: dt.datetime, policy: OfferPolicy) -> float:
    """How many minutes between two instants lie outside quiet hours."""
    minutes, at = 0.0, awake(since, policy)
    while at < until:
        dusk = from_wall(at_home(at).date(), policy.quiet_from)
        minutes += (min(dusk, until) - at).total_seconds() / 60
        at = awake(dusk, policy)
    return minutes
