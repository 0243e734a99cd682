# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's rows read as the planner's mediator, for the days from a Monday on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import literal, select, union_all
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import OfferPolicy, PlanningPolicy
from dispatch.kit.among import among
from dispatch.kit.clock import local_midnight, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.kit.recurrence import feasts
from dispatch.records.planning import Assignment
from dispatch.records.roster import (
    Absence,
    Availability,
    Commitment,
    ExtraShift,
    HoursGrant,
    Mediator,
    MediatorLanguage,
)
from dispatch.records.statuses import COUNTED_ASSIGNMENT, GrantSpan
from dispatch.records.territory import Place
from dispatch.roster.granting import grants_of, lifted
from dispatch.roster.rest import rested
from dispatch.roster.spans import Span, joined, on_the_wall, without
from solver import problem as planner

A_WEEK = 7
A_DAY = dt.timedelta(days=1)  # rest reaches into the days before and after


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

    @property
    def last_day(self) -> dt.date:
        return self.monday + dt.timedelta(days=self.days - 1)

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

    homes: dict[int, Place]
    spoken: dict[int, dict[str, int]]
    shifts: dict[int, list[Shift]]
    absences: dict[int, list[Range[dt.datetime]]]
    extra: dict[int, list[Range[dt.datetime]]]
    commitments: dict[int, list[tuple[Commitment, Place | None]]]
    grants: dict[int, list[HoursGrant]] = field(default_factory=lambda: defaultdict(list))


def read_mediators(
    session: Session, week: Week, only: Iterable[int] | None = None, *, begun: int = 0
) -> list[planner.Mediator]:
    """The active mediators (or those of ``only``) as the planner sees them in ``week``, by code.

    The hours of rest between two days are cut out of their shifts; what was over by the minute ``begun`` needs none.
    """
    query = select(Mediator)
    query = query.where(Mediator.active) if only is None else query.where(among(Mediator.id, only))
    rows = session.scalars(query.order_by(Mediator.code)).all()
    known = read_known(session, week, rows)
    policy = policy_in_force(session)
    off, rest = days_off(week, policy.offers, policy.planning), policy.planning.rest_minutes
    held = read_held(session, week, known) if rest else {}
    seen = []
    for row in rows:
        shifts = rested(shifts_of(row.id, week, known, off), held.get(row.id, []), week.monday, rest, begun)
        seen.append(as_planner_sees(row, week, known, shifts, week.monday))
    return seen


def read_known(session: Session, week: Week, mediators: Sequence[Mediator]) -> Known:
    ids = [row.id for row in mediators]
    span = around(week)
    known = Known(
        homes={},
        spoken=defaultdict(dict),
        shifts=defaultdict(list),
        absences=defaultdict(list),
        extra=defaultdict(list),
        commitments=defaultdict(list),
    )
    for home in session.scalars(select(Place).where(among(Place.id, {row.home_id for row in mediators}))):
        known.homes[home.id] = home
    spoken = select(MediatorLanguage.mediator_id, MediatorLanguage.language_code, MediatorLanguage.level)
    for mediator, language, level in session.execute(
        spoken.where(among(MediatorLanguage.mediator_id, ids)).order_by(MediatorLanguage.language_code)
    ):
        known.spoken[mediator][language] = level
    pattern = select(Availability.mediator_id, *(getattr(Availability, name) for name in Shift._fields))
    for mediator, *shift in session.execute(pattern.where(among(Availability.mediator_id, ids))):
        known.shifts[mediator].append(Shift(*shift))
    away, beside = (
        select(literal(number), table.c.mediator_id, table.c.during).where(
            among(table.c.mediator_id, ids), table.c.during.overlaps(span)
        )
        for number, table in enumerate((Absence.__table__, ExtraShift.__table__))
    )
    for is_extra, mediator, during in session.execute(union_all(away, beside)):
        (known.extra if is_extra else known.absences)[mediator].append(during)
    commitments = (
        select(Commitment, Place)
        .outerjoin(Place, Place.id == Commitment.place_id)
        .where(among(Commitment.mediator_id, ids), Commitment.during.overlaps(span))
        .order_by(Commitment.id)
    )
    for commitment, place in session.execute(commitments):
        known.commitments[commitment.mediator_id].append((commitment, place))
    for grant in grants_of(session, ids, week.monday, week.days):
        known.grants[grant.mediator_id].append(grant)
    return known


def around(week: Week) -> Range[dt.datetime]:
    """The horizon with a day before and after it."""
    return Range(week.begins - A_DAY, week.ends + A_DAY)


