# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board's figures, all sums: by ambito, language, project and month, with the small ones kept back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from dispatch.reporting.board_queries import Demand, Served, Waited
from dispatch.reporting.budgets import Purse
from dispatch.reporting.equity import Share
from dispatch.reporting.figures import percent
from dispatch.reporting.period import quarter_of
from dispatch.reporting.small_numbers import Hidden, Key, is_small, kept_back
from dispatch.reporting.visits import language_of


class Veil(StrEnum):
    """Why a figure is not shown: it is small itself, or a small one could be reckoned from it."""

    SMALL = "small"
    OTHER = "other"


@dataclass
class Tally:
    """Places asked for, those somebody said yes to, and what was delivered: visits and minutes."""

    places: int = 0
    filled: int = 0
    asked: int = 0
    visits: int = 0
    delivered: int = 0

    @property
    def share(self) -> float | None:
        """The fill rate in percent; null where nothing was asked for."""
        return percent(self.filled, self.places)

    def add(self, one: Demand) -> None:
        self.places += one.places
        self.filled += one.filled
        self.asked += one.minutes


@dataclass(frozen=True)
class Line:
    """One row of the board; a veil is null where the figure is shown. ``speakers`` is a language's."""

    key: str
    name: str
    tally: Tally
    asked_veil: Veil | None = None
    share_veil: Veil | None = None
    served_veil: Veil | None = None
    share: Share | None = None
    speakers: int = 0

    @property
    def is_bare(self) -> bool:
        """Asked for, and nobody speaks it or none came; where the rate is kept back, that none came would tell it."""
        none_came = not self.tally.filled and not self.share_veil
        return bool(self.tally.places) and (none_came or not self.speakers)


@dataclass(frozen=True)
class Month:
    first: dt.date
    line: Line


@dataclass(frozen=True)
class Project:
    """A project as a whole; ``veil`` hides what fewer than five visits cost."""

    purse: Purse
    veil: Veil | None


@dataclass(frozen=True)
class Board:
    """``until`` is the last day that counts; ``before`` the fill rate of the quarter before, null where it is unknown."""

    until: dt.date
    whole: Line
    ambiti: Sequence[Line]
    languages: Sequence[Line]
    projects: Sequence[Project]
    months: Sequence[Month]
    waited: Waited
    before: float | None

    @property
    def bare(self) -> list[Line]:
        return [line for line in self.languages if line.is_bare]


def by_ambito(demand: Iterable[Demand], served: Mapping[str | None, Served]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for one in demand:
        found[one.ambito].add(one)
    for ambito, done in served.items():
        if ambito is not None:
            found[ambito].visits, found[ambito].delivered = done.visits, done.minutes
    return found


def by_language(demand: Iterable[Demand], levels: Mapping[int, Mapping[str, int]]) -> dict[str, Tally]:
    """Under the language its mediator speaks best, as in the workload; no language in particular is no language."""
    found: dict[str, Tally] = defaultdict(Tally)
    for one in demand:
        if language := language_of(one.asked, levels.get(one.mediator_id or 0, {})):
            found[language].add(one)
    return found


def by_month(
    places: Mapping[dt.date, tuple[int, int]], served: Mapping[dt.date, Served], months: Iterable[dt.date]
) -> dict[dt.date, Tally]:
    found = {}
    for first in months:
        asked, filled = places.get(first, (0, 0))
        done = served.get(first, Served(first, 0, 0))
        found[first] = Tally(asked, filled, 0, done.visits, done.minutes)
    return found


def lines(
    tallies: Mapping[Key, Tally],
    names: Mapping[Key, str],
    *,
    shares: Mapping[Key, Share] | None = None,
    compared: Collection[Key] = (),
    speakers: Mapping[Key, int] | None = None,
) -> list[Line]:
    """A row for each, with veils over what is small. Its sum is shown, so the rows guard each other."""
    asked = kept_back({key: one.places for key, one in tallies.items()})
    missing = kept_back({key: one.places - one.filled for key, one in tallies.items()})
    filled = kept_back({key: one.filled for key, one in tallies.items()})
    visits = kept_back({key: one.visits for key, one in tallies.items()})
    # Shares are of the ambiti that can be compared, so their sum can be reckoned too.
    beside = kept_back({key: one.visits for key, one in tallies.items() if key in compared})
    return [
        Line(
            str(key),
            names.get(key, str(key)),
            one,
            _veil(key, asked),
            _veil(key, asked, missing, filled),
            _veil(key, visits, beside),
            (shares or {}).get(key),
            (speakers or {}).get(key, 0),
        )
        for key, one in tallies.items()
    ]


def _veil(key: Key, *hidden: Hidden[Key]) -> Veil | None:
    if any(key in one.small for one in hidden):
        return Veil.SMALL
    return Veil.OTHER if any(key in one for one in hidden) else None


def months_of(tallies: Mapping[dt.date, Tally]) -> list[Month]:
    """The trend. Each quarter's sum is another board, so the months of a quarter guard each other."""
    found: list[Month] = []
    for _quarter, firsts in groupby(sorted(tallies), key=lambda first: quarter_of(first).name):
        chosen = {first: tallies[first] for first in firsts}
        found += [Month(first, line) for first, line in zip(chosen, lines(chosen, {}), strict=True)]
    return found


def whole(tallies: Iterable[Tally]) -> Line:
    """The sum of the ambiti; what is small in it is kept back too."""
    found = Tally()
    for one in tallies:
        found.places, found.filled, found.asked = found.places + one.places, found.filled + one.filled, found.asked + one.asked  # fmt: skip
        found.visits, found.delivered = found.visits + one.visits, found.delivered + one.delivered
    asked, missing = is_small(found.places), is_small(found.places - found.filled)
    return Line(
        "",
        "",
        found,
        Veil.SMALL if asked else None,
        Veil.SMALL if asked or missing or is_small(found.filled) else None,
        Veil.SMALL if is_small(found.visits) else None,
    )


def quarter_before(months: Iterable[Month], first: dt.date) -> float | None:
    """The fill rate of the quarter before this one, if none of its months is kept back."""
    name = quarter_of(first - dt.timedelta(days=1)).name
    found = [month.line for month in months if quarter_of(month.first).name == name]
    if any(line.share_veil or line.asked_veil for line in found):
        return None
    return percent(sum(line.tally.filled for line in found), sum(line.tally.places for line in found))
