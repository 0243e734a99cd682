# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is decided about an offer, without touching a row: whom to ask until when, and what an answer does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from config.policy import OfferPolicy
from dispatch.kit.clock import at_home, from_wall
from dispatch.outbox.hours import add_awake, add_working_days, awake, is_quiet, next_working_day
from dispatch.records.statuses import OfferStatus

# SMS that put a question: their offer waits once they have left. A visit that moved is asked about, or only told of.
QUESTIONS = ("offer", "moved")


class Way(StrEnum):
    """How people are asked: the planner's choice alone, the best few, or all who suit; ``urgent`` is all, at night too."""

    CASCADE = "cascade"
    BATCH = "batch"
    ALL = "all"
    URGENT = "urgent"


# Several are asked and the first yes wins: whoever says yes after her own time is one of them again.
FIRST_YES_WINS = frozenset({Way.BATCH, Way.ALL, Way.URGENT})


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


def when_to_tell(now: dt.datetime, start: dt.datetime, policy: OfferPolicy) -> dt.datetime:
    """When news about a visit leaves: by day, but at once where the morning would leave too little time before it."""
    morning = awake(now, policy)
    return morning if start - morning >= dt.timedelta(hours=policy.news_hours) else now


class Reply(StrEnum):
    """What a mediator's answer says about one offer; ``unclear`` is anything a person must read."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Settled(StrEnum):
    """What an answer does. ``unreachable`` is a yes that the audit of her day refused; `settle` never says it."""

    NOTHING = "nothing"
    BOOK = "book"
    DECLINE = "decline"
    COVERED = "covered"
    PERSON = "person"
    UNREACHABLE = "unreachable"


def settle(status: OfferStatus, reply_by: dt.datetime, reply: Reply, now: dt.datetime, *, slot_open: bool) -> Settled:
    """What ``reply`` does to an offer in ``status``.

    ``slot_open``: this person could still be booked (nobody is, and nobody else was promised it since her offer ended).
    """
    # Carriers deliver twice and people press twice: the same answer again changes nothing.
    if (status, reply) in {(OfferStatus.ACCEPTED, Reply.YES), (OfferStatus.DECLINED, Reply.NO)}:
        return Settled.NOTHING
    if reply is Reply.UNCLEAR:
        return Settled.PERSON
    ended = status not in (OfferStatus.QUEUED, OfferStatus.WAITING)
    if (ended or now > reply_by) and reply is Reply.YES:
        return _late_yes(status, slot_open=slot_open)
    match reply:
        case Reply.YES:
            return Settled.BOOK if slot_open else Settled.COVERED
        case Reply.NO if status is OfferStatus.ACCEPTED:
            return Settled.PERSON
        case _:
            return Settled.NOTHING if ended else Settled.DECLINE


def _late_yes(status: OfferStatus, *, slot_open: bool) -> Settled:
    if slot_open:
        return Settled.BOOK
    # She refused, somebody stands in her place, and now she wants it: only a person can weigh that.
    return Settled.PERSON if status is OfferStatus.DECLINED else Settled.COVERED
