# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people are asked about a visit, and until when: the table of messaging.md §3, pure, for whoever asks or foretells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from config.policy import OfferPolicy
from dispatch.kit.clock import at_home, from_wall
from dispatch.outbox.hours import add_awake, add_working_days, awake, is_quiet, next_working_day


class Way(StrEnum):
    """How people are asked: the planner's choice alone, the best few, or all who suit; ``urgent`` is all, at night too."""

    CASCADE = "cascade"
    BATCH = "batch"
    ALL = "all"
    URGENT = "urgent"


@dataclass(frozen=True)
class Asking:
    """One line of the policy table, worked out for a start.

    ``send_at`` is when the SMS may leave; with ``only_night_owls`` it goes to those who allow quiet hours alone.
    """

    way: Way
    people: int
    send_at: dt.datetime
    reply_by: dt.datetime
    only_night_owls: bool = False
    tell_coordinator: bool = False


def how_to_ask(now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> Asking | None:
    """The policy of messaging.md §3; boundaries belong to the shorter row. None when it has already begun."""
    if start <= now:
        return None
    if start - now <= dt.timedelta(hours=policy.urgent_hours):
        return _urgent(now, start, policy)
    if start - now <= dt.timedelta(hours=policy.soon_hours):
        return _together(Way.ALL, policy.most_people, policy.soon_minutes, now, start, policy)
    if start <= add_working_days(now, policy.batch_working_days, policy):
        return _together(Way.BATCH, policy.batch_people, policy.batch_minutes, now, start, policy)
    return _one_by_one(now, start, policy)


def _urgent(send_at: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> Asking:
    reply_by = min(send_at + dt.timedelta(minutes=policy.urgent_minutes), start)
    return Asking(Way.URGENT, policy.most_people, send_at, reply_by, tell_coordinator=True)


def _together(way: Way, people: int, minutes: int, now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> Asking:
    length = dt.timedelta(minutes=minutes)
    reply_by = add_awake(now, length, policy)
    if reply_by <= start - dt.timedelta(minutes=policy.least_before_start):
        return Asking(way, people, awake(now, policy), reply_by)
    # Waiting for the morning would be too late: it leaves now, by night only to those who allow it.
    return Asking(way, people, now, now + length, only_night_owls=is_quiet(now, policy), tell_coordinator=True)


def _one_by_one(now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> Asking:
    send_at = awake(now, policy)
    if start <= add_working_days(now, policy.near_working_days, policy):
        reply_by = from_wall(next_working_day(at_home(send_at).date(), policy), policy.near_minute)
    elif start <= add_working_days(now, policy.middle_working_days, policy):
        reply_by = add_working_days(send_at, policy.middle_reply_days, policy)
    else:
        reply_by = add_working_days(send_at, policy.far_reply_days, policy)
    return Asking(Way.CASCADE, 1, send_at, reply_by)


def at_first_light(start: dt.datetime, now: dt.datetime, policy: OfferPolicy) -> Asking:
    """What is left when nobody may be asked by night: everybody, at the moment it becomes urgent.

    Nobody need be awake then: the minutes to answer begin with the day, as far as the start leaves any.
    """
    asking = _urgent(max(now, start - dt.timedelta(hours=policy.urgent_hours)), start, policy)
    by_day = awake(asking.send_at, policy) + dt.timedelta(minutes=policy.urgent_minutes)
    return replace(asking, reply_by=min(max(asking.reply_by, by_day), start))
