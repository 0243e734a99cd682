# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planning problem: frozen data in whole minutes, as the file format ponte-problem/1 writes it.

Times are minutes since ``horizon.start``, the local midnight of a Monday; a day is always 1440 minutes and a
week 10080, and a visit belongs to the day of its start. Values and costs are integers >= 0; a level is 1 (working),
2 (fluent) or 3 (native). The structures hold no behaviour beyond small look-ups; ``solver.files`` reads and writes
them strictly and refuses what cannot be, by key.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.json import Decoder

DAY = 1440
WEEK = 7 * DAY

Kind = Literal["interpreting", "mediation", "territorial", "team", "feedback"]
Mode = Literal["onsite", "phone", "video"]
Gender = Literal["f", "m", "x"]
TravelIsWork = Literal["none", "between", "all"]
Id = Annotated[str, Meta(min_length=1)]
Time = Annotated[int, Meta(ge=0, le=53 * WEEK)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Some = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Level = Annotated[int, Meta(ge=1, le=3)]
LevelKey = Annotated[str, Meta(pattern="^[123]$")]
Factor = Annotated[float, Meta(gt=0, le=1_000)]
Span = tuple[Time, Time]
Corner = tuple[Count, Count]


class Frozen(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part: immutable, and refusing a key it does not know."""


class Horizon(Frozen, frozen=True):
    start: dt.date
    days: Annotated[int, Meta(ge=1, le=371)]
    zone: Id


class Place(Frozen, frozen=True):
    id: Id
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    ambito: Id


class Travel(Frozen, frozen=True):
    """Square matrices in the order of ``places``; ``minutes`` null means computed from lat/lon by the policy."""

    minutes: tuple[tuple[Count, ...], ...] | None = None
    metres: tuple[tuple[Count, ...], ...] | None = None


class Busy(Frozen, frozen=True):
    """A commitment that is a fact: a course, a visit booked elsewhere. Place null: nowhere, treated as remote."""

    place: Id | None
    start: Time
    end: Time


class Mediator(Frozen, frozen=True):
    id: Id
    home: Id
    gender: Gender
    languages: dict[Id, Level]
    kinds: tuple[Kind, ...]
    skills: tuple[Id, ...]
    ambiti: tuple[Id, ...] | None
    modes: tuple[Mode, ...]
    travel_factor: Factor
    max_travel: Count | None
    shifts: tuple[Span, ...]
    max_day: Count | None
    max_week: Count | None
    target_week: Some | None
    hourly_cost: Count
    busy: tuple[Busy, ...]


class GenderWish(Frozen, frozen=True):
    is_: Gender = field(name="is")
    cost: Count


class Wishes(Frozen, frozen=True, omit_defaults=True):
    """What a slot would rather have; what is not listed costs 0. ``mediators`` key "*" is anyone else."""

    gender: GenderWish | None = None
    skills: dict[Id, Count] = {}
    mediators: dict[Id, Count] = {}
    level: dict[LevelKey, Count] = {}


class Slot(Frozen, frozen=True):
    id: Id
    languages: dict[Id, Level]
    any_language: bool
    skills: tuple[Id, ...]
    gender: Gender | None
    value: Count
    excluded: tuple[Id, ...]
    only: Annotated[tuple[Id, ...], Meta(min_length=1)] | None
    wishes: Wishes = Wishes()


class Appointment(Frozen, frozen=True):
    """One dated occurrence; ``windows`` are allowed STARTS lo, lo + step, … <= hi, alternatives on any day."""

    id: Id
    kind: Kind
    mode: Mode
    place: Id | None
    duration: Annotated[int, Meta(ge=1, le=WEEK)]
    windows: tuple[Span, ...]
    project: Id | None
    case: Id | None
    slots: tuple[Slot, ...]


class Budget(Frozen, frozen=True):
    """Minutes a project may spend in an ambito; ambito null is the whole project."""

    project: Id
    ambito: Id | None
    minutes: Count


class Standing(Frozen, frozen=True):
    """A slot already given to a mediator at a start: in ``locked`` a fact, in ``published`` a decision not yet sent."""

    slot: Id
    mediator: Id
    start: Time


class Policy(Frozen, frozen=True):
    start_step: Some = 15
    travel_speed_kmh: Factor = 42
    road_factor: Factor = 1.35
    arrival_minutes: Count = 4
    remote_gap: Count = 5
    shift_covers_travel: bool = False
    travel_is_work: TravelIsWork = "between"
    travel_cost: Count = 1
    change_cost: Count = 80
    case_cost: Count = 0
    cost_per_euro: Count = 0
    fairness_cost: tuple[Corner, ...] = ()


class PlanningProblem(Frozen, frozen=True, omit_defaults=True):
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


# msgspec learns a class at its first use, and two threads that do so at once end the process (segmentation fault, seen
# with 0.22). So it is learnt here, while one thread imports.
Decoder(PlanningProblem)
