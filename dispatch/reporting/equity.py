# SPDX-License-Identifier: AGPL-3.0-or-later
"""Equity: the hours each ambito asked for and got, beside how many people live there and how many need a mediator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.records.territory import Ambito
from dispatch.reporting.figures import Figures, percent


@dataclass(frozen=True)
class Share:
    """One ambito. ``incidence`` is non-EU residents in 100, null where no figure was found: then what follows is null.

    ``expected`` and ``delivered_share`` compare the ambiti whose incidence is known with each other, in percent.
    """

    code: str
    name: str
    population: int
    incidence: float | None
    requested: int
    filled: float | None
    delivered: int
    expected: float | None
    delivered_share: float | None

    @property
    def foreigners(self) -> float | None:
        return None if self.incidence is None else self.population * self.incidence / 100

    @property
    def per_thousand(self) -> float | None:
        """Minutes delivered per 1,000 residents."""
        return 1000 * self.delivered / self.population if self.population else None

    @property
    def per_thousand_foreigners(self) -> float | None:
        return 1000 * self.delivered / self.foreigners if self.foreigners else None

    @property
    def gap(self) -> float | None:
        """Percentage points above (or below) its expected share."""
        if self.expected is None or self.delivered_share is None:
            return None
        return self.delivered_share - self.expected


def shares(ambiti: Iterable[Ambito], figures: Mapping[str, Figures]) -> list[Share]:
    """Every ambito in its order; delivered are minutes somebody was there for, nothing only promised or paid."""
    everywhere = list(ambiti)
    known = [one for one in everywhere if one.extra_eu_incidence_pct is not None]
    foreigners = sum(one.population * (one.extra_eu_incidence_pct or 0) for one in known)
    delivered = sum(figures[one.code].delivered for one in known if one.code in figures)
    found = []
    for one in everywhere:
        hers = figures.get(one.code, Figures())
        incidence = one.extra_eu_incidence_pct
        found.append(
            Share(
                one.code,
                one.name,
                one.population,
                incidence,
                hers.requested,
                hers.filled_percent,
                hers.delivered,
                None if incidence is None else percent(one.population * incidence, foreigners),
                None if incidence is None else percent(hers.delivered, delivered),
            )
        )
    return found
