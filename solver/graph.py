# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lays the units of a problem out as flat arrays for the compiled pricing (``solver.kernel``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

import numpy as np
import numpy.typing as npt

from solver.goals.travel import IDLE
from solver.index import week_of
from solver.kernel import AFTER, END, FACT, LEAST_LEG, NODE_COLUMNS, PLACE, START, UNIT_COLUMNS, Graph
from solver.person import NO_LIMIT, Person
from solver.prepare import Prepared
from solver.problem import DAY
from solver.routes import Option, Stretch, Unit, most_work
from solver.rows import Rows
from solver.visits import BUSY, REMOTE

Table = npt.NDArray[np.int32]
Masks = npt.NDArray[np.uint64]

FINEST = 30  # bits of a point that a price unit is at best
ROOMY = 60  # bits that the worth of a whole route may take


def fineness(prepared: Prepared) -> int:
    """Bits of fraction in a price unit: as many as leave room for the worth of any route in 64-bit numbers."""
    policy = prepared.policy
    brought = sum(prepared.pairs.largest(post) for post in prepared.open)
    brought += sum(prepared.kept.values()) + policy.case_cost
    driven = 2 * policy.travel_cost * DAY * (len(prepared.index.posts) + 2)
    steepest = max((cost for _, cost in policy.fairness_cost), default=0)
    unfair = 100 * steepest * DAY * prepared.problem.horizon.days
    return max(0, min(FINEST, ROOMY - (brought + driven + unfair).bit_length()))


