# SPDX-License-Identifier: AGPL-3.0-or-later
"""Made-up mediators: languages, skills, ways of getting about, part-time weeks and the courses they attend."""

from __future__ import annotations

from random import Random

from solver.generate.profiles import Profile, languages
from solver.problem import DAY, Busy, Gender, Kind, Mediator, Mode, Place, Span

EVERY_KIND: tuple[Kind, ...] = ("interpreting", "mediation", "territorial", "team", "feedback")
MORNING, AFTERNOON, EVENING = (480, 780), (780, 1080), (1080, 1260)


def mediators(random: Random, profile: Profile, homes: list[Place], desks: list[Place]) -> tuple[Mediator, ...]:
    """One mediator for each home; every language of the profile has a speaker."""
    shares = languages(profile.languages)
    ambiti = sorted({desk.ambito for desk in desks})
    return tuple(
        _mediator(random, number, home, _languages(random, number, shares), ambiti, desks)
        for number, home in enumerate(homes)
    )


def _mediator(
    random: Random, number: int, home: Place, spoken: dict[str, int], ambiti: list[str], desks: list[Place]
) -> Mediator:
    hours = random.randint(2, 6) if random.random() < 0.15 else random.randint(8, 30)  # some come only now and then
    shifts = _shifts(random, hours)
    drives = random.random() < 0.7
    everywhere = random.random() < 0.6
    return Mediator(
        id=f"m{number + 1}",
        home=home.id,
        gender=_gender(random),
        languages=spoken,
        kinds=_kinds(random),
        skills=tuple(skill for skill in ("health", "minors", "legal") if random.random() < 0.65),
        ambiti=None if everywhere else tuple(sorted({home.ambito, *random.sample(ambiti, min(len(ambiti), 5))})),
        modes=_modes(random),
        travel_factor=1.0 if drives else 1.8,
        max_travel=random.choice((45, 60, 75, None)) if drives else random.choice((60, 90)),
        shifts=shifts,
        max_day=random.choice((240, 360, 480, 480)),
        max_week=hours * 60,
        target_week=hours * 48,
        hourly_cost=random.choice((2200, 2500, 2750, 2750, 2750, 3200, 4000)),
        busy=_busy(random, shifts, desks),
    )


def _gender(random: Random) -> Gender:
    return random.choices(("f", "m", "x"), weights=(68, 31, 1))[0]


def _kinds(random: Random) -> tuple[Kind, ...]:
    """Everybody interprets; the further a kind is from interpreting, the fewer do it."""
    likely = {"interpreting": 1.0, "mediation": 0.95, "territorial": 0.5, "team": 0.7, "feedback": 0.8}
    return tuple(kind for kind in EVERY_KIND if random.random() < likely[kind])


def _modes(random: Random) -> tuple[Mode, ...]:
    remote: tuple[Mode, ...] = tuple(mode for mode in ("phone", "video") if random.random() < 0.6)
    return ("onsite", *remote) if random.random() < 0.95 or not remote else remote


def _languages(random: Random, number: int, shares: dict[str, float]) -> dict[str, int]:
    """The first language goes round so that each is spoken; further ones follow demand, but less steeply."""
    names = list(shares)
    first = names[number] if number < len(names) else random.choices(names, weights=list(shares.values()))[0]
    spoken = {first: 3}
    for _ in range(random.choices((0, 1, 2, 3), weights=(35, 35, 20, 10))[0]):
        other = random.choices(names, weights=[share**0.7 for share in shares.values()])[0]
        spoken.setdefault(other, random.choice((1, 2, 2, 3)))
    return spoken


def _shifts(random: Random, hours: int) -> tuple[Span, ...]:
    """Half-days Monday to Friday, well over twice as many as her hours need; some evenings, a few Saturdays."""
    halves = [(day, half) for day in range(5) for half in (MORNING, AFTERNOON)]
    chosen = random.sample(halves, min(len(halves), max(2, round(hours * 2.4 / 5))))
    if random.random() < 0.25:
        chosen += [(day, EVENING) for day in random.sample(range(5), 2)]
    if random.random() < 0.15:
        chosen.append((5, MORNING))
    return _joined(sorted((day * DAY + low, day * DAY + high) for day, (low, high) in chosen))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Touching half-days are one shift."""
    joined: list[Span] = []
    for low, high in spans:
        if joined and joined[-1][1] == low:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return tuple(joined)


def _busy(random: Random, shifts: tuple[Span, ...], desks: list[Place]) -> tuple[Busy, ...]:
    """One in five attends a two-hour course within a shift, half of them online."""
    if random.random() > 0.2:
        return ()
    low, high = random.choice(shifts)
    start = low + 15 * random.randint(0, (high - low - 120) // 15)
    return (Busy(place=random.choice((None, random.choice(desks).id)), start=start, end=start + 120),)
