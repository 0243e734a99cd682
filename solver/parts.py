# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of a problem that compete for nothing with one another: each is planned and proven for itself.

Where no weekly limit can bind, no fund and no case reaches over the days, every day is a part. Their bounds add up, and
the gap within which routes must be listed for a proof is that of one part, not that of the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from solver.columns import VERY_CLOSE, Generation
from solver.diary import Diary
from solver.index import week_of
from solver.lagrange import constant
from solver.landscape import Landscape
from solver.prepare import Placement, Prepared
from solver.problem import DAY
from solver.progress import Search
from solver.routes import Route, Stretch, Unit, is_tied
from solver.scope import Scope, everything

MANY = 400  # posts from which on days are only a way to the weeks that tie them
LARGE, NEAR = 1_500, 1e-3  # posts from which a bound this near the master, relative, is near enough to dive


class Part:
    """Some units and the posts that only they can fill; ``bound`` on what their routes bring, None while unknown."""

    def __init__(self, land: Landscape, units: list[Unit], posts: frozenset[int]) -> None:
        self.land, self.units, self.posts = land, units, posts
        self.days = {(unit.person.number, day) for unit in units for stretch in unit.stretches for day in stretch.days}
        self.is_large = len(posts) > LARGE
        self.in_haste = self.is_tied and len(posts) > MANY
        self.is_crowded = False  # whether more routes can be in a better plan than a proof can be made with
        self.daily = Generation(land, self._scope(units), close=NEAR if self.is_large or self.in_haste else VERY_CLOSE)
        self.weekly: Generation | None = None
        self.found: list[Route] = []  # on the way to whole plans
        self.bound: Fraction | None = None

    def weeks(self) -> Scope:
        """The same part, in units that are whole weeks where weeks tie days together."""
        return self._scope([unit for unit in self.land.weekly if self._holds(unit)])

    @property
    def closest(self) -> Generation:
        """The generation whose bound is smaller."""
        weekly, daily = self.weekly, self.daily
        if weekly is None or weekly.bound is None:
            return daily
        return weekly if daily.bound is None or weekly.bound < daily.bound else daily

    @property
    def is_tied(self) -> bool:
        """Whether weeks tie days of it together."""
        return any(unit.week is not None and self._holds(unit) for unit in self.land.weekly)

    def placements(self, search: Search) -> list[Placement]:
        """What the best plan holds of this part."""
        return [given for given in search.placements if (given.mediator, given.start // DAY) in self.days]

    def others(self, search: Search) -> list[Placement]:
        """What the best plan holds of all others."""
        return [given for given in search.placements if (given.mediator, given.start // DAY) not in self.days]

    def value(self, search: Search) -> int:
        """What the best plan brings here, within one point: totals are rounded once, not part by part."""
        return search.total - Diary(search.prepared, self.others(search)).tally()

    def bounded(self, bound: Fraction) -> None:
        self.bound = bound if self.bound is None else min(self.bound, bound)

    def is_settled(self, search: Search) -> bool:
        """Whether no plan of this part can be better by a whole point."""
        return self.bound is not None and self.bound < self.value(search) + 1

    def _holds(self, unit: Unit) -> bool:
        return (unit.person.number, unit.stretches[0].days[0]) in self.days

    def _scope(self, units: Iterable[Unit]) -> Scope:
        return everything(self.land.prepared, units, self.posts)


class Shared(NamedTuple):
    """Budgets and weeks (mediator, week) that can bind at all."""

    purses: frozenset[int]
    weeks: frozenset[tuple[int, int]]


def parts_of(land: Landscape) -> list[Part]:
    """All parts, those with most posts first."""
    leader = list(range(len(land.units)))

    def leading(unit: int) -> int:
        while leader[unit] != unit:
            leader[unit] = leader[leader[unit]]
            unit = leader[unit]
        return unit

    shared = Shared(binding_purses(land.prepared), tied_weeks(land))
    first: dict[object, int] = {}
    for unit in land.daily:
        for key in _competes_for(land, shared, unit):
            leader[leading(unit.number)] = leading(first.setdefault(key, unit.number))
    together: dict[int, list[Unit]] = defaultdict(list)
    for unit in land.daily:
        together[leading(unit.number)].append(unit)
    parts = []
    for units in together.values():
        posts = frozenset[int]().union(*(land.reach[unit.number] for unit in units))
        parts.append(Part(land, units, posts))
    return sorted(parts, key=lambda part: (-len(part.posts), part.units[0].number))


def bound_of(land: Landscape, parts: Iterable[Part]) -> Fraction | None:
    """A bound on the unrounded total of any plan, None while that of a part is unknown."""
    total = constant(land.prepared, land.rows)
    for part in parts:
        if part.bound is None:
            return None
        total += part.bound
    return total


def _competes_for(land: Landscape, shared: Shared, unit: Unit) -> Iterable[object]:
    """Everything that a unit shares with others: appointments, cases, weeks that can be full, budgets that can bind."""
    rows, posts = land.rows, land.prepared.index.posts
    for post in land.reach[unit.number]:
        yield "appointment", posts[post].appointment_number
        if rows.case_of[post] is not None:
            yield "case", rows.case_of[post]
        for purse in land.prepared.purses[post]:
            if purse in shared.purses:
                yield "purse", purse
    for stretch in unit.stretches:
        for day in stretch.days:
            if (unit.person.number, week_of(day * DAY)) in shared.weeks:
                yield "week", unit.person.number, week_of(day * DAY)


def binding_purses(prepared: Prepared) -> frozenset[int]:
    """Budgets that cannot pay for all slots that are charged to them."""
    asked = [0] * len(prepared.room)
    for post in prepared.open:
        for purse in prepared.purses[post]:
            asked[purse] += prepared.index.posts[post].duration
    return frozenset(purse for purse, room in enumerate(prepared.room.values()) if asked[purse] > room)


def tied_weeks(land: Landscape) -> frozenset[tuple[int, int]]:
    """(mediator, week) where her limit could be reached or every minute has its price."""
    stretches: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    for unit in land.daily:
        for week in sorted({week_of(day * DAY) for day in unit.stretches[0].days}):
            stretches[unit.person.number, week].append(unit.stretches[0])
    return frozenset(
        key for key, hers in stretches.items() if key in land.rows.weeks and is_tied(hers[0].person, key[1], hers)
    )
