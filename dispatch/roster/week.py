# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's rows read as the planner's mediator, for the days from a Monday on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, joinedload, selectinload

from config.policy import PlanningPolicy
from dispatch.kit.clock import local_midnight
from dispatch.records.roster import Absence, Availability, Commitment, Mediator
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


@dataclass(frozen=True)
class Away:
    """What keeps mediators from being sent in a week, by mediator id."""

    absences: dict[int, list[Absence]]
    commitments: dict[int, list[tuple[Commitment, Place | None]]]


def read_mediators(session: Session, week: Week, only: Iterable[int] | None = None) -> list[planner.Mediator]:
    """The active mediators (or those of ``only``) as the planner sees them in ``week``, by code."""
    query = select(Mediator).options(
        selectinload(Mediator.languages), selectinload(Mediator.availability), joinedload(Mediator.home)
    )
    query = query.where(Mediator.active) if only is None else query.where(Mediator.id.in_(list(only)))
    rows = session.scalars(query.order_by(Mediator.code)).all()
    away = read_away(session, week, [row.id for row in rows])
    return [as_planner_sees(row, week, away) for row in rows]


def read_away(session: Session, week: Week, mediator_ids: Sequence[int]) -> Away:
    span = Range(week.begins, week.ends)
    absences: dict[int, list[Absence]] = {}
    query = select(Absence).where(Absence.mediator_id.in_(mediator_ids), Absence.during.overlaps(span))
    for absence in session.scalars(query):
        absences.setdefault(absence.mediator_id, []).append(absence)
    commitments: dict[int, list[tuple[Commitment, Place | None]]] = {}
    joined_rows = (
        select(Commitment, Place)
        .outerjoin(Place, Place.id == Commitment.place_id)
        .where(Commitment.mediator_id.in_(mediator_ids), Commitment.during.overlaps(span))
    )
    for commitment, place in session.execute(joined_rows):
        commitments.setdefault(commitment.mediator_id, []).append((commitment, place))
    return Away(absences, commitments)


def as_planner_sees(row: Mediator, week: Week, away: Away) -> planner.Mediator:
    """One mediator in whole minutes: weekly shifts laid on the dates, absences cut out, commitments as busy."""
    cuts = [span for a in away.absences.get(row.id, []) if (span := on_the_wall(a.during, week.monday, week.days))]
    return planner.Mediator(
        id=row.code,
        home=week.place(row.home),
        gender=planner_gender(row.gender),
        languages={spoken.language_code: spoken.level for spoken in row.languages},
        kinds=tuple(row.kinds),  # type: ignore[arg-type]  # the CHECKs of the table keep them among the known ones
        skills=tuple(row.skills),
        ambiti=None if row.ambiti is None else tuple(row.ambiti),
        modes=tuple(row.modes),  # type: ignore[arg-type]
        travel_factor=row.travel_factor,
        max_travel=row.max_travel,
        shifts=tuple(without(joined(laid_out(row.availability, week)), cuts)),
        max_day=row.max_day,
        max_week=row.max_week,
        target_week=row.target_week,
        hourly_cost=row.hourly_cost,
        busy=tuple(busy(away.commitments.get(row.id, []), week)),
    )


def planner_gender(gender: str) -> planner.Gender:
    return "f" if gender == "f" else "m" if gender == "m" else "x"


def laid_out(pattern: Iterable[Availability], week: Week) -> Iterable[Span]:
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
