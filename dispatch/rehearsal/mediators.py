# SPDX-License-Identifier: AGPL-3.0-or-later
"""Made-up mediators: what they speak and can do, where they live, how they travel, and when they may be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy.dialects.postgresql import Range

from config.territory import Comune, load_travel
from dispatch.kit.clock import from_wall
from dispatch.records.roster import Absence, Availability, Commitment, Mediator, MediatorLanguage
from dispatch.records.statuses import Kind, Mode
from dispatch.records.territory import Organisation, Place
from dispatch.rehearsal.draws import happens, one_of
from dispatch.rehearsal.names import person
from dispatch.rehearsal.tongues import spoken_by
from dispatch.territory.places import home_area

MORNING, AFTERNOON, EVENING = (480, 780), (780, 1110), (1080, 1260)
HOURS, FEW_HOURS = (14, 36), (2, 6)  # a week, as each has agreed with her cooperative
WITH_FEW_HOURS = 12  # percent who work elsewhere, study, or have small children
KINDS = {Kind.INTERPRETING: 100, Kind.MEDIATION: 97, Kind.TERRITORIAL: 60, Kind.TEAM: 80, Kind.FEEDBACK: 85}
SKILLS = {"school": 85, "social": 80, "health": 80, "minors": 65, "documents": 75, "asylum": 65, "legal": 40}
EURO_CENTS = (2200, 2500, 2750, 2750, 2750, 3000, 3200, 4000)


@dataclass(frozen=True)
class Surroundings:
    """What a mediator is made from: her cooperatives to choose from, the comuni to live in, and what is spoken."""

    providers: Sequence[Organisation]
    comuni: dict[Comune, float]
    ambiti: Sequence[str]
    shares: dict[str, float]
    monday: dt.date


def mediator(random: Random, number: int, mother: str, around: Surroundings) -> Mediator:
    """One person with her home, languages and weekly availability; her number cannot be anybody's (no such prefix is sold)."""
    gender = one_of(random, {"f": 68, "m": 31, "x": 1})
    home = one_of(random, around.comuni)
    hours = random.randint(*(FEW_HOURS if happens(random, WITH_FEW_HOURS) else HOURS))
    means = one_of(random, {"car": 68, "bus": 29, "motorbike": 3})
    code = f"m{number:03d}"
    return Mediator(
        code=code,
        name=person(random, mother, gender),
        gender=gender,
        phone=f"+39319000{number:04d}",
        message_language="en" if mother in ("en", "tw", "pcm", "yo") or happens(random, 6) else "it",
        organisation=around.providers[number % len(around.providers)],
        home=home_area(f"casa-{code}", home),
        kinds=[kind.value for kind, percent in KINDS.items() if happens(random, percent)],
        modes=modes(random),
        skills=skills(random, gender),
        ambiti=None
        if happens(random, 75)
        else sorted({home.ambito, *random.sample(list(around.ambiti), min(9, len(around.ambiti)))}),
        travel_means=means,
        travel_factor=load_travel()[means].factor,
        max_travel=random.choice((50, 70, 90, None)) if means != "bus" else random.choice((80, 100, 120)),
        max_day=random.choice((240, 360, 480, 480)),
        max_week=hours * 60,
        target_week=hours * 48,
        hourly_cost=random.choice(EURO_CENTS),
        quiet_hours_allowed=happens(random, 10),
        languages=[
            MediatorLanguage(language_code=c, level=level)
            for c, level in spoken_by(random, mother, around.shares).items()
        ],
        availability=availability(random, hours),
    )


def modes(random: Random) -> list[str]:
    """Nearly everybody comes in person; most also answer the phone, fewer a video call."""
    remote = [mode.value for mode, percent in ((Mode.PHONE, 80), (Mode.VIDEO, 65)) if happens(random, percent)]
    return remote if remote and happens(random, 3) else [Mode.ONSITE.value, *remote]


def skills(random: Random, gender: str) -> list[str]:
    found = [skill for skill, percent in SKILLS.items() if happens(random, percent)]
    return [*found, "obstetrics"] if gender == "f" and happens(random, 55) else found


def availability(random: Random, hours: int) -> list[Availability]:
    """Half-days for well more than the hours agreed, so that there is a choice; some evenings, a few Saturdays."""
    halves = [(day, half) for day in range(5) for half in (MORNING, AFTERNOON)]
    chosen = random.sample(halves, min(len(halves), 3 + round(hours * 2 / 5)))
    if happens(random, 40):
        chosen += [(day, EVENING) for day in random.sample(range(5), 3)]
    if happens(random, 15):
        chosen.append((5, MORNING))
    found: list[Availability] = []
    for day, (low, high) in sorted(chosen):
        # An evening follows on a working afternoon: two shifts of a pattern never overlap.
        ends = found[-1].to_minute if found and found[-1].weekday == day else 0
        found.append(Availability(weekday=day, from_minute=max(low, ends), to_minute=high))
    return found


def away(random: Random, person: Mediator, monday: dt.date, places: Sequence[Place]) -> list[Absence | Commitment]:
    """One in five attends a two-hour course in the week, half of them online; one in sixteen is away for a day."""
    found: list[Absence | Commitment] = []
    shift = random.choice(person.availability)
    if happens(random, 20):
        start = from_wall(monday, shift.weekday * 1440 + shift.from_minute + 15 * random.randint(0, 4))
        during = Range(start, start + dt.timedelta(hours=2))
        found.append(
            Commitment(mediator_id=person.id, place_id=random.choice((None, random.choice(places).id)), during=during)
        )
    if happens(random, 6):
        start = from_wall(monday, random.randint(0, 4) * 1440)
        found.append(Absence(mediator_id=person.id, during=Range(start, start + dt.timedelta(days=1))))
    return found
