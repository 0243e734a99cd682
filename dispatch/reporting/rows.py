# SPDX-License-Identifier: AGPL-3.0-or-later
"""One row of a report: a mediator, language, ambito, desk or project with its hours, offers and last job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dispatch.records.statuses import OfferStatus
from dispatch.reporting.figures import Figures, percent

NONE = "-"  # the key, in addresses, of what belongs to no project (or language, or ambito)


@dataclass
class Offers:
    """How many were put and how they ended; what was covered by somebody else or still waits is only received."""

    received: int = 0
    accepted: int = 0
    refused: int = 0
    silent: int = 0

    @property
    def answered(self) -> int:
        """Those that came to an end by what she did or did not say."""
        return self.accepted + self.refused + self.silent

    @property
    def refused_percent(self) -> float:
        return percent(self.refused, self.answered) or 0.0

    def add(self, status: str, count: int) -> None:
        self.received += count
        self.accepted += count * (status == OfferStatus.ACCEPTED)
        self.refused += count * (status == OfferStatus.DECLINED)
        self.silent += count * (status == OfferStatus.EXPIRED)


@dataclass(frozen=True)
class Row:
    """``key`` is its code. ``limit`` and ``target`` are minutes of the period, ``week_limit`` those of a week.

    ``training`` counts towards the limit. ``average`` is how far from the average mediator, in percent. ``last`` is the
    newest job begun, ``latest`` the newest of all, also ahead.
    """

    key: str
    name: str
    about: str
    figures: Figures
    offers: Offers = field(default_factory=Offers)
    limit: int | None = None
    week_limit: int | None = None
    target: int | None = None
    training: int = 0
    average: float | None = None
    last: dt.datetime | None = None
    latest: dt.datetime | None = None
    speakers: int = 0

    @property
    def used(self) -> int:
        return self.figures.used + self.training

    @property
    def percent_of_limit(self) -> float | None:
        return percent(self.used, self.limit)

    @property
    def highest_percent(self) -> float | None:
        """Of the limit of the whole period or of its fullest week, whichever is nearer to being reached."""
        if self.percent_of_limit is None:
            return None
        return max(self.percent_of_limit, percent(self.figures.fullest_week, self.week_limit) or 0.0)


ORDERS: dict[str, Callable[[Row], float | None]] = {
    "hours": lambda row: row.used,
    "limit": lambda row: row.highest_percent,
    "requested": lambda row: row.figures.requested,
    "planned": lambda row: row.figures.planned,
    "booked": lambda row: row.figures.booked,
    "worked": lambda row: row.figures.worked,
    "uncovered": lambda row: row.figures.uncovered,
    "km": lambda row: row.figures.km,
    "received": lambda row: row.offers.received,
    "accepted": lambda row: row.offers.accepted,
    "refused": lambda row: row.offers.refused,
    "silent": lambda row: row.offers.silent,
    "average": lambda row: row.average,
    "last": lambda row: row.last.timestamp() if row.last else None,
}


def in_order(rows: Iterable[Row], order: str) -> list[Row]:
    """By name, or by the figure that ``order`` names ("-km": the most first); what has no figure comes last."""
    by_name = sorted(rows, key=lambda row: (row.key == NONE, row.name.casefold(), row.key))
    figure = ORDERS.get(order.removeprefix("-"))
    if figure is None:
        return by_name[::-1] if order == "-name" else by_name
    sign = -1 if order.startswith("-") else 1
    return sorted(by_name, key=lambda row: ((value := figure(row)) is None, sign * (value or 0)))
