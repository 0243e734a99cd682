# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folds over visits: what was planned, booked, worked and left without anybody, by whatever key one asks for."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dispatch.kit.clock import monday_of
from dispatch.reporting.period import day_of
from dispatch.reporting.visits import Visit

Key = str | int | None


@dataclass
class Figures:
    """Minutes (and a count, and kilometres) of the visits under one key.

    ``requested`` counts each slot once; ``used`` is what weighs on limits; ``weeks`` are the used minutes by Monday.
    ``worked`` is what is paid, a visit called off too late included; ``delivered`` is what somebody was there for.
    """

    visits: int = 0
    requested: int = 0
    planned: int = 0
    booked: int = 0
    worked: int = 0
    delivered: int = 0
    used: int = 0
    uncovered: int = 0
    km: float = 0.0
    weeks: Counter[dt.date] = field(default_factory=Counter)

    @property
    def fullest_week(self) -> int:
        return max(self.weeks.values(), default=0)

    @property
    def filled_percent(self) -> float | None:
        """How much of what was asked for has somebody; null when nothing was asked."""
        return percent(self.requested - self.uncovered, self.requested)

    def add(self, visit: Visit, km: float, *, first_of_slot: bool) -> None:
        if first_of_slot:
            self.requested += visit.minutes
        if visit.mediator_id is None:
            self.uncovered += visit.minutes
            return
        self.visits += 1
        self.planned += visit.minutes * visit.is_planned
        self.booked += visit.minutes * visit.is_booked
        self.worked += visit.worked or 0
        self.delivered += visit.delivered
        self.used += visit.used
        self.weeks[monday_of(day_of(visit.start))] += visit.used
        self.km += km


def fold(
    visits: Iterable[Visit], key: Callable[[Visit], Key], km: Mapping[int, float] | None = None
) -> dict[Key, Figures]:
    """The figures of the visits under each key; ``km`` are kilometres by assignment."""
    found: dict[Key, Figures] = defaultdict(Figures)
    seen: set[int] = set()
    for visit in visits:
        road = (km or {}).get(visit.assignment_id or 0, 0.0)
        found[key(visit)].add(visit, road, first_of_slot=visit.slot_id not in seen)
        seen.add(visit.slot_id)
    return dict(found)


def percent(part: float, whole: float | None) -> float | None:
    """``part`` of ``whole`` in percent; null where there is no whole to take a part of."""
    return 100 * part / whole if whole else None


def beside_average(minutes: int, everybody: Iterable[int]) -> float | None:
    """How far above or below the average, in percent of it; null when nobody has anything."""
    all_minutes = list(everybody)
    average = sum(all_minutes) / len(all_minutes) if all_minutes else 0
    return percent(minutes - average, average)
