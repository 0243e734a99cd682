# SPDX-License-Identifier: AGPL-3.0-or-later
"""Strategies for small hostile problems: every feature of the contract, crowded into a few hours and a few places.

Hypothesis draws each part, so a problem that fails shrinks to the few features that matter. Facts need not make sense:
busy commitments overlap, locks break every rule, matrices know no triangle inequality, caps and values may be zero.
Strategies are made once and kept: making one costs more than drawing from it.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product

from hypothesis import strategies as st

from solver.problem import (
    DAY,
    Appointment,
    Budget,
    Busy,
    Corner,
    Gender,
    GenderWish,
    Horizon,
    Kind,
    Mediator,
    Mode,
    Place,
    PlanningProblem,
    Policy,
    Slot,
    Span,
    Standing,
    Travel,
    Wishes,
)

Days = tuple[int, ...]
Draws = st.SearchStrategy

MOST_SLOTS = 6
# Days on which everything happens: Monday from eight; Tuesday too; Sunday from ten at night, so that work runs into the
# second week; and all three.
MONDAY, TUESDAY, SUNDAY_NIGHT = 480, DAY + 480, 6 * DAY + 1320
ANCHORS = ((MONDAY,), (MONDAY, TUESDAY), (SUNDAY_NIGHT,), (MONDAY, TUESDAY, SUNDAY_NIGHT))
PROJECTS, CASES, AMBITI = ("p", "q"), ("c", "d"), ("A", "B")
KINDS: tuple[Kind, ...] = ("interpreting", "mediation")
ALWAYS: tuple[Span, ...] = ((0, 14 * DAY),)

TO_WHOM = st.sampled_from(tuple(product((None, *PROJECTS), (None, *CASES))))
MODES: Draws[Mode] = st.sampled_from(["onsite", "onsite", "onsite", "phone", "video"])
LACKS = st.sampled_from(["", "", "", "", "kind", "skills", "ambito", "mode", "distance"])
HOURS = st.sampled_from(
    [(None, None), (None, None), (75, None), (120, 150), (None, 90), (0, 200), (200, 0), (90, 300), (None, 45)]
)
PAID = st.sampled_from([(None, 2000), (120, 2750), (None, 3333), (333, 0), (1, 2750), (45, 3333), (70, 2000)])
SPOKEN = st.sampled_from(
    [{"ar": 3, "fr": 2}, {"ar": 3, "fr": 2}, {"ar": 2, "fr": 2}, {"ar": 2}, {"ar": 3, "fr": 1}, {"ar": 2, "fr": 3}]
)
NEEDED = st.sampled_from([{"ar": 1}, {"ar": 1}, {"ar": 2}, {"ar": 1}, {"fr": 2, "ar": 1}, {}, {"fr": 2}])
MUSTS = st.sampled_from(["", "", "", "any", "", "any", "skills", "f", "m", "", "excluded", "", "only", ""])
WISHES = st.sampled_from(
    [
        Wishes(),
        Wishes(),
        Wishes(GenderWish("f", 17), {"health": 0}, {"m0": 0, "*": 40}),
        Wishes(None, {"health": 17}, {"m1": 40}, {"1": 40, "2": 5}),
        Wishes(GenderWish("m", 40), {}, {"m2": 0, "*": 1}, {"3": 17}),
        Wishes(),
    ]
)
SHIFTS: Draws[tuple[Span, ...]] = st.sampled_from(
    [((0, 420),), ((-30, 150), (180, 400)), ((15, 130), (131, 330)), ((90, 300),), ((0, 420),), ()]
)
FAIRNESS: Draws[tuple[Corner, ...]] = st.sampled_from(
    [(), ((0, 0), (50, 1), (80, 2), (100, 4)), ((20, 1), (90, 3)), ((0, 7),)]
)
GENDERS: Draws[Gender] = st.sampled_from(["f", "m", "x"])
FACTORS = st.sampled_from([1.0, 1.0, 1.8, 0.5])
REACH = st.sampled_from([0, 10, 25, 60])
FEW = st.sampled_from([0, 0, 0, 1, 2])
SHORT = st.sampled_from([1, 10, 30, 60])
DURATIONS = st.sampled_from([1, 20, 20, 30, 30, 45, 60, 90])
WIDTHS = st.sampled_from([0, 0, 14, 30, 60])
WINDOWS = st.sampled_from([1, 1, 2, 1, 1, 2, 0, 1])
VALUES = st.sampled_from([100, 107, 30, 3, 0, 300, 301, 170])
SOMEBODY = st.sampled_from(["m0", "m1", "m2", "gone"])
SIZES = st.sampled_from([1, 1, 1, 2, 3])
PEOPLE = st.sampled_from([3, 3, 2, 3, 1, 3])
FEWER_SLOTS = st.sampled_from([0, 0, 1, 2, 3, 0, 4, 0, 5, 0])
LATE = st.sampled_from([0, 0, 7, 0, 15])
FAR = st.sampled_from([0, 5, 20, 45, 90, 200])
OFTEN, MINUTE, LATITUDE, NUMBER = st.booleans(), st.integers(0, 60), st.integers(0, 12), st.integers(0, 3)
DAYS = st.sampled_from(ANCHORS)
HORIZONS = st.sampled_from([14, 7])
PURSES = st.dictionaries(
    st.tuples(st.sampled_from(PROJECTS), st.sampled_from([None, *AMBITI])),
    st.sampled_from([60, 90, 0, 44, 120, 150]),
    max_size=2,
)
RARELY = st.integers(0, 2).map(lambda drawn: drawn == 1)
POLICIES = st.builds(
    Policy,
    start_step=st.sampled_from([15, 30, 20]),
    remote_gap=st.sampled_from([5, 0, 15]),
    shift_covers_travel=OFTEN,
    travel_is_work=st.sampled_from(["between", "all", "none"]),
    travel_cost=st.sampled_from([1, 0, 2]),
    change_cost=st.sampled_from([0, 80]),
    case_cost=st.sampled_from([0, 60]),
    cost_per_euro=st.sampled_from([0, 0, 1]),
    fairness_cost=FAIRNESS,
)


@cache
def one_of(names: tuple[str, ...]) -> Draws[str]:
    return st.sampled_from(names)


@cache
def a_day_of(anchors: Days) -> Draws[int]:
    return st.sampled_from(anchors)


@cache
def some_of(names: tuple[str, ...]) -> Draws[list[str]]:
    return st.lists(st.sampled_from(names), max_size=3, unique=True)


@st.composite
def problems(draw: st.DrawFn) -> PlanningProblem:
    """A whole problem of at most six slots and three mediators that ``solver.files`` would accept."""
    ambiti = one_of(AMBITI)
    places = tuple(
        Place(f"p{number}", 45.6 + draw(LATITUDE) / 100, 9.7, draw(ambiti)) for number in range(1 + draw(NUMBER))
    )
    names, anchors = tuple(place.id for place in places), draw(DAYS)
    people = tuple(draw(mediators(number, names, anchors)) for number in range(draw(PEOPLE)))
    visits: list[Appointment] = []
    left = MOST_SLOTS - draw(FEWER_SLOTS)
    while left > 0:
        size = min(left, draw(SIZES))
        visits.append(draw(appointments(len(visits), size, names, anchors)))
        left -= size
    starts = {slot.id: visit.windows[0][0] if visit.windows else 500 for visit in visits for slot in visit.slots}
    return PlanningProblem(
        format="ponte-problem/1",
        horizon=Horizon(dt.date(2026, 11, 30), draw(HORIZONS), "Europe/Rome"),
        places=places,
        mediators=people,
        appointments=tuple(visits),
        budgets=tuple(Budget(*purse, minutes) for purse, minutes in draw(PURSES).items()),
        locked=_standings(draw, starts, len(people)) if draw(OFTEN) else (),
        published=_standings(draw, starts, len(people) + 1) if draw(OFTEN) else (),
        policy=draw(POLICIES),
        travel=_matrix(draw, len(places)) if draw(OFTEN) else None,
    )


@cache
@st.composite
def mediators(draw: st.DrawFn, number: int, places: tuple[str, ...], anchors: Days) -> Mediator:
    """Somebody who can do nearly everything; about half are free at any time, some have one thing against them."""
    free, lacks = draw(OFTEN), draw(LACKS)
    (most_day, most_week), (target, wage) = draw(HOURS), draw(PAID)
    return Mediator(
        id=f"m{number}",
        home=draw(one_of(places)),
        gender=draw(GENDERS),
        languages=draw(SPOKEN),
        kinds=KINDS[:1] if lacks == "kind" else KINDS,
        skills=() if lacks == "skills" else ("health",),
        ambiti=("A",) if lacks == "ambito" else None,
        modes=("onsite",) if lacks == "mode" else ("onsite", "phone", "video"),
        travel_factor=draw(FACTORS),
        max_travel=draw(REACH) if lacks == "distance" else None,
        shifts=ALWAYS if free else _shifts(draw, anchors),
        max_day=None if free else most_day,
        max_week=most_week,
        target_week=target,
        hourly_cost=wage,
        busy=tuple(_commitment(draw, places, anchors) for _ in range(draw(FEW))),
    )


def _shifts(draw: st.DrawFn, anchors: Days) -> tuple[Span, ...]:
    """On each of the days one or two shifts, a minute apart or further; on some days none."""
    return tuple((anchor + low, anchor + high) for anchor in anchors for low, high in draw(SHIFTS))


def _commitment(draw: st.DrawFn, places: tuple[str, ...], anchors: Days) -> Busy:
    start = draw(a_day_of(anchors)) + 5 * draw(MINUTE)
    return Busy(draw(one_of(places)) if draw(OFTEN) else None, start, start + draw(SHORT))


@cache
@st.composite
def appointments(draw: st.DrawFn, number: int, size: int, places: tuple[str, ...], anchors: Days) -> Appointment:
    """A visit of one to three slots; its windows may overlap, lie on several days or be none."""
    mode, (project, case) = draw(MODES), draw(TO_WHOM)
    windows: list[Span] = []
    for _ in range(draw(WINDOWS)):
        low = draw(a_day_of(anchors)) + 5 * draw(MINUTE)
        windows.append((low, low + draw(WIDTHS)))
    return Appointment(
        id=f"a{number}",
        kind=KINDS[draw(RARELY)],
        mode=mode,
        place=draw(one_of(places)) if mode == "onsite" or draw(OFTEN) else None,
        duration=draw(DURATIONS),
        windows=tuple(windows),
        project=project,
        case=case,
        slots=tuple(_slot(draw, f"a{number}/{count}") for count in range(size)),
    )


def _slot(draw: st.DrawFn, name: str) -> Slot:
    """A slot with at most one further condition; who is excluded or named need not exist any more."""
    must = draw(MUSTS)
    who = draw(SOMEBODY) if must in {"excluded", "only"} else ""
    return Slot(
        id=name,
        languages=draw(NEEDED),
        any_language=must == "any",
        skills=("health",) if must == "skills" else (),
        gender="f" if must == "f" else "m" if must == "m" else None,
        value=draw(VALUES),
        excluded=(who,) if must == "excluded" else (),
        only=(who, "m0") if must == "only" else None,
        wishes=draw(WISHES),
    )


def _standings(draw: st.DrawFn, starts: dict[str, int], people: int) -> tuple[Standing, ...]:
    """Slots already given to somebody (or to somebody who left), mostly at a start they allow, in any order."""
    names = draw(some_of(tuple(starts)))
    return tuple(Standing(name, f"m{draw(NUMBER) % people}", starts[name] + draw(LATE)) for name in names)


def _matrix(draw: st.DrawFn, size: int) -> Travel:
    """Minutes that are neither symmetric nor keep the triangle inequality."""
    return Travel(minutes=tuple(tuple(0 if a == b else draw(FAR) for b in range(size)) for a in range(size)))
