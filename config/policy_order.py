# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keys of a policy must keep between them: each rule with a name, the keys it looks at, and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import holidays

from config.policy_keys import Policy
from config.policy_trouble import PolicyError


@dataclass(frozen=True)
class Order:
    """``keys`` are (section, key) in the order in which a person would look at them."""

    name: str
    keys: tuple[tuple[str, str], ...]
    sentence: str
    holds: Callable[[Policy], bool]


def _rising(*values: float) -> bool:
    return all(low <= high for low, high in pairwise(values))


def _strictly(values: Iterable[float]) -> bool:
    return all(low < high for low, high in pairwise(values))


def _convex(rows: Sequence[tuple[int, int]]) -> bool:
    """Each further per cent costs at least as much as the one before: else it would pay to load one person fully."""
    return _strictly(row[0] for row in rows) and _rising(*(row[1] for row in rows))


def _nearest_first(rows: Sequence[tuple[int, int]]) -> bool:
    return _strictly(row[0] for row in rows) and _rising(*(-row[1] for row in rows))


@cache
def _has_calendar(country: str, province: str) -> bool:
    try:
        holidays.country_holidays(country, subdiv=province or None)
    except NotImplementedError:
        return False
    return True


def _keys(section: str, *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((section, key) for key in keys)


ORDERS = (
    Order(
        "service",
        _keys("intake", "service_from", "service_to"),
        "the service must close after it opens",
        lambda policy: policy.intake.service_from < policy.intake.service_to,
    ),
    Order(
        "duration",
        _keys("intake", "shortest", "longest"),
        "the shortest appointment cannot be longer than the longest",
        lambda policy: policy.intake.shortest <= policy.intake.longest,
    ),
    Order(
        "value",
        _keys("intake", "value_routine", "value_important", "value_urgent"),
        "routine cannot be worth more than important, nor important more than urgent",
        lambda policy: _rising(policy.intake.value_routine, policy.intake.value_important, policy.intake.value_urgent),
    ),
    Order(
        "lead_time",
        _keys("intake", "lead_time_percent"),
        "hours must rise from row to row, and percentages must not",
        lambda policy: _nearest_first(policy.intake.lead_time_percent),
    ),
    Order(
        "repair",
        _keys("intake", "repair_within_hours", "urgent_within_hours"),
        "an urgent request cannot be looked after later than an ordinary one",
        lambda policy: policy.intake.repair_within_hours <= policy.intake.urgent_within_hours,
    ),
    Order(
        "level",
        _keys("intake", "wish_level_2", "wish_level_1"),
        "a working knowledge cannot cost less than a fluent one",
        lambda policy: policy.intake.wish_level_2 <= policy.intake.wish_level_1,
    ),
    Order(
        "fairness",
        _keys("planning", "fairness_cost"),
        "percentages must rise from row to row, and points must not fall",
        lambda policy: _convex(policy.planning.fairness_cost),
    ),
    Order(
        "soon",
        _keys("offers", "urgent_hours", "soon_hours"),
        "urgent must be nearer than soon",
        lambda policy: policy.offers.urgent_hours < policy.offers.soon_hours,
    ),
    Order(
        "groups",
        _keys("offers", "batch_working_days", "near_working_days", "middle_working_days"),
        "the working days of groups, of one at a time and of the middle distance must rise",
        lambda policy: _rising(
            policy.offers.batch_working_days, policy.offers.near_working_days, policy.offers.middle_working_days
        ),
    ),
    Order(
        "reply",
        _keys("offers", "middle_reply_days", "far_reply_days"),
        "who is asked long before cannot have less time to answer",
        lambda policy: policy.offers.middle_reply_days <= policy.offers.far_reply_days,
    ),
    Order(
        "quiet",
        _keys("offers", "quiet_from", "quiet_to"),
        "the quiet hours must begin in the evening and end on the morning after",
        lambda policy: policy.offers.quiet_to < policy.offers.quiet_from,
    ),
    Order(
        "deadline",
        _keys("offers", "near_minute", "quiet_from", "quiet_to"),
        "nobody is asked to answer by a minute of the quiet hours",
        lambda policy: policy.offers.quiet_to < policy.offers.near_minute <= policy.offers.quiet_from,
    ),
    Order(
        "calendar",
        _keys("offers", "holiday_country", "holiday_province"),
        "there is no calendar of holidays for this country and province",
        lambda policy: _has_calendar(policy.offers.holiday_country, policy.offers.holiday_province),
    ),
    Order(
        "parts_of_day",
        _keys("availability", "morning_from", "noon", "evening_from", "night_from"),
        "morning, afternoon, evening and night must follow each other",
        lambda policy: _strictly(
            (
                policy.availability.morning_from,
                policy.availability.noon,
                policy.availability.evening_from,
                policy.availability.night_from,
            )
        ),
    ),
    Order(
        "backoff",
        _keys("sms", "backoff_seconds", "longest_backoff_seconds"),
        "the longest wait cannot be shorter than the first",
        lambda policy: policy.sms.backoff_seconds <= policy.sms.longest_backoff_seconds,
    ),
    Order(
        "probe",
        _keys("sms", "probe_seconds", "longest_probe_seconds"),
        "the longest wait cannot be shorter than the first",
        lambda policy: policy.sms.probe_seconds <= policy.sms.longest_probe_seconds,
    ),
)


def refuse_disorder(policy: Policy) -> None:
    """Raises PolicyError for the first rule that is broken, with its keys and their values."""
    for order in ORDERS:
        if not order.holds(policy):
            section, key = order.keys[0]
            values = ", ".join(
                f"{where}.{name} = {getattr(getattr(policy, where), name)}" for where, name in order.keys
            )
            raise PolicyError(f"{values}: {order.sentence}.", section=section, key=key, order=order.name)
