# SPDX-License-Identifier: AGPL-3.0-or-later
"""The named parameters of a rehearsal: sizes of the territory, rates of its demand, habits of its people.

Shares are percents unless a name says otherwise. Most are assumptions; what was really drawn is printed beside them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SectorRates:
    """One part of the services: its share of demand, what it asks for, what its mediators must know, and who comes.

    ``women_only`` is the share of its requests that need a woman; ``kinds`` are drawn alike.
    """

    share: float
    kinds: tuple[str, ...]
    skills: tuple[str, ...]
    women_only: float


PROVINCE_SECTORS = {
    "school": SectorRates(35, ("mediation", "mediation", "interpreting", "feedback"), ("school", "minors"), 3),
    "social": SectorRates(25, ("mediation", "interpreting", "team"), ("social", "minors"), 12),
    "health": SectorRates(25, ("interpreting", "interpreting", "mediation"), ("health", "obstetrics"), 27),
    "town": SectorRates(10, ("interpreting", "mediation"), ("documents",), 2),
    "shelter": SectorRates(5, ("interpreting", "mediation"), ("asylum", "legal"), 10),
}
REGION_SHARES = {"health": 53.0, "social": 22.0, "school": 11.0, "shelter": 9.0, "town": 5.0}
REGION_SECTORS = {
    name: SectorRates(
        share, PROVINCE_SECTORS[name].kinds, PROVINCE_SECTORS[name].skills, PROVINCE_SECTORS[name].women_only
    )
    for name, share in REGION_SHARES.items()
}


@dataclass(frozen=True)
class Profile:
    """How big the rehearsed territory is."""

    name: str
    mediators: int
    languages: int
    requests_a_day: float
    desks: int
    ambiti: int
    sectors: dict[str, SectorRates]
    onsite: float = 85
    phone: float = 12
    video: float = 3


PROFILES = {
    "XS": Profile("XS", 24, 10, 3, 12, 4, PROVINCE_SECTORS),
    "S": Profile("S", 60, 36, 12, 40, 7, PROVINCE_SECTORS),
    "M": Profile("M", 110, 40, 40, 150, 14, PROVINCE_SECTORS),
    "L": Profile("L", 150, 45, 105, 200, 14, REGION_SECTORS, 80, 19, 1),
    "XL": Profile("XL", 400, 80, 500, 600, 14, REGION_SECTORS, 80, 19, 1),
}


@dataclass(frozen=True)
class DemandRates:
    """How requests are drawn. ``lead_hours`` are (percent, from, to) hours between asking and the visit.

    ``weekdays`` are weights from Monday; ``hours`` are (percent, first start, last start) in minutes of the day;
    durations are medians of a log-normal with ``spread``, in steps of 15 up to ``longest`` minutes.
    """

    weekdays: tuple[float, ...] = (1.1, 1.1, 1.1, 1.1, 0.9, 0.1)
    hours: tuple[tuple[float, int, int], ...] = ((60, 510, 690), (33, 810, 990), (7, 1080, 1140))
    lead_hours: tuple[tuple[float, float, float], ...] = (
        (3, 0.6, 2),
        (9, 2, 24),
        (23, 24, 72),
        (40, 72, 240),
        (20, 240, 720),
        (5, 720, 1440),
    )
    onsite_median: int = 70
    remote_median: int = 35
    spread: float = 0.45
    longest: int = 240
    flexible: float = 30
    flexible_other_days: float = 50
    series_hours: float = 30
    series_weeks: tuple[int, int] = (4, 12)
    presence_hours: float = 15
    presence_minutes: int = 240
    case: float = 45
    follow_up: float = 45
    same_mediator: float = 35
    same_mediator_must: float = 60
    skill_must: float = 30
    skill_wish: float = 12
    gender_wish: float = 8
    level_two: float = 25
    two_languages: float = 5
    two_people: float = 5
    important: float = 20
    urgent: float = 4
    project: float = 55
    cancelled_early: float = 5
    cancelled_late: float = 3
    cancelled_at_last: float = 2


@dataclass(frozen=True)
class PeopleRates:
    """How virtual mediators answer. Delays are minutes, medians of a log-normal with ``delay_spread``."""

    accept: float = 62
    decline: float = 23
    day_median: float = 22
    night_median: float = 600
    delay_spread: float = 1.0
    free_text: float = 8
    unclear_text: float = 25
    undelivered: float = 1.5
    withdraws: float = 3


@dataclass(frozen=True)
class OutcomeRates:
    """How visits end, and who tells it: the published no-shows, and assumptions for the rest."""

    person_absent: float = 4
    mediator_absent: float = 1.5
    interrupted: float = 1
    as_planned: float = 55
    she_is_silent: float = 6
    desk_is_silent: float = 20
    sides_differ: float = 1.5


OUTCOMES = OutcomeRates()
DEMAND = DemandRates()
PEOPLE = PeopleRates()
# Languages per mediator: (percent, how many).
LANGUAGES_SPOKEN = ((35, 1), (35, 2), (20, 3), (10, 4))
