# SPDX-License-Identifier: AGPL-3.0-or-later
"""The most profitable routes of one stretch at given prices, by labels that travel through its nodes in time order.

A label is a partial route. It carries a bit mask of the nodes it can still make, so a label that is worth no less,
can still make all that another can, and stands at the same place dominates it (the trick of "visited or no longer
reachable": D. Feillet, P. Dejax, M. Gendreau and C. Gueguen, "An exact algorithm for the elementary shortest path
problem with resource constraints", Networks 44(3), 2004). Everything is in whole price units, so the best value found
is exact and may stand in a bound.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import nlargest
from typing import NamedTuple

from solver.prices import SCALE, Prices
from solver.routes import FACT, Stretch
from solver.visits import BUSY, REMOTE

BREADTH = 4  # appointments looked at for each label that goes on from a node
NOWHERE = -1  # the stop of a label that has not been anywhere on its day


class Label(NamedTuple):
    """A partial route: worth so far, nodes still open, last stop and when she is free to drive on from it.

    ``due`` are minutes driven between busy stops only, charged as soon as the day turns out to have an on-site slot
    (``pays``). ``work`` counts the current day. ``passed`` is how many facts lie behind.
    """

    value: int
    open: int
    stop: int
    ready: int
    work: int
    pays: bool
    due: int
    node: int
    passed: int
    parent: Label | None


class Priced(NamedTuple):
    """Routes worth more than asked for, as (reduced value, nodes), best first; ``best`` bounds what any is worth."""

    routes: list[tuple[int, tuple[int, ...]]]
    best: int


class Pricer:
    """Prices one stretch once. Reduced values are relative to doing nothing beyond the facts."""

    def __init__(self, stretch: Stretch, prices: Prices, travel_cost: int, worth: list[int]) -> None:
        """``worth``: what each node brings at these prices, its working minutes included."""
        self.stretch, self.worth = stretch, worth
        person = stretch.person
        self.road = travel_cost * SCALE
        self.hour = [prices.work.get((person.number, week), 0) for week in stretch.weeks]
        self.between = [hour if person.between_is_work else 0 for hour in self.hour]
        self.ends = [hour if person.home_is_work else 0 for hour in self.hour]
        self.base = -sum(
            self.road * base.travel + hour * base.work for base, hour in zip(stretch.base, self.hour, strict=True)
        )
        self.live = self._live()

    def run(self, want: int, at_least: int, beam: int) -> Priced:
        """The ``want`` best routes of distinct posts that are worth more than ``at_least``.

        At most ``beam`` labels go on from each node, those of greatest value; where that cut any off, routes may be
        missed and ``best`` falls back on ``ceiling``.
        """
        stretch, count = self.stretch, len(self.stretch.visits)
        waiting: list[list[Label]] = [[] for _ in range(count)]
        kept: dict[tuple[object, ...], list[Label]] = defaultdict(list)
        rest, ceiling = self._rest()
        floor = self.base + at_least
        ends: list[tuple[int, Label]] = []
        cut = self._narrow(beam)
        for node in range(-1, count):
            arrived = [Label(0, self.live, NOWHERE, 0, 0, False, 0, -1, 0, None)] if node < 0 else waiting[node]
            arrived.sort(key=_by_value, reverse=True)
            went_on = 0
            for label in arrived:
                if node >= 0 and self._dominated(label, kept):
                    continue
                if went_on == beam:
                    cut = True
                    break
                went_on += 1
                if label.passed == len(stretch.fact_nodes):
                    end = self._close(label)
                    if end is not None and end.value > floor:
                        ends.append((end.value, label))
                for following in self._next(label):
                    if following.value + rest[following.node] > floor:
                        waiting[following.node].append(following)
            if node >= 0:
                waiting[node] = []
        priced = self._chosen(ends, want, at_least)
        return Priced(priced.routes, max(at_least, ceiling)) if cut else priced

    def _narrow(self, beam: int) -> bool:
        """Where a beam is narrow, only the appointments that bring most are looked at; True when some are left out."""
        best: dict[int, int] = {}
        for node, appointment in enumerate(self.stretch.appointment):
            if appointment != FACT and self.live >> node & 1:
                best[appointment] = max(self.worth[node], best.get(appointment, -1))
        if len(best) <= BREADTH * beam:
            return False
        chosen = set(nlargest(BREADTH * beam, best, key=best.__getitem__)) | {FACT}
        self.live &= sum(1 << node for node, owner in enumerate(self.stretch.appointment) if owner in chosen)
        return True

    def _live(self) -> int:
        """Nodes worth visiting. Only a stop that can shorten a road or move a day's first visit pays at a loss."""
        person = self.stretch.person
        if person.covers or not person.straight:
            return (1 << len(self.worth)) - 1
        live = sum(1 << node for node, worth in enumerate(self.worth) if worth > 0)
        return live | sum(1 << node for node in self.stretch.fact_nodes)

    def _rest(self) -> tuple[list[int], int]:
        """For each node, and for the whole, more than all that can still follow brings: best case roads, no overlaps.

        The weighted interval scheduling bound: roads and gaps are left out but for the shortest leg that can lead to
        a visit, and a visit with several starts may count more than once. The bound of the whole gives away what the
        facts alone drive, since the legs to the chosen visits may take the place of theirs.
        """
        stretch, count, road = self.stretch, len(self.worth), self.road
        best = [0] * (count + 1)
        rest = [0] * count
        for node in range(count - 1, -1, -1):
            rest[node] = best[stretch.after[node]]
            worth = self.worth[node] - road * stretch.least_leg[node] + rest[node]
            best[node] = worth if worth > best[node + 1] and stretch.options[node] is not None else best[node + 1]
        given_away = -self.base + sum(self.worth[node] for node in stretch.fact_nodes)
        return rest, best[0] + given_away

    def _dominated(self, label: Label, kept: dict[tuple[object, ...], list[Label]]) -> bool:
        stretch, stop, node = self.stretch, label.stop, label.node
        day = stretch.day[node]
        tight, covers, remote = stretch.tight[day], stretch.person.covers, stretch.has_remote
        place = stretch.place[stop] if stop >= 0 else REMOTE
        key = label.passed, day, place, label.pays, stop >= 0 and stretch.visits[stop].fact
        last_ok = not covers or stop < 0 or stretch.last_ok[stop]
        others = kept[key]
        value, mask = label.value, label.open
        for other in others:
            if (
                other.value >= value
                and not mask & ~other.open
                and (not remote or other.ready <= label.ready)
                and (not tight or other.work <= label.work)
                and (last_ok is False or not covers or other.stop < 0 or stretch.last_ok[other.stop])
            ):
                return True
        others.append(label)
        return False

    def _next(self, label: Label) -> list[Label]:
        """Labels one visit further: the next fact, and every open node before it (of like nodes the earliest)."""
        stretch = self.stretch
        facts = stretch.fact_nodes
        following: list[Label] = []
        mask = label.open
        if label.passed < len(facts):
            fact = facts[label.passed]
            mask &= (1 << fact) - 1
            further = self._extend(label, fact)
            if further is not None:
                following.append(further)
        while mask:
            low = mask & -mask
            node = low.bit_length() - 1
            further = self._extend(label, node)
            if further is None:
                mask ^= low
            else:
                following.append(further)
                mask &= ~stretch.alike[node]
        return following

    def _extend(self, label: Label, node: int) -> Label | None:
        """The label after one more node; None where the day's rules forbid it."""
        stretch = self.stretch
        day = stretch.day[node]
        if label.node >= 0 and stretch.day[label.node] != day:
            closed = self._close(label)
            if closed is None:
                return None
            label = closed
        visit = stretch.visits[node]
        value, _, stop, ready, work, pays, due, _, passed, _ = label
        minutes = visit.end - visit.start
        value += self.worth[node]
        work += minutes
        if visit.place == REMOTE:
            ready += minutes
        else:
            rows, person = stretch.person.rows, stretch.person
            if stop == NOWHERE:
                if person.covers and not stretch.first_ok[node]:
                    return None
                leg = rows[person.home][visit.place]
                price, is_work = self.ends[day], person.home_is_work
            else:
                leg = rows[stretch.place[stop]][visit.place]
                if ready + leg > visit.start and not (visit.fact and stretch.visits[stop].fact):
                    return None
                price, is_work = self.between[day], person.between_is_work
            value -= price * leg
            if is_work:
                work += leg
            if pays or visit.post != BUSY:
                value -= self.road * (leg + due)
                pays, due = True, 0
            else:
                due += leg
            stop, ready = node, visit.end
        if work > stretch.limit[day] and stretch.tight[day]:
            return None
        mask = label.open & stretch.follows[node]
        passed += visit.fact
        parent = label.parent if label.node == CLOSED else label
        return Label(value, mask, stop, ready, work, pays, due, node, passed, parent)

    def _close(self, label: Label) -> Label | None:
        """The label with its day ended at home, ready for another day; None where that day cannot end so."""
        if label.node < 0:
            return label._replace(node=CLOSED, parent=label)
        stretch = self.stretch
        day, stop, value = stretch.day[label.node], label.stop, label.value
        work = label.work
        if stop >= 0:
            person = stretch.person
            leg = person.rows[stretch.place[stop]][person.home]
            if person.covers and not stretch.last_ok[stop]:
                return None
            value -= leg * (self.ends[day] + (self.road if label.pays else 0))
            work += leg if person.home_is_work else 0
        if work > stretch.limit[day] and stretch.tight[day]:
            return None
        return Label(value, label.open, NOWHERE, 0, 0, False, 0, CLOSED, label.passed, label)

    def _chosen(self, ends: list[tuple[int, Label]], want: int, at_least: int) -> Priced:
        routes: list[tuple[int, tuple[int, ...]]] = []
        seen: set[frozenset[tuple[int, int | None]]] = set()
        best = at_least
        for value, label in nlargest(4 * want, ends, key=_first):
            best = max(best, value - self.base)
            nodes = self._nodes(label)
            posts = frozenset(self.stretch.rows[node] for node in nodes)
            if nodes and posts not in seen and len(routes) < want:
                seen.add(posts)
                routes.append((value - self.base, nodes))
        return Priced(routes, best)

    def _nodes(self, label: Label) -> tuple[int, ...]:
        """The chosen nodes of a route, in order; facts left out."""
        nodes: list[int] = []
        at: Label | None = label
        while at is not None:
            if at.node >= 0 and not self.stretch.visits[at.node].fact:
                nodes.append(at.node)
            at = at.parent
        return tuple(reversed(nodes))


CLOSED = -2


def _by_value(label: Label) -> int:
    return label.value


def _first(end: tuple[int, Label]) -> int:
    return end[0]
