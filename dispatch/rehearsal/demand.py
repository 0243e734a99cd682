# SPDX-License-Identifier: AGPL-3.0-or-later
"""A week's requests as desks would send them: bodies of ``POST /api/v1/requests``, each with its hour of arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from dispatch.kit.clock import at_home, from_wall
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Kind, Mode, Priority, Tolerance
from dispatch.records.territory import Desk
from dispatch.rehearsal.draws import happens, log_normal, one_of
from dispatch.rehearsal.population import PROJECTS, Province
from dispatch.rehearsal.profiles import DEMAND, DemandRates

OFFICE = (480, 1080)  # when desks write, unless it is short notice
LAST_END = 1260
HOUR = dt.timedelta(hours=1)


@dataclass
class Asked:
    """One request: when it arrives, what it says, and when the desk takes it back (None: it does not)."""

    at: dt.datetime
    body: dict[str, Any]
    start: dt.datetime
    lead_hours: float
    cancel_at: dt.datetime | None = None
    presence: bool = False
    follow_up: bool = False

    @property
    def in_series(self) -> bool:
        return "repeat" in self.body

    @property
    def minutes(self) -> int:
        """Of its first occurrence, for each mediator."""
        return int(self.body["duration"])


@dataclass
class Demand:
    """Draws the requests of one week, one after the other, from one seeded source."""

    province: Province
    seed: int
    rates: DemandRates = DEMAND
    cases: list[Asked] = field(default_factory=list)
    staffed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = Random(f"demand {self.province.profile.name} {self.seed}")
        self.by_sector: dict[str, list[Desk]] = {}
        self.sector_of = {desk.code: desk.sector for desk in self.province.desks}
        for desk in self.province.desks:
            self.by_sector.setdefault(desk.sector, []).append(desk)

    def week(self) -> list[Asked]:
        """Five working days' requests in the order of their arrival."""
        count = round(5 * self.province.profile.requests_a_day)
        presences = round(count * self._presence_percent() / 100)
        made = [self._presence() for _ in range(presences)] + [self._visit() for _ in range(count - presences)]
        return sorted(made, key=lambda asked: (asked.at, asked.body["desk"]))

    def _presence_percent(self) -> float:
        """So many requests are presences that they make ``presence_hours`` percent of the hours."""
        share, mean = self.rates.presence_hours / 100, 75.0
        return 100 * share * mean / (share * mean + (1 - share) * self.rates.presence_minutes)

    def _presence(self) -> Asked:
        """A half-day at a fixed desk every week: no language asked, somebody for territorial work."""
        sector = self.random.choice(("school", "social", "town"))
        free = [desk for desk in self.by_sector.get(sector, ()) if desk.code not in self.staffed]
        desk = self.random.choice(free or [desk for desk in self.province.desks if desk.code not in self.staffed])
        self.staffed.add(desk.code)
        start = from_wall(self.province.monday, self._day() * 1440 + self.random.choice((510, 540, 810, 840)))
        body = self._body(desk, Kind.TERRITORIAL, self.rates.presence_minutes, start) | {
            "languages": [],
            "priority": Priority.IMPORTANT.value,
            "project": next(iter(PROJECTS)),
        }
        body["repeat"] = self._repeat(start)
        asked = self._arriving(body, start, least_hours=72, presence=True)
        asked.cancel_at = None
        return asked

    def _visit(self) -> Asked:
        sectors = self.province.profile.sectors
        sector = one_of(self.random, {name: rates.share for name, rates in sectors.items()})
        earlier = self._earlier(sector)
        desk_code = earlier.body["desk"] if earlier else self.random.choice(self.by_sector[sector]).code
        desk = next(desk for desk in self.by_sector[sector] if desk.code == desk_code)
        mode = self._mode()
        low, high = self._hours()
        start = from_wall(self.province.monday, self._day() * 1440 + 15 * self.random.randint(low // 15, high // 15))
        kind = Kind(self.random.choice(sectors[sector].kinds))
        body = self._body(desk, kind, self._duration(mode, start), start)
        if mode is not Mode.ONSITE:
            body["mode"] = mode.value
            if happens(self.random, 50):
                del body["place"]
        body |= self._languages(earlier) | dict(self._people_needs(sector)) | self._case(earlier)
        if happens(self.random, self.rates.project):
            body["project"] = one_of(self.random, dict(zip(PROJECTS, (70, 30), strict=True)))
        asked = self._arriving(body, start, least_hours=0, presence=False)
        self._settle_timing(asked)
        asked.follow_up = earlier is not None
        if "case" in body:
            self.cases.append(asked)
        return asked

    def _body(self, desk: Desk, kind: Kind, duration: int, start: dt.datetime) -> dict[str, Any]:
        wall = at_home(start)
        return {
            "desk": desk.code,
            "kind": kind.value,
            "place": desk.code,
            "duration": duration,
            "when": [{"day": wall.date().isoformat(), "from": f"{wall:%H:%M}"}],
        }

    def _arriving(self, body: dict[str, Any], start: dt.datetime, *, least_hours: float, presence: bool) -> Asked:
        """Draw the notice given; unless it is short, desks write in office hours."""
        spans = [(percent, low, high) for percent, low, high in self.rates.lead_hours if low >= least_hours]
        _, low, high = self.random.choices(spans, weights=[span[0] for span in spans])[0]
        lead = self.random.uniform(low, high)
        at = start - lead * HOUR
        if lead >= 24:
            at = from_wall(at_home(at).date(), self.random.randint(*OFFICE))
            at = min(at, start - low * HOUR)
        return Asked(at, body, start, lead, self._cancelled(at, start), presence)

    def _cancelled(self, at: dt.datetime, start: dt.datetime) -> dt.datetime | None:
        rates = self.rates
        early, late, last = rates.cancelled_early, rates.cancelled_late, rates.cancelled_at_last
        hours = one_of(
            self.random, {(49.0, 120.0): early, (24.0, 48.0): late, (1.0, 23.0): last, None: 100 - early - late - last}
        )
        if hours is None:
            return None
        moment = start - self.random.uniform(*hours) * HOUR
        return moment if moment > at + HOUR / 2 else None

    def _settle_timing(self, asked: Asked) -> None:
        """With time to spare a request may be flexible, or every week; short notice is neither."""
        entry = asked.body["when"][0]
        asked.body["priority"] = self._priority(asked.lead_hours).value
        if asked.lead_hours < 24:
            return
        if asked.body.get("people") == 2 or happens(self.random, self.rates.flexible * 1.1):
            other_days = asked.lead_hours >= 72 and happens(self.random, self.rates.flexible_other_days)
            same_day = self.random.choice((Tolerance.HALF_HOUR, Tolerance.SAME_DAY))
            entry["tolerance"] = (Tolerance.SAME_WEEK if other_days else same_day).value
        elif asked.lead_hours >= 72 and happens(self.random, self._series_percent()):
            asked.body["repeat"] = self._repeat(asked.start)
            if asked.body["priority"] == Priority.URGENT:  # nobody is in a hurry for months
                asked.body["priority"] = Priority.IMPORTANT.value

    def _series_percent(self) -> float:
        """Only a part of the visits can be weekly: not what comes at short notice, is flexible, or is a presence."""
        rates = self.rates
        early = sum(percent for percent, low, _ in rates.lead_hours if low >= 72)
        return rates.series_hours * 1e4 / (early * (100 - rates.flexible) * (1 - rates.presence_hours / 100))

    def _repeat(self, start: dt.datetime) -> dict[str, str]:
        """``series_weeks`` occurrences in all, holidays or not: the desk will say which fall out."""
        weeks = self.random.randint(*self.rates.series_weeks) - 1
        return {"every": "week", "until": (at_home(start).date() + dt.timedelta(weeks=weeks)).isoformat()}

    def _priority(self, lead_hours: float) -> Priority:
        if lead_hours < 2:
            return Priority.URGENT
        rates = self.rates
        plain = 100 - rates.important - rates.urgent
        return one_of(
            self.random,
            {Priority.ROUTINE: plain, Priority.IMPORTANT: rates.important, Priority.URGENT: rates.urgent},
        )

    def _languages(self, earlier: Asked | None) -> dict[str, Any]:
        if earlier:
            return {"languages": earlier.body["languages"], "any_language": earlier.body.get("any_language", False)}
        count = 2 if happens(self.random, self.rates.two_languages) else 1
        codes: set[str] = set()
        while len(codes) < count:
            codes.add(one_of(self.random, self.province.shares))
        level = 2 if happens(self.random, self.rates.level_two) else 1
        return {
            "languages": [{"code": code, "level": level, "must": True} for code in sorted(codes)],
            "any_language": count > 1 and happens(self.random, 60),
        }

    def _people_needs(self, sector: str) -> Iterator[tuple[str, Any]]:
        """Gender, skills and how many people; what belongs to the sector is a must more often than a wish."""
        rates, part = self.rates, self.province.profile.sectors[sector]
        if happens(self.random, part.women_only):
            yield "gender", {"is": "f" if happens(self.random, 92) else "m", "must": True}
        elif happens(self.random, rates.gender_wish):
            yield "gender", {"is": "f", "must": False}
        if happens(self.random, rates.skill_must):
            yield "skills", [{"code": part.skills[0], "must": True}]
        elif happens(self.random, rates.skill_wish):
            yield "skills", [{"code": part.skills[-1], "must": False}]
        if happens(self.random, rates.two_people):
            yield "people", 2

    def _earlier(self, sector: str) -> Asked | None:
        """The visit this one follows, for the same person: same desk, same language."""
        found = [asked for asked in self.cases if self.sector_of[asked.body["desk"]] == sector]
        if found and happens(self.random, self.rates.case * self.rates.follow_up / 100):
            return self.random.choice(found)
        return None

    def _case(self, earlier: Asked | None) -> dict[str, Any]:
        if earlier is None:
            fresh = happens(self.random, self.rates.case * (1 - self.rates.follow_up / 100) * 1.4)
            return {"case": f"c-{len(self.cases) + 1:03d}"} if fresh else {}
        found: dict[str, Any] = {"case": earlier.body["case"]}
        if happens(self.random, self.rates.same_mediator):
            known = self._known_to(earlier)
            if known:
                found["same_mediator"] = {"id": known, "must": happens(self.random, self.rates.same_mediator_must)}
        return found

    def _known_to(self, earlier: Asked) -> str | None:
        """Somebody who may have met this person before: she speaks the language and does this kind of work."""
        asked = {language["code"] for language in earlier.body["languages"]}
        fit = [
            person.code
            for person in self.province.mediators
            if asked & spoken(person) and earlier.body["kind"] in person.kinds
        ]
        return Random(f"{self.seed} {earlier.body['case']}").choice(fit) if fit else None

    def _mode(self) -> Mode:
        profile = self.province.profile
        return one_of(self.random, {Mode.ONSITE: profile.onsite, Mode.PHONE: profile.phone, Mode.VIDEO: profile.video})

    def _hours(self) -> tuple[int, int]:
        _, low, high = self.random.choices(self.rates.hours, weights=[percent for percent, _, _ in self.rates.hours])[0]
        return low, high

    def _day(self) -> int:
        return self.random.choices(range(len(self.rates.weekdays)), weights=self.rates.weekdays)[0]

    def _duration(self, mode: Mode, start: dt.datetime) -> int:
        median = self.rates.onsite_median if mode is Mode.ONSITE else self.rates.remote_median
        minutes = 15 * round(log_normal(self.random, median, self.rates.spread) / 15)
        wall = at_home(start)
        left = LAST_END - wall.hour * 60 - wall.minute
        return max(15, min(minutes, self.rates.longest, left))


def spoken(person: Mediator) -> set[str]:
    return {language.language_code for language in person.languages}


def minutes_by_purse(week: list[Asked], province: Province) -> dict[tuple[str, str], int]:
    """What the week asks of each (project, ambito), in minutes of mediators."""
    ambito_of = {desk.code: desk.place.ambito_code for desk in province.desks}
    asked: dict[tuple[str, str], int] = {}
    for one in week:
        if "project" in one.body and "place" in one.body:
            purse = (one.body["project"], ambito_of[one.body["place"]])
            asked[purse] = asked.get(purse, 0) + one.minutes * one.body.get("people", 1)
    return asked
