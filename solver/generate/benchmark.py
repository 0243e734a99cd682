# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain instances of a chosen size, for comparing planners: fill as much value as possible with little travel."""

from __future__ import annotations

import datetime as dt
from random import Random

from solver.generate.demand import WEEKDAY_WEIGHTS
from solver.generate.geography import settle, towns
from solver.problem import (
    DAY,
    WEEK,
    Appointment,
    Horizon,
    Mediator,
    Place,
    PlanningProblem,
    Policy,
    Slot,
    Span,
)

LANGUAGES = ("ar", "ur", "bn", "pa", "es", "sq", "fr", "uk", "zh", "wo")
LONGEST = 120
SHARES = (22, 14, 12, 10, 10, 9, 8, 6, 5, 4)


def benchmark(
    mediators: int, slots: int, days: int, *, caps: bool, seed: int, start: dt.date, spread: int = 1
) -> PlanningProblem:
    """One slot an appointment; with ``caps`` weekly hours for about two thirds of the work that is asked.

    ``spread``: the weeks over which a family will spread the demand of one; nobody's cap is less than a long visit.
    """
    random = Random(f"benchmark {mediators} {slots} {days} {seed}")  # noqa: S311 (repeatable on purpose)
    where = towns(random, 8)
    desks = settle(random, where, "desk", max(10, slots // 8))
    homes = settle(random, where, "home", mediators)
    appointments = tuple(_appointment(random, number, desks, days) for number in range(1, slots + 1))
    weeks = -(-days * DAY // WEEK) * spread
    asked = sum(visit.duration + 20 for visit in appointments)
    cap = 30 * round(0.65 * asked / mediators / weeks / 30) if caps else None
    if cap is not None and spread > 1:
        cap = max(cap, LONGEST)
    return PlanningProblem(
        format="ponte-problem/1",
        horizon=Horizon(start, days, "Europe/Rome"),
        places=(*desks, *homes),
        mediators=tuple(_mediator(random, number, home, days, cap) for number, home in enumerate(homes, start=1)),
        appointments=appointments,
        budgets=(),
        locked=(),
        published=(),
        policy=Policy(change_cost=0),
    )


def _mediator(random: Random, number: int, home: Place, days: int, cap: int | None) -> Mediator:
    names = {random.choices(LANGUAGES, weights=SHARES)[0] for _ in range(random.choice((2, 2, 3)))}
    return Mediator(
        id=f"m{number}",
        home=home.id,
        gender=random.choice(("f", "f", "m")),
        languages={name: random.choice((2, 3)) for name in sorted(names)},
        kinds=("interpreting", "mediation"),
        skills=(),
        ambiti=None,
        modes=("onsite", "phone", "video"),
        travel_factor=random.choice((1.0, 1.0, 1.0, 1.8)),
        max_travel=60,
        shifts=tuple(_shift(random, day) for day in range(days) if _works(random, day)),
        max_day=480,
        max_week=cap,
        target_week=None,
        hourly_cost=2750,
        busy=(),
    )


def _works(random: Random, day: int) -> bool:
    return random.random() < (0.75 if day % 7 < 5 else 0.1)


def _shift(random: Random, day: int) -> Span:
    start = random.choice((480, 480, 540, 720))
    return day * DAY + start, day * DAY + min(start + random.choice((300, 420, 540)), 1200)


def _appointment(random: Random, number: int, desks: list[Place], days: int) -> Appointment:
    weekdays = [WEEKDAY_WEIGHTS[day % 7] if day % 7 < len(WEEKDAY_WEIGHTS) else 0.0 for day in range(days)]
    day = random.choices(range(days), weights=weekdays)[0]
    start = 495 + 15 * random.randint(0, 36)
    width = random.choice((0, 0, 60, 120, 180))
    language = random.choices(LANGUAGES, weights=SHARES)[0]
    remote = random.random() < 0.1
    value = random.randrange(200, 601, 50)
    return Appointment(
        id=f"a{number}",
        kind="mediation",
        mode="phone" if remote else "onsite",
        place=None if remote else random.choice(desks).id,
        duration=random.choice((30, 45, 60, 60, 75, 90, LONGEST)),
        windows=((day * DAY + start, day * DAY + start + width),),
        project=None,
        case=None,
        slots=(Slot(f"a{number}/1", {language: 1}, False, (), None, value, (), None),),
    )
