# SPDX-License-Identifier: AGPL-3.0-or-later
"""The requests of several weeks on end, with as many weekly series and presences running as there always are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

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


def drawn_month(province: Province, days: int, seed: int, rates: DemandRates = DEMAND) -> list[Wanted]:
    """The requests for visits of ``days`` days from the province's Monday on, in the order of their arrival."""
    ends = province.monday + dt.timedelta(days=days)
    weeks = _weeks(province, -(-days // 7), seed, rates)
    asked = [one for week in weeks for one in week if one.body["when"][0]["day"] < ends.isoformat()]
    asked.sort(key=lambda one: (one.at, one.body["desk"], one.start))
    return [Wanted(number, one) for number, one in enumerate(asked, start=1)]


def _weeks(province: Province, count: int, seed: int, rates: DemandRates) -> Iterator[list[Asked]]:
    """All series of the first week are taken for running ones; later weeks bring only those that replace the ended."""
    staffed: set[str] = set()
    for number in range(count):
        monday = province.monday + dt.timedelta(weeks=number)
        week = Demand(replace(province, monday=monday), 1000 * number + seed, rates, staffed=staffed).week()
        fresh = Random(f"afresh {seed} {number}")
        kept = [one for one in week if number == 0 or not one.in_series or fresh.random() < BEGIN_AFRESH]
        for one in kept:
            if "case" in one.body:  # each week counts its cases anew
                one.body["case"] = f"s{number}-{one.body['case']}"
        yield kept
