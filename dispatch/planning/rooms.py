# SPDX-License-Identifier: AGPL-3.0-or-later
"""At which starts could somebody take a meeting that a desk is still writing? By the planner's rules, in milliseconds.

Only who speaks one of the languages is read, with what stands for her in that week: those are facts here. So the answer
knows shifts, absences, courses, roads, hours of a day and a week, rest and ambiti; not what a project has left to spend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.appointments.feasibility import Room, Sketch
from dispatch.kit.among import among
from dispatch.kit.clock import at_home, from_wall, monday_of, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import COUNTED_ASSIGNMENT
from dispatch.records.territory import Place
from dispatch.roster.week import Week, planner_policy, read_mediators
from solver import problem as planner
from solver.plan import Assignment as Visit
from solver.plan import Plan, Score
from solver.suggest import Suggester

NO_SCORE = Score(**dict.fromkeys(Score.__struct_fields__, 0))


def find_rooms(session: Session, now: dt.datetime, sketches: Sequence[Sketch]) -> list[Room]:
    """The room of each sketch; all of their windows lie in the week of the first one."""
    first = min(low for sketch in sketches for low, _high in sketch.windows)
    week = Week(monday_of(at_home(first).date()), 7)
    suggester = _suggester(session, week, now, sketches)
    return [_room(suggester, week, number, sketch) for number, sketch in enumerate(sketches)]


def _suggester(session: Session, week: Week, now: dt.datetime, sketches: Sequence[Sketch]) -> Suggester:
    """The planner's view of those who may be asked, with everything that stands for them in the week as a fact."""
    codes = _people(session, sketches)
    mediators = read_mediators(session, week, list(codes), begun=wall_minute(now, week.monday))
    held = list(_standing(session, week, list(codes)))
    for sketch in sketches:
        if sketch.place is not None:
            week.place(sketch.place)
    locked = [
        planner.Standing(slot=visit.slots[0].id, mediator=codes[who], start=visit.windows[0][0]) for who, visit in held
    ]
    problem = planner.PlanningProblem(
        format="ponte-problem/1",
        horizon=week.horizon(),
        mediators=tuple(mediators),
        appointments=tuple(visit for _who, visit in held),
        places=week.places_met(),
        budgets=(),
        locked=tuple(locked),
        published=(),
        policy=planner_policy(policy_in_force(session).planning),
    )
    return Suggester(problem, _plan(held, locked))


def _people(session: Session, sketches: Sequence[Sketch]) -> dict[int, str]:
    """Ids and codes of the active mediators who speak one of the languages asked for; all where a slot needs none."""
    query = select(Mediator.id, Mediator.code).where(Mediator.active)
    asked = [needs["languages"] for sketch in sketches for needs in sketch.needs]
    if all(asked):
        spoken = MediatorLanguage.language_code.in_(sorted({code for languages in asked for code in languages}))
        query = query.where(exists().where(MediatorLanguage.mediator_id == Mediator.id, spoken))
    return dict(session.execute(query).all())


def _standing(session: Session, week: Week, people: Iterable[int]) -> Iterator[tuple[int, planner.Appointment]]:
    """Who holds what in the week, each visit as an appointment of its own whose needs are settled already."""
    query = (
        select(
            Assignment.mediator_id,
            Assignment.slot_id,
            func.lower(Assignment.during),
            Appointment.kind,
            Appointment.mode,
            Appointment.duration,
            Place,
        )
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .where(
            among(Assignment.mediator_id, people),
            Assignment.status.in_(COUNTED_ASSIGNMENT),
            Assignment.during.overlaps(Range(week.begins, week.ends)),
        )
        .order_by(Assignment.id)
    )
    for who, slot, begins, kind, mode, duration, place in session.execute(query):
        if not week.begins <= begins < week.ends:
            continue
        start = wall_minute(begins, week.monday)
        yield (
            who,
            planner.Appointment(
                id=f"visit-{slot}",
                kind=kind,
                mode=mode,
                place=None if place is None else week.place(place),
                duration=duration,
                windows=((start, start),),
                project=None,
                case=None,
                slots=(_settled(str(slot)),),
            ),
        )


def _settled(slot: str) -> planner.Slot:
    """A slot that somebody has: what it needed is of no matter any more."""
    return planner.Slot(
        id=slot, languages={}, any_language=False, skills=(), gender=None, value=0, excluded=(), only=None
    )


def _plan(held: Iterable[tuple[int, planner.Appointment]], locked: Iterable[planner.Standing]) -> Plan:
    """What stands, as the plan that a newcomer finds."""
    lines = tuple(
        Visit(slot=one.slot, mediator=one.mediator, start=one.start, end=one.start + visit.duration)
        for (_who, visit), one in zip(held, locked, strict=True)
    )
    return Plan("ponte-plan/1", "feasible", 0.0, 0, lines, (), NO_SCORE, 0, 0.0)


def _room(suggester: Suggester, week: Week, number: int, sketch: Sketch) -> Room:
    asked = _asked(week, number, sketch)
    suited, free = suggester.suited(asked), {}
    for found in suggester.suggest(asked):
        day, minute = divmod(found.start, planner.DAY)
        if found.complete:
            free[from_wall(week.monday + dt.timedelta(days=day), minute)] = min(found.able.values())
    return Room(min(suited.values()), free)


def _asked(week: Week, number: int, sketch: Sketch) -> planner.Appointment:
    windows = [(wall_minute(low, week.monday), wall_minute(high, week.monday)) for low, high in sketch.windows]
    return planner.Appointment(
        id=f"sketch-{number}",
        kind=sketch.kind,  # type: ignore[arg-type]  # the form's schema keeps kind and mode among the known ones
        mode=sketch.mode,  # type: ignore[arg-type]
        place=None if sketch.place is None else sketch.place.code,
        duration=sketch.duration,
        windows=tuple(windows),
        project=None,
        case=None,
        slots=tuple(
            msgspec.convert({**needs, "id": f"sketch-{number}/{place}", "value": 1, "excluded": []}, planner.Slot)
            for place, needs in enumerate(sketch.needs)
        ),
    )