def days_off(week: Week, calendar: OfferPolicy, policy: PlanningPolicy) -> frozenset[dt.date]:
    """The holidays of the horizon on which nobody's weekly pattern applies; none where policy has it otherwise."""
    if policy.holiday_shifts:
        return frozenset()
    days = {week.monday + dt.timedelta(days=offset) for offset in range(week.days)}
    years = {day.year for day in days}
    return frozenset(
        day for year in years for day in feasts(calendar.holiday_province, year, calendar.holiday_country) & days
    )


def read_held(session: Session, week: Week, known: Known) -> dict[int, list[Span]]:
    """What each mediator already holds around the horizon, in wall minutes: visits that stand or were done, courses."""
    held: dict[int, list[Span]] = defaultdict(list)
    visits = select(Assignment.mediator_id, Assignment.during).where(
        Assignment.status.in_(COUNTED_ASSIGNMENT), Assignment.during.overlaps(around(week))
    )
    courses = [(mediator, found.during) for mediator, all_of in known.commitments.items() for found, _place in all_of]
    for mediator, during in [*session.execute(visits), *courses]:
        if during.lower is not None and during.upper is not None:
            held[mediator].append((wall_minute(during.lower, week.monday), wall_minute(during.upper, week.monday)))
    return held


def shifts_of(mediator_id: int, week: Week, known: Known, off: Container[dt.date]) -> list[Span]:
    """Her weekly pattern laid on the dates that are not ``off``, with what she offers beside it, less her absences."""
    away, beside = (
        [span for during in found.get(mediator_id, []) if (span := on_the_wall(during, week.monday, week.days))]
        for found in (known.absences, known.extra)
    )
    return without(joined([*laid_out(known.shifts.get(mediator_id, []), week, off), *beside]), away)


def as_planner_sees(
    row: Mediator,
    week: Week,
    known: Known,
    shifts: Iterable[Span],
    qualified_on: dt.date,
    granted_on: dt.date | None = None,
) -> planner.Mediator:
    """One mediator in whole minutes, with the skills that are still valid on ``qualified_on``; commitments are busy.

    Her limits are one for every day and one for every week: an exception of a week lifts that of a problem of one week,
    one of a day only where a visit of that very day, ``granted_on``, is judged.
    """
    grants = known.grants.get(row.id, ())
    return planner.Mediator(
        id=row.code,
        home=week.place(known.homes[row.home_id]),
        gender=planner_gender(row.gender),
        languages=known.spoken.get(row.id, {}),
        kinds=tuple(row.kinds),  # type: ignore[arg-type]  # the CHECKs of the table keep them among the known ones
        skills=tuple(skill for skill in row.skills if row.skills_until.get(skill, "9999") >= qualified_on.isoformat()),
        ambiti=None if row.ambiti is None else tuple(row.ambiti),
        modes=tuple(row.modes),  # type: ignore[arg-type]
        travel_factor=row.travel_factor,
        max_travel=row.max_travel,
        # Who left may still hold visits she said yes to: those are facts, and nothing is added to them.
        shifts=tuple(shifts) if row.active else (),
        max_day=lifted(row.max_day, grants, GrantSpan.DAY, granted_on),
        max_week=lifted(row.max_week, grants, GrantSpan.WEEK, week.monday if week.days <= A_WEEK else None),
        target_week=row.target_week,
        hourly_cost=row.hourly_cost,
        busy=tuple(busy(known.commitments.get(row.id, []), week)),
    )


def planner_gender(gender: str) -> planner.Gender:
    return "f" if gender == "f" else "m" if gender == "m" else "x"


def laid_out(pattern: Iterable[Shift], week: Week, off: Container[dt.date]) -> Iterable[Span]:
    """The weekly pattern on each date of the horizon at which it is valid and which is not ``off``."""
    for offset in range(week.days):
        day = week.monday + dt.timedelta(days=offset)
        for shift in pattern:
            starts_later = shift.valid_from is not None and day < shift.valid_from
            ended = shift.valid_until is not None and day > shift.valid_until
            if shift.weekday == day.weekday() and day not in off and not starts_later and not ended:
                yield (offset * 1440 + shift.from_minute, offset * 1440 + shift.to_minute)


def busy(commitments: Iterable[tuple[Commitment, Place | None]], week: Week) -> Iterable[planner.Busy]:
    for commitment, place in commitments:
        if span := on_the_wall(commitment.during, week.monday, week.days):
            yield planner.Busy(place=None if place is None else week.place(place), start=span[0], end=span[1])


def planner_policy(policy: PlanningPolicy) -> planner.Policy:
    """The keys of the problem's policy among those a coordinator tunes."""
    return planner.Policy(**{name: getattr(policy, name) for name in planner.Policy.__struct_fields__})