class Drawing:
    """The tables of a graph while they grow, stretch by stretch."""

    def __init__(self, prepared: Prepared, rows: Rows, units: Sequence[Unit], bits: int) -> None:
        self.prepared, self.rows, self.bits = prepared, rows, bits
        self.fairness = FairnessTables(prepared, self.bits)
        self.scaled: dict[Fraction, int] = {}
        self.units: list[list[int]] = []
        self.stretches: list[list[int]] = []
        self.days: list[list[int]] = []
        self.nodes: list[Table] = [np.empty((0, len(NODE_COLUMNS)), dtype=np.int32)]
        self.static: list[npt.NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
        self.facts: list[Table] = [np.empty(0, dtype=np.int32)]
        self.legs: list[Table] = [np.empty(0, dtype=np.int32)]
        self.follows: list[Masks] = [np.empty(0, dtype=np.uint64)]
        self.alike: list[Masks] = [np.empty(0, dtype=np.uint64)]
        self.node_count = self.mask_count = self.leg_count = self.fact_count = 0
        for _, hers in groupby(units, key=lambda unit: unit.person.number):
            self._person(list(hers))

    def graph(self) -> Graph:
        """The finished tables, with a last stretch that says where the others end."""
        end = [self.node_count, 0, self.mask_count, self.leg_count, 0, self.fact_count, len(self.days)]
        return Graph(
            units=np.array(self.units, dtype=np.int64).reshape(-1, len(UNIT_COLUMNS)),
            stretches=np.array([*self.stretches, [*end, 0, 0, 0, 0, 0]], dtype=np.int64),
            days=np.array(self.days, dtype=np.int64).reshape(-1, 5),
            nodes=np.concatenate(self.nodes),
            static=np.concatenate(self.static),
            legs=np.concatenate(self.legs),
            facts=np.concatenate(self.facts),
            fair=np.concatenate(self.fairness.tables),
            follows=np.concatenate(self.follows),
            alike=np.concatenate(self.alike),
        )

    def _person(self, units: Sequence[Unit]) -> None:
        """The stretches of one mediator, then her units, whole weeks among them."""
        drawn: dict[tuple[int, ...], int] = {}
        around = Around(self.prepared, units[0].person, [part for unit in units for part in unit.stretches])
        self.legs.append(around.legs.ravel())
        for unit in units:
            for stretch in unit.stretches:
                if tuple(stretch.days) not in drawn:
                    drawn[tuple(stretch.days)] = len(self.stretches)
                    self._stretch(stretch, around)
        self.leg_count += around.legs.size
        for unit in units:
            first, last = drawn[tuple(unit.stretches[0].days)], drawn[tuple(unit.stretches[-1].days)]
            self.units.append([first, last + 1, *self._week(unit)])

    def _week(self, unit: Unit) -> tuple[bool, int, int]:
        """Whether a unit is a whole week, the minutes it has room for, and where its fairness costs begin."""
        if unit.week is None:
            return False, 0, 0
        base = unit.person.base_week.get(unit.week, 0)
        room = max(0, min(unit.person.week_limit(unit.week) - base, most_work(unit.person, unit.stretches)))
        return True, room, self.fairness.table(unit, room)

    def _stretch(self, stretch: Stretch, around: Around) -> None:
        person, nodes = stretch.person, stretch.nodes
        words = -(-len(nodes) // 64)
        table = self._nodes(stretch, around)
        appointment = self._appointments(stretch)
        table[:, LEAST_LEG] = around.least_legs(table[:, PLACE], appointment)
        facts = np.flatnonzero(table[:, FACT]).astype(np.int32)
        self.stretches.append(
            [
                *(self.node_count, words, self.mask_count, self.leg_count, len(around.legs)),
                *(self.fact_count, len(self.days), person.between_is_work, person.home_is_work, person.covers),
                *(person.covers or not person.straight, bool((table[:, PLACE] < 0).any())),
            ]
        )
        self.nodes.append(table)
        self.facts.append(facts)
        self.follows.append(_packed(around.follow(table, appointment), words))
        self.alike.append(_packed(self._alike(stretch), words))
        self.node_count += len(nodes)
        self.mask_count += len(nodes) * words
        self.fact_count += len(facts)
        self._days(stretch)

    def _nodes(self, stretch: Stretch, around: Around) -> Table:
        """The table of a stretch's nodes, all but the shortest legs; what they bring is kept beside it."""
        rows, free, person = self.rows, self.rows.free, stretch.person
        at_day = {day: at for at, day in enumerate(stretch.days)}
        lines, static = [], []
        for visit, option in zip(stretch.nodes, stretch.options, strict=True):
            place, onsite = around.number[visit.place], visit.place != REMOTE
            first_ok = last_ok = True
            if person.covers and onsite:
                first_ok, last_ok = person.may_come_first(visit), person.may_come_last(visit)
            row, link, post = free, free, 0
            if option is not None:
                post = option.pair.post
                row, link = rows.post(post, visit.start), rows.link(person.number, post)
            static.append(self._brings(option))
            pays = onsite and visit.post != BUSY
            day = at_day[visit.start // DAY]
            lines.append(
                (visit.start, visit.end, place, day, visit.fact, pays, 0, 0, first_ok, last_ok, row, link, post)
            )
        table = np.array(lines, dtype=np.int32).reshape(-1, len(NODE_COLUMNS))
        after = np.searchsorted(table[:, START], table[:, END], side="left")
        table[:, AFTER] = np.maximum(after, np.arange(1, len(lines) + 1))
        self.static.append(np.array(static, dtype=np.int64))
        return table

    def _brings(self, option: Option | None) -> int:
        if option is None:
            return 0
        brought = (option.pair.gain + option.kept) << self.bits
        euros = option.pair.euros
        if not euros:
            return brought
        if euros not in self.scaled:
            self.scaled[euros] = scaled(euros, self.bits)
        return brought - self.scaled[euros]

    def _appointments(self, stretch: Stretch) -> npt.NDArray[np.int64]:
        posts = self.prepared.index.posts
        owners = [-1 if visit.fact else posts[visit.post].appointment_number for visit in stretch.nodes]
        return np.array(owners, dtype=np.int64)

    def _days(self, stretch: Stretch) -> None:
        person = stretch.person
        for day in stretch.days:
            base, limit = person.base.get(day, IDLE), person.day_limit(day)
            row = self.rows.week_rows.get((person.number, week_of(day * DAY)), self.rows.free)
            alone = stretch._replace(days=[day], nodes=[visit for visit in stretch.nodes if visit.start // DAY == day])
            tight = limit != NO_LIMIT and base.work + most_work(person, [alone], limited=False) > limit
            self.days.append([limit, tight, base.work, base.travel, row])

    def _alike(self, stretch: Stretch) -> npt.NDArray[np.bool_]:
        """Nodes of the same post and day that are worth the same at any prices: the earliest is best."""
        groups: dict[tuple[object, ...], int] = {}
        numbers = []
        for at, (visit, option) in enumerate(zip(stretch.nodes, stretch.options, strict=True)):
            key: tuple[object, ...] = ("fact", at)
            if option is not None:
                row = self.rows.post(option.pair.post, visit.start)
                shift = stretch.person.shift_of(visit) if stretch.person.covers else None
                key = row, visit.start // DAY, visit.start if option.kept else None, shift
            numbers.append(groups.setdefault(key, len(groups)))
        group: npt.NDArray[np.int64] = np.array(numbers, dtype=np.int64)
        alike: npt.NDArray[np.bool_] = group[:, None] == group[None, :]
        return alike


class Around:
    """The places a mediator can meet: home first, then the others, with the legs between them."""

    def __init__(self, prepared: Prepared, person: Person, stretches: Iterable[Stretch]) -> None:
        stops = {visit.place for stretch in stretches for visit in stretch.nodes} - {REMOTE, person.home}
        order = np.array([person.home, *sorted(stops)], dtype=np.int64)
        self.gap = person.gap
        self.legs: Table = prepared.index.roads.between(person.mediator.travel_factor, order)
        self.number = {int(place): number for number, place in enumerate(order)} | {REMOTE: -1}

    def follow(self, nodes: Table, appointment: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Matrix [i, j]: node j may come after node i, far enough away and of another appointment."""
        size, place, fact = len(self.legs), nodes[:, PLACE], nodes[:, FACT] != 0
        need = np.full((size + 1, size + 1), self.gap, dtype=np.int32)
        need[:size, :size] = self.legs
        clear = nodes[:, END, None] + need[place][:, place] <= nodes[None, :, START]
        clear &= appointment[:, None] != appointment[None, :]
        clear |= fact[:, None] | fact[None, :]
        return np.triu(clear, 1)

    def least_legs(self, place: Table, appointment: npt.NDArray[np.int64]) -> Table:
        """For each on-site node the shortest leg that can lead to it, from home or another node; 0 by phone."""
        owners: dict[int, set[int]] = defaultdict(set)
        for stop, owner in zip(place.tolist(), appointment.tolist(), strict=True):
            owners[stop].add(owner)
        sources = np.array(sorted({0, *owners} - {-1}), dtype=np.int64)
        legs = self.legs[sources].astype(np.int64)
        legs[np.arange(len(sources)), sources] = np.where(sources == 0, 0, np.iinfo(np.int64).max)
        least = legs.min(axis=0)
        for stop, who in owners.items():
            if stop == REMOTE or len(who) > 1:
                least[stop] = 0
        return np.where(place >= 0, least[place], 0).astype(np.int32)


class FairnessTables:
    """What 0, 1, 2 ... further minutes of a week cost in price units, rounded down; equal weeks share a table."""

    def __init__(self, prepared: Prepared, bits: int) -> None:
        self.policy, self.bits = prepared.policy, bits
        self.tables: list[npt.NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        self.size = 1
        self.known: dict[tuple[int, int], tuple[int, int]] = {}

    def table(self, unit: Unit, room: int) -> int:
        """Where the table of a week begins; a longer one of the same week will do."""
        assert unit.week is not None
        target = unit.person.mediator.target_week or 0
        base = unit.person.base_week.get(unit.week, 0) if target else 0
        at, longest = self.known.get((target, base), (0, -1))
        if longest < room:
            at = self.size
            self.known[target, base] = at, room
            costs = self._costs(target, base, room) if target else [0] * (room + 1)
            self.tables.append(np.array(costs, dtype=np.int64))
            self.size += room + 1
        return at

    def _costs(self, target: int, base: int, room: int) -> list[int]:
        """Exact: costs are whole multiples of 1/target, so their numerators are counted and divided once."""
        corners = [(start * target, slope) for start, slope in self.policy.fairness_cost]
        ends = [*(start for start, _ in corners[1:]), 1 << 60][: len(corners)]

        def numerator(work: int) -> int:
            return sum(
                slope * max(0, min(100 * work, end) - start) for (start, slope), end in zip(corners, ends, strict=True)
            )

        before = numerator(base)
        return [((numerator(base + more) - before) << self.bits) // target for more in range(room + 1)]


def scaled(amount: Fraction | int, bits: int) -> int:
    """An amount in price units, rounded down: used for costs, so that a route never looks worse than it is."""
    return int(amount * (1 << bits) // 1)


def _packed(matrix: npt.NDArray[np.bool_], words: int) -> Masks:
    """Each row of a square matrix as ``words`` 64-bit masks, least bit first."""
    wide = np.zeros((len(matrix), words * 64), dtype=np.bool_)
    wide[:, : len(matrix)] = matrix
    return np.packbits(wide, axis=1, bitorder="little").view("<u8").astype(np.uint64).ravel()
