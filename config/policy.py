# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator may tune: the defaults that policy.toml ships, and the same with other values for some keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from config.policy_keys import (
    AttendancePolicy,
    AvailabilityPolicy,
    IntakePolicy,
    OfferPolicy,
    PlanningPolicy,
    Policy,
    PresencePolicy,
    SmsPolicy,
    WorkloadPolicy,
)
from config.policy_order import refuse_disorder
from config.policy_ranges import refuse_out_of_range
from config.policy_trouble import PolicyError

__all__ = [
    "SHIPPED",
    "AttendancePolicy",
    "AvailabilityPolicy",
    "IntakePolicy",
    "OfferPolicy",
    "PlanningPolicy",
    "Policy",
    "PolicyError",
    "PresencePolicy",
    "SmsPolicy",
    "WorkloadPolicy",
    "load_policy",
    "with_changes",
]

SHIPPED = Path(__file__).resolve().parent / "policy.toml"


@cache
def load_policy(path: Path = SHIPPED) -> Policy:
    """All sections of a policy file; a key that is missing, unknown, mistyped or out of its range is named."""
    try:
        return policy_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, PolicyError) as trouble:
        raise PolicyError(f"{path.name}: {trouble} Mend the key, or copy it from the shipped policy.toml.") from trouble


def with_changes(policy: Policy, changes: Iterable[tuple[str, str, Any]]) -> Policy:
    """``policy`` with other values for some keys, each given as (section, key, value).

    Raises PolicyError, which names the key, for one that does not exist or a value that it cannot hold.
    """
    given = msgspec.to_builtins(policy)
    for section, key, value in changes:
        if key not in given.get(section, {}):
            raise PolicyError(f"{section}.{key}: there is no such key. Those of policy.toml exist, no others.")
        given[section][key] = value
    return policy_of(given)


def policy_of(given: dict[str, Any]) -> Policy:
    """The sections as values, each key within its range and no two against each other."""
    refuse_out_of_range(given)
    policy = msgspec.convert(given, Policy)
    refuse_disorder(policy)
    return policy
