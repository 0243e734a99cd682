# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small planning problems for tests: everything has a harmless default, a test writes down only what it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from solver.check import all_reasons, score
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import (
    Appointment,
    Budget,
    Busy,
    Horizon,
    Mediator,
    Place,
    PlanningProblem,
    Policy,
    Slot,
    Standing,
    Travel,
)

MONDAY = dt.date(2026, 11, 30)
PLACES = ("home", "school", "ward", "office")
# Minutes between home, school, ward and office; not symmetric, so that a leg driven the wrong way round is noticed.
MINUTES = ((0, 10, 20, 30), (11, 0, 15, 25), (21, 16, 0, 5), (31, 26, 6, 0))


def mediator(name: str = "m1", **given: Any) -> Mediator:
    """A woman who speaks fluent Arabic, does everything, everywhere, all Monday and Tuesday."""
    usual: dict[str, Any] = {
        "home": "home",
        "gender": "f",
        "languages": {"ar": 2},
        "kinds": ("interpreting", "mediation", "territorial", "team", "feedback"),
        "skills": (),
        "ambiti": None,
        "modes": ("onsite", "phone", "video"),
        "travel_factor": 1.0,
        "max_travel": None,
        "shifts": ((0, 1440), (1441, 2880)),
        "max_day": None,
        "max_week": None,
        "target_week": None,
        "hourly_cost": 2400,
        "busy": (),
    }
    return Mediator(id=name, **(usual | given))


def slot(name: str, **given: Any) -> Slot:
    """A slot worth 100 that any speaker of Arabic can fill."""
    usual: dict[str, Any] = {
        "languages": {"ar": 1},
        "any_language": False,
        "skills": (),
        "gender": None,
        "value": 100,
        "excluded": (),
        "only": None,
    }
    return Slot(id=name, **(usual | given))


def appointment(name: str = "a1", start: int = 540, *slots: Slot, **given: Any) -> Appointment:
    """An hour's mediation at the school, at one start; its only slot is called <name>/1 unless some are given."""
    usual: dict[str, Any] = {
        "kind": "mediation",
        "mode": "onsite",
        "place": "school",
        "duration": 60,
        "windows": ((start, start),),
        "project": None,
        "case": None,
    }
    return Appointment(id=name, slots=slots or (slot(f"{name}/1"),), **(usual | given))


def problem(
    appointments: tuple[Appointment, ...],
    mediators: tuple[Mediator, ...] = (mediator(),),
    *,
    budgets: tuple[Budget, ...] = (),
    locked: tuple[Standing, ...] = (),
    published: tuple[Standing, ...] = (),
    travel: Travel | None = None,
    **policy: Any,
) -> PlanningProblem:
    """A problem on four places in two ambiti; keywords beyond the parts are policy."""
    return PlanningProblem(
        format="ponte-problem/1",
        horizon=Horizon(start=MONDAY, days=7, zone="Europe/Rome"),
        places=tuple(
            Place(id=name, lat=45.7, lon=9.8, ambito="BG01" if name in {"home", "school"} else "BG02")
            for name in PLACES
        ),
        mediators=mediators,
        appointments=appointments,
        budgets=budgets,
        locked=locked,
        published=published,
        policy=Policy(**policy),
        travel=travel or Travel(minutes=MINUTES),
    )


def busy(start: int, end: int, place: str | None = None) -> Busy:
    return Busy(place=place, start=start, end=end)


def stand(slot_id: str, who: str, start: int) -> Standing:
    return Standing(slot=slot_id, mediator=who, start=start)


def plan(given: PlanningProblem, *lines: tuple[str, str, int], bound: int | None = None) -> Plan:
    """The plan that makes these (slot, mediator, start) assignments and is true about all the rest."""
    durations = {entry.id: visit.duration for visit in given.appointments for entry in visit.slots}
    assignments = tuple(Assignment(*line, line[2] + durations[line[0]]) for line in lines)
    filled = {line.slot for line in assignments}
    empty = [name for name in durations if name not in filled]
    reached = score(given, assignments)
    best = reached.total if bound is None else bound
    return Plan(
        format="ponte-plan/1",
        status="optimal" if best == reached.total else "feasible",
        seconds=0.1,
        seed=1,
        assignments=assignments,
        unfilled=tuple(Unfilled(name, why) for name, why in all_reasons(given, assignments, empty).items()),
        score=reached,
        bound=best,
        gap=(best - reached.total) / max(1, best),
    )
