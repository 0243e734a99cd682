# SPDX-License-Identifier: AGPL-3.0-or-later
"""The months a simulation can play beside a normal one: each changes one thing in demand, people, money or the wire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall, machine_now, now
from dispatch.kit.queue import enqueue
from dispatch.kit.session import Database
from dispatch.line.breaker import Standing, held, running
from dispatch.line.rows import change_within
from dispatch.records.roster import Mediator
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.month import Wanted, drawn_weeks, numbered
from dispatch.rehearsal.population import Province
from dispatch.rehearsal.profiles import Profile, SectorRates
from dispatch.roster.entries import AbsenceEntry
from dispatch.roster.exceptions import save_absence
from dispatch.roster.leaving import Visits
from notifications.providers.phone import BuiltInPhone

if TYPE_CHECKING:
    from dispatch.rehearsal.life import Month

MONDAY = dt.date(2026, 10, 5)  # an autumn month like most, with the night in which summer time ends
SCHOOL_BEGINS = dt.date(2026, 9, 7)
SURGING, RARE = "uk", "wo"
SURGE = 3  # times the usual, for three weeks
ILL_PER_HUNDRED = 15
PURSE_LEFT = 0.3  # of what one project is asked to pay
RARE_ASKED = 0.1  # of all visits, when a language has one speaker
MOUNTAINS = "BG09"  # Valle Seriana Superiore e Valle di Scalve
MOUNTAIN_SHARE = 0.15  # of a week's requests, all on one day
CUT = ((1, 10 * 60), (1, 12 * 60))  # Tuesday, from ten to twelve


@dataclass(frozen=True)
class Scenario:
    """A month that begins on ``monday``; what is not said of it is as usual."""

    letter: str
    title: str
    told: str
    monday: dt.date = MONDAY

    def sized(self, profile: Profile) -> Profile:
        return profile

    def people(self, province: Province) -> None:
        """Change the mediators before anybody asks."""

    def extra(self, province: Province, days: int, seed: int) -> Sequence[Asked]:  # noqa: ARG002
        """Requests beside the usual ones."""
        return ()

    def paid(self, project: str) -> float:  # noqa: ARG002
        """How much of what is asked of a project its purse holds."""
        return 1.6

    def events(self, month: Month) -> None:
        """What happens to the office in the course of the month."""

    def requests(self, province: Province, days: int, seed: int) -> list[Wanted]:
        """Everything that is asked, numbered in the order of arrival."""
        return numbered([*drawn_weeks(province, days, seed), *self.extra(province, days, seed)])


class Surge(Scenario):
    """One language is asked for three times as often, in the first three weeks."""

    def extra(self, province: Province, days: int, seed: int) -> Sequence[Asked]:
        more: list[Asked] = []
        for again in range(1, SURGE):
            others = drawn_weeks(province, min(days, 21), seed + 7000 * again)
            more += [_renamed(one, f"u{again}") for one in others if _asks_for(one, SURGING)]
        return more


class Flu(Scenario):
    """On the Monday of the second week one in seven calls in ill until Friday; what they hold is released."""

    def events(self, month: Month) -> None:
        month.at(from_wall(self.monday, 7 * 1440 + 7 * 60 + 30), "absences", lambda: self._fall_ill(month))

    def _fall_ill(self, month: Month) -> None:
        start, end = (from_wall(self.monday, minute) for minute in (7 * 1440 + 450, 12 * 1440))
        with month.database.begin() as session:
            for code in _some(session, month.seed, ILL_PER_HUNDRED):
                entry = AbsenceEntry(mediator=code, start=start, end=end)
                save_absence(session, entry, "simulation", now(session), visits=Visits.RELEASE)


class EmptyPurse(Scenario):
    """The first project can pay for less than a third of what is asked of it."""

    def paid(self, project: str) -> float:
        return PURSE_LEFT if project.startswith("fami") else super().paid(project)


class OneSpeaker(Scenario):
    """A language has a single speaker, who lives in one ambito and is asked for in three."""

    def people(self, province: Province) -> None:
        speakers = [one for one in province.mediators if any(spoken.language_code == RARE for spoken in one.languages)]
        for person in speakers[1:]:
            person.languages = [spoken for spoken in person.languages if spoken.language_code != RARE]

    def extra(self, province: Province, days: int, seed: int) -> Sequence[Asked]:
        ambiti = sorted({desk.place.ambito_code for desk in province.desks})[:3]
        mine = [desk for desk in province.desks if desk.place.ambito_code in ambiti]
        random = Random(f"rare {seed}")
        others = [one for one in drawn_weeks(province, days, seed + 7000) if not one.in_series]
        chosen = [one for one in others if random.random() < RARE_ASKED]
        return [
            _renamed(_in(_moved(one, mine[number % len(mine)].code, one.body["when"][0]["day"]), RARE), "rare")
            for number, one in enumerate(chosen)
        ]


class SchoolStart(Scenario):
    """September: schools ask for six in ten visits, and a third more is asked in all."""

    def sized(self, profile: Profile) -> Profile:
        school, rest = profile.sectors["school"], sum(one.share for one in profile.sectors.values())
        shrunk = 40 / (rest - school.share)
        sectors: dict[str, SectorRates] = {
            name: replace(part, share=60.0 if name == "school" else part.share * shrunk)
            for name, part in profile.sectors.items()
        }
        return replace(profile, sectors=sectors, requests_a_day=profile.requests_a_day * 4 / 3)


class MountainDay(Scenario):
    """One Wednesday a valley far from everybody asks for as much as it does in weeks."""

    def extra(self, province: Province, days: int, seed: int) -> Sequence[Asked]:
        ambiti = {desk.place.ambito_code for desk in province.desks}
        valley = MOUNTAINS if MOUNTAINS in ambiti else max(ambiti)
        up_there = [desk for desk in province.desks if desk.place.ambito_code == valley]
        sectors = {desk.sector for desk in up_there}
        day = (self.monday + dt.timedelta(days=9 if days > 9 else 2)).isoformat()
        alike = [one for one in drawn_weeks(province, 7, seed + 7000) if not one.in_series]
        chosen = alike[: max(3, round(len(alike) * MOUNTAIN_SHARE))]
        return [
            _renamed(_moved(one, up_there[n % len(up_there)].code, day), "up")
            for n, one in enumerate(chosen)
            if sectors
        ]


class CarrierDown(Scenario):
    """For two hours of a Tuesday morning no SMS is taken."""

    def events(self, month: Month) -> None:
        for (day, minute), change in zip(CUT, (_hold, running), strict=True):
            month.at(from_wall(self.monday, day * 1440 + minute), "time", partial(_set_line, month.database, change))


def _hold(line: Standing) -> Standing:
    return held(line, machine_now(), "simulation", "the carrier is down")


def _set_line(database: Database, change: Callable[[Standing], Standing]) -> None:
    """What an operator does: nothing leaves while the line is held, and what is queued leaves when it runs again."""
    with database.begin() as session:
        change_within(session, BuiltInPhone.name, change)
        enqueue(session, "offers.send")


def _asks_for(asked: Asked, language: str) -> bool:
    return any(one["code"] == language for one in asked.body["languages"])


def _in(asked: Asked, language: str) -> Asked:
    body = {key: value for key, value in asked.body.items() if key not in ("any_language", "same_mediator")}
    return replace(asked, body=body | {"languages": [{"code": language, "level": 1, "must": True}]})


def _moved(asked: Asked, desk: str, day: str) -> Asked:
    """The same request, on this day and at this desk, with the notice it had."""
    when = {**asked.body["when"][0], "day": day}
    before = dt.date.fromisoformat(asked.body["when"][0]["day"])
    later = dt.timedelta(days=(dt.date.fromisoformat(day) - before).days)
    body = {key: value for key, value in asked.body.items() if key not in ("case", "same_mediator", "mode")}
    cancel_at = None if asked.cancel_at is None else asked.cancel_at + later
    return replace(
        asked,
        at=asked.at + later,
        start=asked.start + later,
        cancel_at=cancel_at,
        body=body | {"desk": desk, "place": desk, "when": [when]},
    )


def _renamed(asked: Asked, mark: str) -> Asked:
    """A case of its own: the codes of another draw count the same persons anew."""
    if "case" not in asked.body:
        return asked
    return replace(asked, body=asked.body | {"case": f"{mark}-{asked.body['case']}"})


def _some(session: Session, seed: int, per_hundred: int) -> list[str]:
    codes = sorted(session.scalars(select(Mediator.code).where(Mediator.active)))
    return Random(f"ill {seed}").sample(codes, max(1, len(codes) * per_hundred // 100))


SCENARIOS = {
    one.letter: one
    for one in (
        Scenario("a", "normal month", "nothing out of the ordinary"),
        Surge("b", "surge", f"one language ({SURGING}) is asked for three times as often for three weeks"),
        Flu("c", "flu week", "one in seven mediators is ill in the second week"),
        EmptyPurse("d", "budget used up", "one project can pay for less than a third of what is asked of it"),
        OneSpeaker("e", "one speaker", f"a language ({RARE}) has one speaker and is asked for in three ambiti"),
        SchoolStart("f", "school start", "September: schools ask for six in ten visits", SCHOOL_BEGINS),
        MountainDay("g", "mountain day", "one Wednesday a far valley asks for as much as in weeks"),
        CarrierDown("h", "carrier down", "for two hours no SMS is taken"),
    )
}
