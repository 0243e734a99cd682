# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator may tune, read from policy.toml: one frozen dataclass per section, every key required and checked.

To add a section: write its dataclass, give ``Policy`` a field of the section's name, and add the table to policy.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

FILE = Path(__file__).with_name("policy.toml")


class PolicyError(ValueError):
    """policy.toml cannot be used as it stands; the message names section, key, value and remedy."""


@dataclass(frozen=True)
class IntakePolicy:
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
    lead_time_percent: list[list[int]]
    repair_within_hours: int
    wish_gender: int
    wish_skill: int
    wish_language: int
    wish_same_mediator: int
    wish_level_1: int
    wish_level_2: int


@dataclass(frozen=True)
class Policy:
    """Every section of policy.toml."""

    intake: IntakePolicy


@cache
def load_policy(file: Path = FILE) -> Policy:
    """The whole policy; raises PolicyError at the first section or key that is unknown, missing or of another type."""
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    sections = get_type_hints(Policy)
    _refuse_strangers("the file", tables, set(sections))
    return Policy(**{name: _section(name, kind, tables[name]) for name, kind in sections.items()})


def _section(name: str, kind: type[Any], table: dict[str, Any]) -> Any:
    types = get_type_hints(kind)
    _refuse_strangers(f"[{name}]", table, {field.name for field in fields(kind)})
    for key, value in table.items():
        expected = getattr(types[key], "__origin__", types[key])
        # A bool is an int to Python and an int is a fair float to people; nothing else is bent.
        fits = isinstance(value, expected) or (expected is float and isinstance(value, int))
        if not fits or (isinstance(value, bool) and expected is not bool):
            raise PolicyError(f"policy.toml [{name}] {key} = {value!r}: write a value of type {expected.__name__}")
    return kind(**table)


def _refuse_strangers(where: str, found: dict[str, Any], known: set[str]) -> None:
    if unknown := sorted(found.keys() - known):
        raise PolicyError(f"policy.toml: {where} has an unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")
    if missing := sorted(known - found.keys()):
        raise PolicyError(f"policy.toml: {where} lacks {missing[0]!r}; copy it from the shipped file")
