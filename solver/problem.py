# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planning problem: frozen data in whole minutes, as the file format ponte-problem/1 writes it.

Times are minutes since ``horizon.start``, the local midnight of a Monday; a day is always 1440 minutes and a
week 10080, and a visit belongs to the day of its start. Values and costs are integers >= 0; a level is 1 (working),
2 (fluent) or 3 (native). The structures hold no behaviour beyond small look-ups; ``solver.files`` reads and writes
them strictly and refuses what cannot be, by key.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

DAY = 1440
WEEK = 7 * DAY

Kind = Literal["interpreting", "mediation", "territorial", "team", "feedback"]
Mode = Literal["onsite", "phone", "video"]
Gender = Literal["f", "m", "x"]
TravelIsWork = Literal["none", "between", "all"]
Span = tuple[int, int]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part: immutable, and refusing a key it does not know."""


class Horizon(Frozen, frozen=True):
    start: dt.date
    days: int
    zone: str


class Place(Frozen, frozen=True):
    id: str
    lat: float
    lon: float
    ambito: str


class Travel(Frozen, frozen=True):
    """Square matrices in the order of ``places``; ``minutes`` null means computed from lat/lon by the policy."""

    minutes: tuple[tuple[int, ...], ...] | None = None
    metres: tuple[tuple[int, ...], ...] | None = None


class Busy(Frozen, frozen=True):
    """A commitment that is a fact: a course, a visit booked elsewhere. Place null: nowhere, treated as remote."""

    place: str | None
    start: int
    end: int


class Mediator(Frozen, frozen=True):
    id: str
    home: str
    gender: Gender
    languages: dict[str, int]
    kinds: tuple[Kind, ...]
    skills: tuple[str, ...]
    ambiti: tuple[str, ...] | None
    modes: tuple[Mode, ...]
    travel_factor: float
    max_travel: int | None
    shifts: tuple[Span, ...]
    max_day: int | None
    max_week: int | None
    target_week: int | None
    hourly_cost: int
    busy: tuple[Busy, ...]


class GenderWish(Frozen, frozen=True):
    is_: Gender = msgspec.field(name="is")
    cost: int


class Wishes(Frozen, frozen=True):
    """What a slot would rather have; what is not listed costs 0. ``mediators`` key "*" is anyone else."""

    gender: GenderWish | None = None
    skills: dict[str, int] = {}
    mediators: dict[str, int] = {}
    level: dict[str, int] = {}


class Slot(Frozen, frozen=True):
    id: str
    languages: dict[str, int]
    any_language: bool
    skills: tuple[str, ...]
    gender: Gender | None
    value: int
    excluded: tuple[str, ...]
    only: tuple[str, ...] | None
    wishes: Wishes = Wishes()


class Appointment(Frozen, frozen=True):
    """One dated occurrence; ``windows`` are allowed STARTS lo, lo + step, … <= hi, alternatives on any day."""

    id: str
    kind: Kind
    mode: Mode
    place: str | None
    duration: int
    windows: tuple[Span, ...]
    project: str | None
    case: str | None
    slots: tuple[Slot, ...]


class Budget(Frozen, frozen=True):
    """Minutes a project may spend in an ambito; ambito null is the whole project."""

    project: str
    ambito: str | None
    minutes: int


class Standing(Frozen, frozen=True):
    """A slot already given to a mediator at a start: in ``locked`` a fact, in ``published`` a decision not yet sent."""

    slot: str
    mediator: str
    start: int


class Policy(Frozen, frozen=True):
    start_step: int = 15
    travel_speed_kmh: float = 42
    road_factor: float = 1.35
    arrival_minutes: int = 4
    remote_gap: int = 5
    shift_covers_travel: bool = False
    travel_is_work: TravelIsWork = "between"
    travel_cost: int = 1
    change_cost: int = 80
    case_cost: int = 0
    cost_per_euro: int = 0
    fairness_cost: tuple[Span, ...] = ()


class PlanningProblem(Frozen, frozen=True):
    """A whole problem. Build it through ``solver.files.read_problem`` or ``solver.files.accept`` so it is checked."""

    format: Literal["ponte-problem/1"]
    horizon: Horizon
    places: tuple[Place, ...]
    mediators: tuple[Mediator, ...]
    appointments: tuple[Appointment, ...]
    budgets: tuple[Budget, ...]
    locked: tuple[Standing, ...]
    published: tuple[Standing, ...]
    policy: Policy
    travel: Travel | None = None
