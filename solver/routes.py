# SPDX-License-Identifier: AGPL-3.0-or-later
"""Routes: which of the visits open to a mediator she makes on the days of a unit, at which starts, in which order.

A stretch is one day of hers, or days that can touch (work past midnight, a very long road) routed together. A unit is
what gets one route: one stretch or, where a weekly limit or a fair share ties them together, all stretches of a week.
A route always keeps the facts of its days and is measured as what it adds to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from solver.goals.travel import IDLE, measure
from solver.index import week_of
from solver.person import NO_LIMIT, Person
from solver.prepare import Pair, Placement, Prepared
from solver.problem import DAY
from solver.visits import REMOTE, Visit, by_day, in_order


class Option(NamedTuple):
    """A pair at one of its starts. ``kept``: what it earns by staying as published."""

    pair: Pair
    visit: Visit
    kept: int


class Stretch(NamedTuple):
    """Days of one mediator that are routed together; ``nodes``: facts and options in order of start."""

    person: Person
    days: list[int]
    nodes: list[Visit]
    options: list[Option | None]  # parallel to the nodes; None at a fact


class Unit(NamedTuple):
    """What gets one route. ``week``: the week whose limit and fair share its routes keep themselves, or None."""

    number: int
    person: Person
    stretches: list[Stretch]
    week: int | None


class Route(NamedTuple):
    """One column of the master: placements of one mediator in one unit, and what they add to her facts.

    ``gain`` counts value, wishes, what stays as published and the road; ``money`` what is exact but fractional: euros
    and, where the unit is a whole week, fairness; ``work`` the further working minutes by week.
    """

    unit: int
    placements: tuple[Placement, ...]
    gain: int
    money: Fraction
    work: tuple[tuple[int, int], ...]

    @property
    def profit(self) -> Fraction:
        return self.gain - self.money


def units_of(prepared: Prepared) -> list[Unit]:
    """All units that hold at least one option, mediator by mediator: her stretches, then the weeks that tie them."""
    options: list[dict[int, list[Option]]] = [defaultdict(list) for _ in prepared.persons]
    kept = prepared.kept
    for post in prepared.open:
        visits: dict[int, Visit] = {}  # hundreds of people may make the same one
        for pair in prepared.pairs[post]:
            days = options[pair.mediator]
            for start in pair.starts:
                placement = Placement(post, pair.mediator, start)
                if start not in visits:
                    visits[start] = prepared.visit(placement)
                days[start // DAY].append(Option(pair, visits[start], kept.get(placement, 0) if kept else 0))
    units: list[Unit] = []
    for person in prepared.persons:
        stretches = [_stretch(person, options[person.number], days) for days in _touching(prepared, person, options)]
        for week, together in [*((None, [stretch]) for stretch in stretches), *_weeks(person, stretches)]:
            units.append(Unit(len(units), person, together, week))
    return units


def _stretch(person: Person, options: dict[int, list[Option]], days: list[int]) -> Stretch:
    facts: list[tuple[Visit, Option | None]] = [
        (fact, None) for day in days for fact in person.facts_of_day.get(day, ())
    ]
    nodes = [*facts, *((option.visit, option) for day in days for option in options[day])]
    nodes.sort(key=lambda node: node[0][:2])
    return Stretch(person, days, [visit for visit, _ in nodes], [option for _, option in nodes])


def _weeks(person: Person, stretches: list[Stretch]) -> list[tuple[int, list[Stretch]]]:
    """The weeks that tie her stretches together.

    A stretch over two weeks, or a road that a further stop could shorten, is left to the master's own weekly rows.
    """
    spanned = [{week_of(day * DAY) for day in stretch.days} for stretch in stretches]
    if not person.straight or any(len(weeks) > 1 for weeks in spanned):
        return []
    by_week: dict[int, list[Stretch]] = defaultdict(list)
    for stretch, (week,) in zip(stretches, spanned, strict=True):
        by_week[week].append(stretch)
    return [(week, together) for week, together in by_week.items() if is_tied(person, week, together)]


def is_tied(person: Person, week: int, stretches: list[Stretch]) -> bool:
    """Whether her limit of the week could be reached, or every further minute of it has its price."""
    if person.mediator.target_week is not None:
        return True
    limit = person.week_limit(week)
    return limit != NO_LIMIT and person.base_week.get(week, 0) + most_work(person, stretches) > limit


def most_work(person: Person, stretches: Sequence[Stretch], *, limited: bool = True) -> int:
    """Minutes that some stretches can add at most to what the facts are worked already, daily limits kept or not."""
    total = 0
    for stretch in stretches:
        longest: dict[int, int] = {}
        stops = {person.home}
        for visit in stretch.nodes:
            if not visit.fact:
                longest[visit.post] = visit.end - visit.start
            if visit.place != REMOTE:
                stops.add(visit.place)
        road = max((person.rows[a][b] for a in stops for b in stops), default=0) if person.between_is_work else 0
        free = sum(longest.values()) + road * (2 * len(longest) + 2)
        room = sum(person.day_limit(day) - person.base.get(day, IDLE).work for day in stretch.days)
        total += min(free, room) if limited else free
    return total


def _touching(prepared: Prepared, person: Person, all_options: list[dict[int, list[Option]]]) -> list[list[int]]:
    """Days with options, grouped so that visits of different groups can never be too close to each other."""
    options = all_options[person.number]
    days = sorted(options)
    last = [max(option.visit.end for option in options[day]) for day in days]
    first = [min(option.visit.start for option in options[day]) for day in days]
    need = person.gap
    if any(later < earlier + DAY for earlier, later in zip(last, first[1:], strict=False)):
        stops = sorted({option.visit.place for day in days for option in options[day]} - {REMOTE})
        if stops:
            legs = prepared.index.roads.between(person.mediator.travel_factor, np.array(stops))
            need = max(need, int(legs.max()))
    groups: list[list[int]] = []
    reach = -1
    for at, day in enumerate(days):
        if at > reach:
            groups.append([])
            reach = at
        groups[-1].append(day)
        for later in range(len(days) - 1, reach, -1):
            if last[at] + need > first[later]:
                reach = later
                break
    return groups


def route_of(prepared: Prepared, unit: Unit, placements: tuple[Placement, ...]) -> Route:
    """Measures a route exactly."""
    person = unit.person
    days = by_day(prepared.visit(placement) for placement in placements)
    gain, money, work = 0, Fraction(0), defaultdict[int, int](int)
    for placement in placements:
        pair = prepared.pair[placement.post, placement.mediator]
        gain += pair.gain + prepared.kept.get(placement, 0)
        if pair.euros:
            money += pair.euros
    for day, visits in days.items():
        base = person.base.get(day, IDLE)
        after = measure(person, in_order([*person.facts_of_day.get(day, ()), *visits]))
        gain -= prepared.policy.travel_cost * (after.travel - base.travel)
        work[week_of(day * DAY)] += after.work - base.work
    target = person.mediator.target_week
    if unit.week is not None and target is not None:
        base_work = person.base_week.get(unit.week, 0)
        money += prepared.unfair(target, base_work + work[unit.week]) - prepared.unfair(target, base_work)
    return Route(unit.number, placements, gain, money, tuple(work.items()))
