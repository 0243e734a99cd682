# SPDX-License-Identifier: AGPL-3.0-or-later
"""A made-up week of requests: who asks for what, where, when, for how long and with which musts and wishes."""

from __future__ import annotations

from math import exp, log
from random import Random

from solver.generate.profiles import Profile, Sector, languages
from solver.problem import (
    DAY,
    Appointment,
    Gender,
    GenderWish,
    Kind,
    Mediator,
    Mode,
    Place,
    Slot,
    Span,
    Wishes,
)

WEEKDAY_WEIGHTS = (1.1, 1.1, 1.1, 1.1, 0.9, 0.1)
HOURS = ((510, 750, 60), (810, 1050, 33), (1080, 1200, 7))  # first start, last start, percent
VALUES, VALUE_WEIGHTS = (500, 900, 1500), (75, 20, 5)  # routine, important, urgent
PROJECT = "fami-2463"


class Week:
    """The requests of one week, drawn one after the other from one seeded source."""

    def __init__(self, random: Random, profile: Profile, desks: list[Place], mediators: tuple[Mediator, ...]) -> None:
        self.random = random
        self.profile = profile
        self.desks = desks
        self.mediators = mediators
        self.shares = languages(profile.languages)
        self.cases = 0

    def appointments(self) -> tuple[Appointment, ...]:
        """About five working days' requests; every twentieth has two slots, every twenty-fifth is a presence."""
        made: list[Appointment] = []
        for number in range(1, 5 * self.profile.requests_a_day + 1):
            make = self._presence if number % 25 == 0 else self._visit
            made.append(make(f"a{number}", made))
        return tuple(made)

    def _visit(self, name: str, before: list[Appointment]) -> Appointment:
        sector = self.random.choices(self.profile.sectors, weights=[part.share for part in self.profile.sectors])[0]
        mode: Mode = self.random.choices(("onsite", "phone", "video"), weights=self.profile.modes)[0]
        case, again = self._case(before)
        desk = self.random.choice(self.desks)
        people = 2 if int(name[1:]) % 20 == 0 else 1
        return Appointment(
            id=name,
            kind=self.random.choice(sector.kinds),
            mode=mode,
            place=desk.id if mode == "onsite" or self.random.random() < 0.5 else None,
            duration=self._duration(70 if mode == "onsite" else 35),
            windows=self._windows(),
            project=PROJECT if self.random.random() < 0.5 else None,
            case=case,
            slots=tuple(self._slot(f"{name}/{number}", sector, again) for number in range(1, people + 1)),
        )

    def _presence(self, name: str, _: list[Appointment]) -> Appointment:
        """A half-day at a fixed desk: no language needed, but somebody who does territorial work."""
        start = self._day() * DAY + self.random.choice((510, 810))
        slot = Slot(f"{name}/1", {}, False, (), None, 900, (), None)
        kind: Kind = "territorial"
        place = self.random.choice(self.desks).id
        return Appointment(name, kind, "onsite", place, 240, ((start, start),), PROJECT, None, (slot,))

    def _slot(self, name: str, sector: Sector, again: Slot | None) -> Slot:
        spoken = dict(again.languages) if again else self._languages()
        needs = (sector.skill,) if sector.skill and self.random.random() < 0.3 else ()
        return Slot(
            id=name,
            languages=spoken,
            any_language=len(spoken) > 1,
            skills=needs,
            gender=self._gender(sector),
            value=self.random.choices(VALUES, weights=VALUE_WEIGHTS)[0],
            excluded=self._some_speakers(spoken, 1) if self.random.random() < 0.06 else (),
            only=(self._some_speakers(spoken, 3) or None) if self.random.random() < 0.03 else None,
            wishes=self._wishes(spoken, again),
        )

    def _case(self, before: list[Appointment]) -> tuple[str | None, Slot | None]:
        """A third of the visits belong to a case; half of those follow an earlier visit of the week."""
        if self.random.random() > 0.35:
            return None, None
        earlier = [visit for visit in before if visit.case is not None]
        if earlier and self.random.random() < 0.5:
            visit = self.random.choice(earlier)
            return visit.case, visit.slots[0]
        self.cases += 1
        return f"c-{self.cases}", None

    def _wishes(self, spoken: dict[str, int], again: Slot | None) -> Wishes:
        known = self._some_speakers(spoken, 1) if again and self.random.random() < 0.6 else ()
        wants: Gender = self.random.choice(("f", "m"))
        return Wishes(
            gender=GenderWish(wants, 40) if self.random.random() < 0.15 else None,
            skills={"health": 30} if self.random.random() < 0.1 else {},
            mediators={known[0]: 0, "*": 60} if known else {},
            level={"2": 5, "1": 20} if self.random.random() < 0.5 else {},
        )

    def _languages(self) -> dict[str, int]:
        """One language at a level; one in twenty slots takes either of two."""
        count = 2 if self.random.random() < 0.05 else 1
        names = self.random.choices(list(self.shares), weights=list(self.shares.values()), k=count)
        return {name: self.random.choice((1, 1, 2)) for name in names}

    def _gender(self, sector: Sector) -> Gender | None:
        asked = 0.2 if sector.name == "health" else 0.09
        return self.random.choices(("f", "m"), weights=(9, 1))[0] if self.random.random() < asked else None

    def _some_speakers(self, spoken: dict[str, int], count: int) -> tuple[str, ...]:
        speakers = [mediator.id for mediator in self.mediators if mediator.languages.keys() & spoken.keys()]
        return tuple(self.random.sample(speakers, min(count, len(speakers))))

    def _duration(self, median: int) -> int:
        """Log-normal, in quarters of an hour, from one quarter to four hours."""
        minutes = exp(self.random.gauss(log(median), 0.45))
        return min(240, max(15, 15 * round(minutes / 15)))

    def _windows(self) -> tuple[Span, ...]:
        """Three in ten are flexible by one to four hours, half of those on two or three alternative days."""
        low, high, _ = self.random.choices(HOURS, weights=[share for _, _, share in HOURS])[0]
        start, day = low + 15 * self.random.randint(0, (high - low) // 15), self._day()
        if self.random.random() > 0.3:
            return ((day * DAY + start, day * DAY + start),)
        last = min(start + 60 * self.random.randint(1, 4), 1230)
        days = {day}
        if self.random.random() < 0.5:
            days |= {self._day() for _ in range(self.random.randint(1, 2))}
        return tuple((day * DAY + start, day * DAY + last) for day in sorted(days))

    def _day(self) -> int:
        days = range(min(self.profile.days, len(WEEKDAY_WEIGHTS)))
        return self.random.choices(days, weights=WEEKDAY_WEIGHTS[: len(days)])[0]
