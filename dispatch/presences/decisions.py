# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which dates a presence has, what each needs and is worth, and which of them a change leaves as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.policy import PresencePolicy
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.recurrence import Closures, Recurrence, dates
from dispatch.records.statuses import Cover, Every

ANYONE_ELSE = "*"


@dataclass(frozen=True)
class Pattern:
    """The dates that come back and, in minutes of the local day, from when to when each is."""

    recurrence: Recurrence
    from_minute: int
    to_minute: int

    @property
    def duration(self) -> int:
        return self.to_minute - self.from_minute

    def starts(self, closures: Closures) -> dict[dt.date, dt.datetime]:
        """Each date with the instant its shift begins."""
        return {day: from_wall(day, self.from_minute) for day in dates(self.recurrence, closures)}


@dataclass(frozen=True)
class Terms:
    """What a mediator says yes to; a date on which all of it stays keeps its booking."""

    start: dt.datetime
    duration: int
    place_id: int | None
    kind: str
    languages: tuple[tuple[str, int], ...]


def weeks_between(every: Every) -> int:
    return 2 if every == Every.TWO_WEEKS else 1


def first_clash(pattern: Pattern, other: Pattern, closures: Closures) -> dt.date | None:
    """The first date on which two shifts are held at once, or None."""
    if pattern.from_minute >= other.to_minute or other.from_minute >= pattern.to_minute:
        return None
    return min(set(dates(pattern.recurrence, closures)) & set(dates(other.recurrence, closures)), default=None)


def value_of(cover: str, policy: PresencePolicy) -> int:
    """What it is worth to the planner that somebody is there."""
    return policy.value_always if cover == Cover.ALWAYS else policy.value_may_leave


def needs_of(languages: Mapping[str, int], wished: str | None, policy: PresencePolicy) -> dict[str, Any]:
    """The needs of each date's one slot, in the planner's own keys; ``wished`` is a mediator's code."""
    wishes: dict[str, Any] = {}
    if wished is not None:
        wishes["mediators"] = {wished: 0, ANYONE_ELSE: policy.wish_same_mediator}
    if languages:
        wishes["level"] = {"1": policy.wish_level_1, "2": policy.wish_level_2}
    return {
        "languages": dict(languages),
        "any_language": False,
        "skills": [],
        "gender": None,
        "only": None,
        "wishes": wishes,
    }


def settle(standing: Mapping[int, Terms], wanted: Iterable[Terms]) -> tuple[set[int], set[int], list[Terms]]:
    """Of the dates that stand: those that are kept and those that end; and the terms still to be asked for."""
    missing = dict.fromkeys(wanted)
    kept = set()
    for appointment_id, terms in standing.items():
        if terms in missing:
            del missing[terms]
            kept.add(appointment_id)
    return kept, set(standing) - kept, list(missing)


def moving_along(standing: Mapping[int, Terms], ending: Iterable[int], missing: Iterable[Terms]) -> dict[int, Terms]:
    """Of the dates that would end, those held the same day for the same people, only at another hour or place."""
    open_days = {(at_home(terms.start).date(), terms.kind, terms.languages): terms for terms in missing}
    found = {}
    for appointment_id in sorted(ending):
        terms = standing[appointment_id]
        same = open_days.pop((at_home(terms.start).date(), terms.kind, terms.languages), None)
        if same is not None:
            found[appointment_id] = same
    return found
