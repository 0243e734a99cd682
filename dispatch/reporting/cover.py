# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where hours are covered and where nobody comes: by ambito, by comune, and the languages that are missing there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dispatch.reporting.figures import percent
from dispatch.reporting.visits import language_of


class Cell(NamedTuple):
    """Minutes of visits of one ambito and comune (null: by phone or video) for which the same languages were asked."""

    ambito: str | None
    comune: str | None
    asked: tuple[str, ...]
    mediator_id: int | None
    requested: int
    uncovered: int
    used: int
    delivered: int


@dataclass
class Cover:
    """Minutes asked for, without anybody, and counted (worked where that is told, promised before)."""

    requested: int = 0
    uncovered: int = 0
    used: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    @property
    def filled(self) -> float | None:
        """How much of what was asked for has somebody, in percent; null when nothing was asked."""
        return percent(self.requested - self.uncovered, self.requested)

    def add(self, cell: Cell, language: str | None) -> None:
        self.requested += cell.requested
        self.uncovered += cell.uncovered
        self.used += cell.used
        if cell.uncovered and language:
            self.missing[language] += cell.uncovered


@dataclass(frozen=True)
class Ground:
    """``ambiti`` are the hours of each ambito, ``comuni`` the minutes counted in each comune."""

    ambiti: Mapping[str, Cover]
    comuni: Mapping[str, int]
    whole: Cover


def ground(
    cells: Iterable[Cell], levels: Mapping[int, Mapping[str, int]], shown: Iterable[str], language: str
) -> Ground:
    """What happened in the ambiti that are shown; in one language alone where it is named."""
    ambiti = {code: Cover() for code in shown}
    comuni: Counter[str] = Counter()
    whole = Cover()
    for cell in cells:
        counted = language_of(cell.asked, levels.get(cell.mediator_id or 0, {}))
        if cell.ambito not in ambiti or language not in ("", counted):
            continue
        ambiti[cell.ambito].add(cell, counted)
        whole.add(cell, counted)
        if cell.comune:
            comuni[cell.comune] += cell.used
    return Ground(ambiti, comuni, whole)
