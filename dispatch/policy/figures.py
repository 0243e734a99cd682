# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of the policy's examples, worked out from one key's value, and the example as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from babel.numbers import format_currency

from config.policy_ranges import allowed
from dispatch.policy.examples import EXAMPLES
from dispatch.policy.typed import in_words
from dispatch.web.i18n import current_locale
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import decimal, long_date

Figures = Callable[[Any], Mapping[str, str]]
TEN, NINE, THREE, ELEVEN, ONE, DAY = 600, 540, 900, 660, 780, 1440
ORDINARY = 500  # points of a routine visit, as shipped
KM, STRAIGHT_KM, TWO_HOURS, FULL_WEEK, QUESTIONS = 21, 10, 120, 20, 20


def example(section: str, key: str, value: Any, today: dt.date) -> str:
    """The sentence for a value that the key may hold; empty for a key without an example."""
    name = f"{section}.{key}"
    if name not in EXAMPLES:
        return ""
    figures = {"value": in_words(allowed()[section, key], value)}
    if name in FURTHEST:
        figures["day"] = long_date(today + dt.timedelta(days=value))
    elif name in FIGURES:
        figures |= FIGURES[name](value)
    return _(EXAMPLES[name]) % figures


def at(minute: float) -> str:
    """A minute of the day, or of the next, on the clock."""
    hour, rest = divmod(round(minute) % DAY, 60)
    return f"{hour}:{rest:02d}"


def after(minute: int, name: str = "late", per: int = 1) -> Figures:
    return lambda value: {name: at(minute + value * per)}


def before(minute: int, per: int = 1) -> Figures:
    return lambda value: {"early": at(minute - value * per)}


def around(begin: int, end: int) -> Figures:
    return lambda value: {"early": at(begin - value), "late": at(end + value)}


def number(name: str, of: Callable[[Any], float]) -> Figures:
    return lambda value: {name: decimal(of(value))}


def part_of_two_hours(percent: int) -> float:
    return TWO_HOURS * percent / 100


def soonest(rows: tuple[tuple[int, int], ...]) -> Mapping[str, str]:
    """The nearest row: an ordinary visit that begins so soon."""
    hours, percent = rows[0] if rows else (24, 100)
    return {"hours": decimal(hours), "points": decimal(ORDINARY * percent / 100)}


def beyond_target(rows: tuple[tuple[int, int], ...]) -> Mapping[str, str]:
    """What ten per cent beyond the target cost, by the steepness of each stretch between 100 and 110."""
    bounds = [*(row[0] for row in rows[1:]), 10_000]
    stretches = [
        (max(0, min(110, end) - max(100, start)), points) for (start, points), end in zip(rows, bounds, strict=True)
    ]
    return {"points": decimal(sum(length * points for length, points in stretches))}


FURTHEST = ("intake.furthest_days", "presences.furthest_days")
FIGURES: dict[str, Figures] = {
    "intake.half_hour": around(TEN, TEN),
    "intake.start_step": after(NINE, "next"),
    "intake.longest": number("hours", lambda minutes: minutes / 60),
    "intake.most_appointments": number("weeks", lambda visits: visits),
    "intake.lead_time_percent": soonest,
    "intake.urgent_within_hours": number("days", lambda hours: hours / 24),
    "planning.weeks_ahead": number("days", lambda weeks: weeks * 7),
    "planning.rest_minutes": after(21 * 60, "next"),
    "planning.start_step": number("tries", lambda step: 60 // step + 1),
    "planning.travel_speed_kmh": number("minutes", lambda speed: KM / speed * 60),
    "planning.road_factor": number("km", lambda factor: STRAIGHT_KM * factor),
    "planning.arrival_minutes": number("minutes", lambda minutes: 20 + minutes),
    "planning.remote_gap": after(TEN, "next"),
    "planning.shift_covers_travel": lambda covers: {"end": at(ONE - 30 * covers)},
    "planning.travel_cost": number("points", lambda points: 30 * points),
    "planning.case_cost": number("points", lambda points: 2 * points),
    "planning.cost_per_euro": number("points", lambda points: 5 * points),
    "planning.fairness_cost": beyond_target,
    "planning.earliest_minutes": after(NINE, "next"),
    "planning.freed_reach_minutes": around(TEN, ELEVEN),
    "offers.urgent_minutes": after(TEN),
    "offers.soon_minutes": after(TEN),
    "offers.batch_minutes": after(TEN),
    "offers.least_before_start": before(8 * 60 + 30),
    "offers.move_minutes": after(TEN),
    "sms.backoff_seconds": number("double", lambda seconds: 2 * seconds),
    "sms.longest_backoff_seconds": number("minutes", lambda seconds: seconds / 60),
    "sms.per_second": number("seconds", lambda many: 60 / many),
    "sms.poll_minutes": number("double", lambda minutes: 2 * minutes),
    "sms.cost_per_segment": lambda cents: {"euros": format_currency(cents * 10, "EUR", locale=current_locale())},
    "attendance.hours_before": before(THREE, per=60),
    "attendance.least_before_start": before(NINE),
    "attendance.ask_minutes_after": after(ELEVEN),
    "attendance.times_tolerance": lambda minutes: {"minute": f"{min(59, minutes):02d}"},
    "attendance.count_step": number("counted", lambda step: -(-52 // step) * step),
    "attendance.least_onsite": number("counted", lambda least: max(20, least)),
    "attendance.person_absent_percent": number("minutes", part_of_two_hours),
    "attendance.late_percent": number("minutes", part_of_two_hours),
    "attendance.very_late_percent": number("minutes", part_of_two_hours),
    "presences.longest": number("hours", lambda minutes: minutes / 60),
    "presences.reach_minutes": around(TEN, ELEVEN),
    "workload.limit_percent": number("hours", lambda percent: FULL_WEEK * percent / 100),
    "workload.refusal_percent": number("count", lambda percent: -(-QUESTIONS * percent // 100)),
}
