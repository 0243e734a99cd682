# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of policy.toml, one frozen value per section, each with the range of what it may hold.

What two keys must keep between them stands in ``policy_order``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Minutes = Annotated[int, Meta(ge=1, le=1440)]
Gap = Annotated[int, Meta(ge=0, le=240)]
Step = Annotated[int, Meta(ge=5, le=60)]
Hours = Annotated[int, Meta(ge=1, le=720)]
Days = Annotated[int, Meta(ge=1, le=60)]
Seconds = Annotated[int, Meta(ge=1, le=3600)]
Points = Annotated[int, Meta(ge=0, le=10_000)]
People = Annotated[int, Meta(ge=1, le=50)]
Percent = Annotated[int, Meta(ge=0, le=1000)]
Part = Annotated[int, Meta(ge=0, le=100)]
# ``shown`` is how people write the value; without it a number is a number.
Clock = Annotated[int, Meta(ge=0, le=1439, extra={"shown": "clock"})]
Time = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", extra={"shown": "time"})]
Weekday = Annotated[int, Meta(ge=0, le=6, extra={"shown": "weekday"})]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of a section: a key it does not know is refused by name."""


class PlanningPolicy(Section, frozen=True):
    """The policy part of a planning problem (planning.md §1), when the week is planned, and how runs are asked for."""

    plan_weekday: Weekday
    plan_minute: Clock
    weeks_ahead: Annotated[int, Meta(ge=1, le=4)]
    rest_minutes: Annotated[int, Meta(ge=0, le=900)]
    holiday_shifts: bool
    start_step: Step
    travel_speed_kmh: Annotated[float, Meta(ge=5, le=130)]
    road_factor: Annotated[float, Meta(ge=1, le=3)]
    arrival_minutes: Annotated[int, Meta(ge=0, le=60)]
    remote_gap: Annotated[int, Meta(ge=0, le=60)]
    shift_covers_travel: bool
    travel_is_work: Literal["none", "between", "all"]
    travel_cost: Annotated[int, Meta(ge=0, le=100)]
    change_cost: Points
    case_cost: Points
    cost_per_euro: Annotated[int, Meta(ge=0, le=100)]
    fairness_cost: Annotated[tuple[tuple[Percent, Percent], ...], Meta(max_length=8)]
    earliest_minutes: Gap
    freed_reach_minutes: Gap
    enough_week: Points
    enough_repair: Points
    candidates_per_slot: People


class IntakePolicy(Section, frozen=True):
    """How a request becomes appointments and slots; minutes unless the name says otherwise (see policy.toml)."""

    service_from: Time
    service_to: Time
    half_hour: Annotated[int, Meta(ge=5, le=120)]
    start_step: Step
    shortest: Annotated[int, Meta(ge=15, le=720)]
    longest: Annotated[int, Meta(ge=15, le=720)]
    furthest_days: Annotated[int, Meta(ge=30, le=800)]
    most_appointments: Annotated[int, Meta(ge=1, le=200)]
    most_people: Annotated[int, Meta(ge=1, le=20)]
    value_routine: Points
    value_important: Points
    value_urgent: Points
    lead_time_percent: Annotated[tuple[tuple[Hours, Annotated[int, Meta(ge=100, le=1000)]], ...], Meta(max_length=8)]
    repair_within_hours: Hours
    urgent_within_hours: Hours
    wish_gender: Points
    wish_skill: Points
    wish_language: Points
    wish_same_mediator: Points
    wish_level_1: Points
    wish_level_2: Points
    repeat_days: Annotated[int, Meta(ge=1, le=365)]
    draft_days: Annotated[int, Meta(ge=1, le=365)]


class OfferPolicy(Section, frozen=True):
    """Who is asked, how many, until when (messaging.md §3), and what reading a reply may rely on."""

    urgent_hours: Hours
    urgent_minutes: Minutes
    soon_hours: Hours
    soon_minutes: Minutes
    batch_working_days: Days
    batch_people: People
    batch_minutes: Minutes
    near_working_days: Days
    near_minute: Clock
    middle_working_days: Days
    middle_reply_days: Days
    far_reply_days: Days
    quiet_from: Clock
    quiet_to: Clock
    least_before_start: Minutes
    most_people: People
    overlapping_offers: Annotated[int, Meta(ge=1, le=10)]
    repair_delay_seconds: Annotated[int, Meta(ge=0, le=3600)]
    holiday_country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    holiday_province: Annotated[str, Meta(pattern="^[A-Z]{0,3}$")]
    bare_answer_hours: Hours
    code_days: Annotated[int, Meta(ge=30, le=365)]
    withdraw_hours: Annotated[int, Meta(ge=0, le=336)]
    move_minutes: Annotated[int, Meta(ge=0, le=240)]
    news_hours: Annotated[int, Meta(ge=0, le=12)]
    unknown_number_hours: Hours
    idle_answers_per_day: Annotated[int, Meta(ge=1, le=100)]
    wrong_codes_per_day: Annotated[int, Meta(ge=1, le=100)]


class SmsPolicy(Section, frozen=True):
    """How the line behaves when the carrier refuses, is silent or answers late (messaging.md §4)."""

    stale_seconds: Annotated[int, Meta(ge=1, le=60)]
    settle_seconds: Seconds
    give_up_minutes: Minutes
    most_attempts: Annotated[int, Meta(ge=1, le=20)]
    backoff_seconds: Seconds
    longest_backoff_seconds: Seconds
    alarm_pause_minutes: Minutes
    most_copies: Annotated[int, Meta(ge=1, le=5)]
    per_second: Annotated[int, Meta(ge=1, le=500)]
    burst: Annotated[int, Meta(ge=1, le=500)]
    breaker_after: Annotated[int, Meta(ge=2, le=50)]
    probe_seconds: Seconds
    longest_probe_seconds: Seconds
    poll_minutes: Minutes
    cost_per_segment: Annotated[float, Meta(ge=0, le=1000)]
    most_a_day: Annotated[int, Meta(ge=3, le=100)]


class AvailabilityPolicy(Section, frozen=True):
    """What morning, afternoon and evening are when a mediator says that she is free or busy."""

    morning_from: Clock
    noon: Clock
    evening_from: Clock
    night_from: Clock


class AttendancePolicy(Section, frozen=True):
    """Reminders before a visit, what is asked after it, and the minutes that count (see policy.toml)."""

    evening_minute: Clock
    hours_before: Annotated[int, Meta(ge=1, le=12)]
    least_before_start: Minutes
    ask_minutes_after: Gap
    ask_again_hours: Hours
    silent_days: Days
    times_tolerance: Gap
    plausible_hours: Annotated[int, Meta(ge=1, le=12)]
    longest_hours: Annotated[int, Meta(ge=1, le=24)]
    most_km: Annotated[int, Meta(ge=1, le=1000)]
    count_step: Annotated[int, Meta(ge=1, le=60)]
    least_onsite: Annotated[int, Meta(ge=0, le=240)]
    person_absent_percent: Part
    late_hours: Hours
    late_percent: Part
    very_late_hours: Hours
    very_late_percent: Part


class PresencePolicy(Section, frozen=True):
    """How long a presence may be, what covering it is worth, and when its mediator may be called away."""

    longest: Annotated[int, Meta(ge=15, le=480)]
    furthest_days: Annotated[int, Meta(ge=30, le=800)]
    value_always: Points
    value_may_leave: Points
    wish_same_mediator: Points
    wish_level_1: Points
    wish_level_2: Points
    call_away: bool
    reach_minutes: Gap


class WorkloadPolicy(Section, frozen=True):
    """From when on the workload page speaks of somebody or something."""

    limit_percent: Part
    idle_days: Days
    refusal_percent: Part
    refusal_least_answers: People
    budget_percent: Part
    attendance_days: Days


@dataclass(frozen=True)
class Policy:
    """Every section of policy.toml; to add one, write its Section, a field here, and its table there."""

    intake: IntakePolicy
    planning: PlanningPolicy
    offers: OfferPolicy
    sms: SmsPolicy
    availability: AvailabilityPolicy
    attendance: AttendancePolicy
    presences: PresencePolicy
    workload: WorkloadPolicy


# msgspec learns a class at its first use, and two threads that do so at once end the process (segmentation fault, seen
# with 0.22 when a fresh `ponte serve` got several requests). So it is learnt here, while one thread imports.
msgspec.json.Decoder(Policy)
