# SPDX-License-Identifier: AGPL-3.0-or-later
"""The requests of several weeks on end, with as many weekly series and presences running as there always are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from dispatch.kit.clock import at_home
from dispatch.rehearsal.demand import Asked, Demand
from dispatch.rehearsal.population import Province
from dispatch.rehearsal.profiles import DEMAND, DemandRates

# A series lasts eight weeks on average: of those that fill a week, one in eight is new and the others go on.
BEGIN_AFRESH = 1 / 8


@dataclass(frozen=True)
class Wanted:
    """One request of the month; ``number`` is its name in every run of the same month, whatever the policy."""

    number: int
    asked: Asked


def numbered(asked: Iterable[Asked]) -> list[Wanted]:
    """Requests in the order of their arrival, each with its number."""
    ordered = sorted(asked, key=lambda one: (one.at, one.body["desk"], one.start))
    return [Wanted(number, one) for number, one in enumerate(ordered, start=1)]


def drawn_weeks(province: Province, days: int, seed: int, rates: DemandRates = DEMAND) -> list[Asked]:
    """The requests for visits of ``days`` days from the province's Monday on."""
    ends = (province.monday + dt.timedelta(days=days)).isoformat()
    weeks = _weeks(province, -(-days // 7), seed, rates)
    return [one for week in weeks for one in week if one.body["when"][0]["day"] < ends]


def _weeks(province: Province, count: int, seed: int, rates: DemandRates) -> Iterator[list[Asked]]:
    """All series of the first week are taken for running ones; later weeks bring only those that replace the ended."""
    staffed: set[str] = set()
    for number in range(count):
        monday = province.monday + dt.timedelta(weeks=number)
        week = Demand(replace(province, monday=monday), 1000 * number + seed, rates, staffed=set(staffed)).week()
        fresh = Random(f"afresh {seed} {number}")
        kept = [one for one in week if number == 0 or not one.in_series or fresh.random() < BEGIN_AFRESH]
        staffed |= {one.body["desk"] for one in kept if one.presence}
        for one in kept:
            if "case" in one.body:  # each week counts its cases anew
                one.body["case"] = f"s{number}-{one.body['case']}"
        yield kept


def minutes_asked(wanted: Iterable[Wanted], province: Province) -> dict[tuple[str, str], int]:
    """What the month asks of each (project, ambito), every date of a series counted: minutes of mediators."""
    ambito_of = {desk.code: desk.place.ambito_code for desk in province.desks}
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for one in wanted:
        body = one.asked.body
        if "project" in body and "place" in body:
            minutes = one.asked.minutes * body.get("people", 1) * max(1, len(body["languages"]))
            asked[body["project"], ambito_of[body["place"]]] += minutes * dates(one.asked)
    return dict(asked)


def dates(asked: Asked) -> int:
    """How many visits a request means."""
    if "repeat" not in asked.body:
        return 1
    until, first = dt.date.fromisoformat(asked.body["repeat"]["until"]), at_home(asked.start).date()
    return 1 + (until - first).days // 7
