# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator may tune: the shipped defaults of policy.toml, one frozen value per section."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

SHIPPED = Path(__file__).resolve().parent / "policy.toml"


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of a section: a key it does not know is refused by name."""


class PlanningPolicy(Section, frozen=True):
    """The policy part of a planning problem (planning.md §1) and how runs are asked for."""

    start_step: int
    travel_speed_kmh: float
    road_factor: float
    arrival_minutes: int
    remote_gap: int
    shift_covers_travel: bool
    travel_is_work: str
    travel_cost: int
    change_cost: int
    case_cost: int
    cost_per_euro: int
    fairness_cost: tuple[tuple[int, int], ...]
    earliest_minutes: int
    enough_week: int
    enough_repair: int
    candidates_per_slot: int


class IntakePolicy(Section, frozen=True):
    """How a request becomes appointments and slots; minutes unless the name says otherwise (see policy.toml)."""

    service_from: str
    service_to: str
    half_hour: int
    start_step: int
    shortest: int
    longest: int
    furthest_days: int
    most_appointments: int
    most_people: int
    value_routine: int
    value_important: int
    value_urgent: int
    lead_time_percent: tuple[tuple[int, int], ...]
    repair_within_hours: int
    urgent_within_hours: int
    wish_gender: int
    wish_skill: int
    wish_language: int
    wish_same_mediator: int
    wish_level_1: int
    wish_level_2: int


class OfferPolicy(Section, frozen=True):
    """Who is asked, how many, until when (messaging.md §3), and what reading a reply may rely on."""

    urgent_hours: int
    urgent_minutes: int
    soon_hours: int
    soon_minutes: int
    batch_working_days: int
    batch_people: int
    batch_minutes: int
    near_working_days: int
    near_minute: int
    middle_working_days: int
    middle_reply_days: int
    far_reply_days: int
    quiet_from: int
    quiet_to: int
    least_before_start: int
    most_people: int
    overlapping_offers: int
    repair_delay_seconds: int
    holiday_country: str
    holiday_province: str
    bare_answer_hours: int
    code_days: int
    withdraw_hours: int
    unknown_number_hours: int


class SmsPolicy(Section, frozen=True):
    """How the line behaves when the carrier refuses, is silent or answers late (messaging.md §4)."""

    stale_seconds: int
    settle_seconds: int
    give_up_minutes: int
    most_attempts: int
    backoff_seconds: int
    longest_backoff_seconds: int
    alarm_pause_minutes: int
    most_copies: int


class PresencePolicy(Section, frozen=True):
    """How long a presence may be, what covering it is worth, and when its mediator may be called away."""

    longest: int
    furthest_days: int
    value_always: int
    value_may_leave: int
    wish_same_mediator: int
    wish_level_1: int
    wish_level_2: int
    call_away: bool
    reach_minutes: int


@dataclass(frozen=True)
class Policy:
    """Every section of policy.toml; to add one, write its Section, a field here, and its table there."""

    intake: IntakePolicy
    planning: PlanningPolicy
    offers: OfferPolicy
    sms: SmsPolicy
    presences: PresencePolicy


class PolicyError(ValueError):
    """policy.toml cannot be used; the message names the key and what is wrong with it."""


@cache
def load_policy(path: Path = SHIPPED) -> Policy:
    """All sections of a policy file; a missing, unknown or mistyped key is named."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Policy)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as trouble:
        raise PolicyError(
            f"{path.name}: {trouble}. Mend the key, or copy it from the shipped policy.toml."
        ) from trouble


def with_changes(policy: Policy, changes: Iterable[tuple[str, str, Any]]) -> Policy:
    """``policy`` with other values for some keys, each given as (section, key, value).

    Raises PolicyError, which names the key, for one that does not exist or a value that it cannot hold.
    """
    given = msgspec.to_builtins(policy)
    for section, key, value in changes:
        if key not in given.get(section, {}):
            raise PolicyError(f"{section}.{key}: there is no such key. Those of policy.toml exist, no others.")
        given[section][key] = value
    try:
        return msgspec.convert(given, Policy)
    except msgspec.ValidationError as trouble:
        raise PolicyError(f"{trouble}. Give a value like the one in policy.toml.") from trouble
