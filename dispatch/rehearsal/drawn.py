# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rates really drawn, each beside the parameter it was drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from config.territory import load_languages
from dispatch.records.territory import Desk
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.profiles import DemandRates, Profile


@dataclass(frozen=True)
class Drawn:
    """One rate: its name, what was asked for and what came out, in percent unless the name says otherwise."""

    name: str
    parameter: float
    drawn: float


def rates_drawn(week: list[Asked], profile: Profile, rates: DemandRates, desks: list[Desk]) -> list[Drawn]:
    sector_of = {desk.code: desk.sector for desk in desks}
    visits = [asked for asked in week if not asked.presence]
    hours = sum(asked.minutes for asked in week)

    def share(test: Callable[[Asked], bool], among: list[Asked]) -> float:
        return 100 * sum(map(test, among)) / max(1, len(among))

    def of_hours(test: Callable[[Asked], bool]) -> float:
        return 100 * sum(asked.minutes for asked in week if test(asked)) / max(1, hours)

    found = [Drawn("requests", 5 * profile.requests_a_day, len(week))]
    sectors = Counter(sector_of[asked.body["desk"]] for asked in visits)
    modes = Counter(asked.body.get("mode", "onsite") for asked in visits)
    wanted_modes = {"onsite": profile.onsite, "phone": profile.phone, "video": profile.video}
    among = max(1, len(visits))
    found += [
        Drawn(f"sector: {name}", part.share, 100 * sectors[name] / among) for name, part in profile.sectors.items()
    ]
    found += [Drawn(f"mode: {mode}", wanted, 100 * modes[mode] / among) for mode, wanted in wanted_modes.items()]
    found += lead_times(visits, rates)
    onsite = [asked.minutes for asked in visits if asked.body.get("mode", "onsite") == "onsite"]
    remote = [asked.minutes for asked in visits if asked.body.get("mode", "onsite") != "onsite"]
    follow_ups = [asked for asked in visits if asked.follow_up]
    cancelled = rates.cancelled_early + rates.cancelled_late + rates.cancelled_at_last
    return [
        *found,
        Drawn("minutes on site, median", rates.onsite_median, median(onsite or [0])),
        Drawn("minutes remote, median", rates.remote_median, median(remote or [0])),
        Drawn("flexible", rates.flexible, share(lambda a: "tolerance" in a.body["when"][0], visits)),
        Drawn("hours in a weekly series", rates.series_hours, of_hours(lambda a: a.in_series and not a.presence)),
        Drawn("hours of fixed presences", rates.presence_hours, of_hours(lambda a: a.presence)),
        Drawn("gender required", 12, share(lambda a: a.body.get("gender", {}).get("must", False), visits)),
        Drawn(
            "same mediator, of follow-ups", rates.same_mediator, share(lambda a: "same_mediator" in a.body, follow_ups)
        ),
        Drawn("two people", rates.two_people, share(lambda a: a.body.get("people", 1) == 2, visits)),
        Drawn("charged to a project", rates.project, share(lambda a: "project" in a.body, visits)),
        Drawn("cancelled by the desk", cancelled, share(lambda a: a.cancel_at is not None, week)),
        *most_asked(visits),
    ]


def lead_times(visits: list[Asked], rates: DemandRates) -> Iterator[Drawn]:
    for percent, low, high in rates.lead_hours:
        within = sum(low <= asked.lead_hours < high for asked in visits)
        yield Drawn(f"notice: {low:g} to {high:g} h", percent, 100 * within / max(1, len(visits)))


def most_asked(visits: list[Asked], most: int = 6) -> Iterator[Drawn]:
    """The languages asked for most, by the demand shares of the language table."""
    codes = [language["code"] for asked in visits for language in asked.body["languages"]]
    for language in sorted(load_languages(), key=lambda one: -one.demand_share)[:most]:
        yield Drawn(
            f"language: {language.name_it}",
            language.demand_share,
            100 * codes.count(language.code) / max(1, len(codes)),
        )
