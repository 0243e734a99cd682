# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's rows read as the planner's mediator, for the days from a Monday on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import PlanningPolicy
from dispatch.kit.clock import local_midnight
from dispatch.records.roster import Absence, Availability, Commitment, ExtraShift, Mediator, MediatorLanguage
from dispatch.records.territory import Place
from dispatch.roster.spans import Span, joined, on_the_wall, without
from solver import problem as planner


@dataclass
class Week:
    """The horizon being read: a Monday, a number of days, and the places met so far (code → row)."""

    monday: dt.date
    days: int
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def begins(self) -> dt.datetime:
        return local_midnight(self.monday)

    @property
    def ends(self) -> dt.datetime:
        return local_midnight(self.monday + dt.timedelta(days=self.days))

    def place(self, place: Place) -> str:
        self.places[place.code] = place
        return place.code

    def horizon(self) -> planner.Horizon:
        return planner.Horizon(start=self.monday, days=self.days, zone="Europe/Rome")

    def places_met(self) -> tuple[planner.Place, ...]:
        met = sorted(self.places.values(), key=lambda place: place.code)
        return tuple(planner.Place(id=p.code, lat=p.lat, lon=p.lon, ambito=p.ambito_code) for p in met)


class Shift(NamedTuple):
    """One line of a weekly pattern; a plain row, since a province has a thousand of them in every problem."""

    weekday: int
    from_minute: int
    to_minute: int
    valid_from: dt.date | None
    valid_until: dt.date | None


@dataclass(frozen=True)
class Known:
    """What a week knows of its mediators beside their own rows, by mediator id (homes by place id)."""

    homes: dict[int, Place] = field(default_factory=dict)
    spoken: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    shifts: dict[int, list[Shift]] = field(default_factory=lambda: defaultdict(list))
    extra: dict[int, list[Range[dt.datetime]]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[int, list[Absence]] = field(default_factory=lambda: defaultdict(list))
    commitments: dict[int, list[tuple[Commitment, Place | None]]] = field(default_factory=lambda: defaultdict(list))


def read_mediators(session: Session, week: Week, only: Iterable[int] | None = None) -> list[planner.Mediator]:
    """The active mediators (or those of ``only``) as the planner sees them in ``week``, by code."""
    query = select(Mediator)
    query = query.where(Mediator.active) if only is None else query.where(Mediator.id.in_(list(only)))
    rows = session.scalars(query.order_by(Mediator.code)).all()
    known = read_known(session, week, rows)
    return [as_planner_sees(row, week, known) for row in rows]


def read_known(session: Session, week: Week, mediators: Sequence[Mediator]) -> Known:
    ids = [row.id for row in mediators]
    span = Range(week.begins, week.ends)
    known = Known()
    for home in session.scalars(select(Place).where(Place.id.in_({row.home_id for row in mediators}))):
        known.homes[home.id] = home
    spoken = select(MediatorLanguage.mediator_id, MediatorLanguage.language_code, MediatorLanguage.level)
    for mediator, language, level in session.execute(
        spoken.where(MediatorLanguage.mediator_id.in_(ids)).order_by(MediatorLanguage.language_code)
    ):
        known.spoken[mediator][language] = level
    pattern = select(Availability.mediator_id, *(getattr(Availability, name) for name in Shift._fields))
    for mediator, *shift in session.execute(pattern.where(Availability.mediator_id.in_(ids))):
        known.shifts[mediator].append(Shift(*shift))
    beside = select(ExtraShift.mediator_id, ExtraShift.during).where(ExtraShift.mediator_id.in_(ids))
    for mediator, during in session.execute(beside.where(ExtraShift.during.overlaps(span)).order_by(ExtraShift.id)):
        known.extra[mediator].append(during)
    absences = select(Absence).where(Absence.mediator_id.in_(ids), Absence.during.overlaps(span))
    for absence in session.scalars(absences):
        known.absences[absence.mediator_id].append(absence)
    commitments = (
        select(Commitment, Place)
        .outerjoin(Place, Place.id == Commitment.place_id)
        .where(Commitment.mediator_id.in_(ids), Commitment.during.overlaps(span))
        .order_by(Commitment.id)
    )
    for commitment, place in session.execute(commitments):
        known.commitments[commitment.mediator_id].append((commitment, place))
    return known


def as_planner_sees(row: Mediator, week: Week, known: Known) -> planner.Mediator:
    """One mediator in whole minutes: weekly shifts laid on the dates, absences cut out, commitments as busy."""
    cuts = [span for a in known.absences.get(row.id, []) if (span := on_the_wall(a.during, week.monday, week.days))]
    return planner.Mediator(
        id=row.code,
        home=week.place(known.homes[row.home_id]),
        gender=planner_gender(row.gender),
        languages=known.spoken.get(row.id, {}),
        kinds=tuple(row.kinds),  # type: ignore[arg-type]  # the CHECKs of the table keep them among the known ones
        skills=tuple(row.skills),
        ambiti=None if row.ambiti is None else tuple(row.ambiti),
        modes=tuple(row.modes),  # type: ignore[arg-type]
        travel_factor=row.travel_factor,
        max_travel=row.max_travel,
        # Who left may still hold visits she said yes to: those are facts, and nothing is added to them.
        shifts=tuple(without(joined(shifts_of(row, week, known)), cuts)) if row.active else (),
        max_day=row.max_day,
        max_week=row.max_week,
        target_week=row.target_week,
        hourly_cost=row.hourly_cost,
        busy=tuple(busy(known.commitments.get(row.id, []), week)),
    )


def planner_gender(gender: str) -> planner.Gender:
    return "f" if gender == "f" else "m" if gender == "m" else "x"


def shifts_of(row: Mediator, week: Week, known: Known) -> Iterable[Span]:
    """Her weekly pattern on the dates of the week, and the time she gave beside it."""
    yield from laid_out(known.shifts.get(row.id, []), week)
    for during in known.extra.get(row.id, []):
        if span := on_the_wall(during, week.monday, week.days):
            yield span


def laid_out(pattern: Iterable[Shift], week: Week) -> Iterable[Span]:
    """The weekly pattern on each date of the horizon at which it is valid."""
    for offset in range(week.days):
        day = week.monday + dt.timedelta(days=offset)
        for shift in pattern:
            starts_later = shift.valid_from is not None and day < shift.valid_from
            ended = shift.valid_until is not None and day > shift.valid_until
            if shift.weekday == day.weekday() and not starts_later and not ended:
                yield (offset * 1440 + shift.from_minute, offset * 1440 + shift.to_minute)


def busy(commitments: Iterable[tuple[Commitment, Place | None]], week: Week) -> Iterable[planner.Busy]:
    for commitment, place in commitments:
        if span := on_the_wall(commitment.during, week.monday, week.days):
            yield planner.Busy(place=None if place is None else week.place(place), start=span[0], end=span[1])


def planner_policy(policy: PlanningPolicy) -> planner.Policy:
    """The keys of the problem's policy among those a coordinator tunes."""
    return planner.Policy(**{name: getattr(policy, name) for name in planner.Policy.__struct_fields__})
