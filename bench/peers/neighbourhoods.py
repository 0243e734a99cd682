# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an adaptive large neighbourhood search takes a plan apart and puts it together again.

All plans of a search share one diary, which is brought from plan to plan by what differs, because a diary knows every
gain exactly and is too big to copy at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from solver.diary import Diary
from solver.index import day_of
from solver.prepare import Pair, Placement, Prepared

FEWEST, SHARE, MOST = 4, 0.1, 40  # how many slots a removal opens: a share of the filled ones, within limits
BLINK = 0.15  # how often an insertion overlooks the best place, so that it does not always end in the same plan
SHARPNESS = 4.0  # how strongly a removal prefers the worst or the nearest (Ropke and Pisinger's p)


class State:
    """One plan of the search: who takes which post; the search makes ``objective`` as small as it can."""

    def __init__(self, placed: dict[int, Placement], worth: float) -> None:
        self.placed, self.worth = placed, worth

    def objective(self) -> float:
        return -self.worth


Choose = Callable[["Table", int, np.random.Generator], list[int]]


class Table:
    """The shared diary, what it is worth beside the plan it started from, and remembered gains.

    A gain is remembered for each pair and day together with a number for what the day holds, so it serves again
    whenever that day comes back. What else it hangs on (weekly hours, budgets, cases, companions) is looked at anew
    before anything is placed.
    """

    def __init__(self, prepared: Prepared, diary: Diary) -> None:
        self.prepared, self.diary = prepared, diary
        self.worth = 0.0
        self._names: dict[tuple[tuple[int, int], ...], int] = {(): 0}
        self._holds: dict[tuple[int, int], int] = {}
        self._known: dict[tuple[int, int, int, int], tuple[float, int]] = {}
        self._days = {(pair.post, pair.mediator): _by_day(pair) for pairs in prepared.pairs for pair in pairs}
        for placement in diary.placed.values():
            self._name(placement)

    def state(self) -> State:
        return State(dict(self.diary.placed), self.worth)

    def show(self, state: State) -> None:
        """Brings the diary to this plan."""
        mine, theirs = self.diary.placed, state.placed
        for post in [post for post, placement in mine.items() if theirs.get(post) != placement]:
            self._take(post)
        for post, placement in theirs.items():
            if post not in mine:
                self._put(placement)
        self.worth = state.worth

    def remove(self, choose: Choose, state: State, rng: np.random.Generator) -> State:
        """A destroy operator: the plan without the posts that ``choose`` names."""
        self.show(state)
        count = min(MOST, max(FEWEST, int(SHARE * len(self.diary.placed))))
        for post in choose(self, int(rng.integers(FEWEST, count + 1)), rng) if self.diary.placed else ():
            placement = self.diary.placed[post]
            self._take(post)
            self.worth -= self.diary.gain(placement) or 0.0
        return self.state()

    def place(self, placement: Placement) -> bool:
        """Places it if it still gains something."""
        gain = self.diary.gain(placement)
        if gain is None or gain <= 0:
            return False
        self._put(placement)
        self.worth += gain
        return True

    def offers(self, post: int) -> list[tuple[float, Placement]]:
        """What each eligible mediator's best day would gain, most first, as far as days alone can tell."""
        found = []
        for pair in self.prepared.pairs[post]:
            gain, start = max(self._day_gain(pair, day) for day in self._days[pair.post, pair.mediator])
            if gain > 0:
                found.append((gain, Placement(post, pair.mediator, start)))
        return sorted(found, reverse=True)

    def _day_gain(self, pair: Pair, day: int) -> tuple[float, int]:
        key = pair.post, pair.mediator, day, self._holds.get((pair.mediator, day), 0)
        known = self._known.get(key)
        if known is None:
            gains = (
                (self.diary.gain(Placement(pair.post, pair.mediator, start)) or 0.0, start)
                for start in self._days[pair.post, pair.mediator][day]
            )
            known = self._known[key] = max(gains)
        return known

    def _put(self, placement: Placement) -> None:
        self.diary.put(placement)
        self._name(placement)

    def _take(self, post: int) -> None:
        placement = self.diary.placed[post]
        self.diary.take(post)
        self._name(placement)

    def _name(self, placement: Placement) -> None:
        key = placement.mediator, day_of(placement.start)
        holds = tuple((visit.post, visit.start) for visit in self.diary.days[key])
        self._holds[key] = self._names.setdefault(holds, len(self._names))


def _by_day(pair: Pair) -> dict[int, list[int]]:
    days: dict[int, list[int]] = {}
    for start in pair.starts:
        days.setdefault(day_of(start), []).append(start)
    return days


def insert(table: Table, state: State, rng: np.random.Generator, *, regret: bool) -> State:
    """A repair operator: open posts one by one, the greatest gain (or regret) first, each where it gains most."""
    table.show(state)
    ranked = {post: offers for post in table.prepared.open if (offers := _open_offers(table, post))}
    while ranked:
        post = max(ranked, key=lambda post: _urgency(ranked[post], regret=regret))
        offer = ranked.pop(post)
        if rng.random() < BLINK or not table.place(offer[0][1]):
            if offer[1:]:
                ranked[post] = offer[1:]
            continue
        for other in [other for other in ranked if (other, offer[0][1].mediator) in table.prepared.pair]:
            ranked[other] = table.offers(other)
            if not ranked[other]:
                del ranked[other]
    return table.state()


def _open_offers(table: Table, post: int) -> list[tuple[float, Placement]]:
    return [] if post in table.diary.placed else table.offers(post)


def _urgency(offers: list[tuple[float, Placement]], *, regret: bool) -> float:
    second = offers[1][0] if regret and len(offers) > 1 else 0.0
    return offers[0][0] - second


def random_posts(table: Table, count: int, rng: np.random.Generator) -> list[int]:
    placed = list(table.diary.placed)
    return [placed[number] for number in rng.permutation(len(placed))[:count]]


def worst(table: Table, count: int, rng: np.random.Generator) -> list[int]:
    """Posts that bring least for the minutes they take, with some chance."""
    posts = table.prepared.index.posts
    order = sorted(table.diary.placed, key=lambda post: _gain_now(table, post) / posts[post].duration)
    return _mostly_first(order, count, rng)


def _gain_now(table: Table, post: int) -> float:
    """Value minus the way: what the post's day would keep without it."""
    placement = table.diary.placed[post]
    pair = table.prepared.pair[post, placement.mediator]
    day = table.diary.days[placement.mediator, day_of(placement.start)]
    return pair.gain - table.diary.measured[placement.mediator, day_of(placement.start)].travel / len(day)


def related(table: Table, count: int, rng: np.random.Generator) -> list[int]:
    """Posts like a random one: at about the same time, near it, and open to the same people."""
    placed = table.diary.placed
    seed = placed[list(placed)[int(rng.integers(len(placed)))]]
    people = {pair.mediator for pair in table.prepared.pairs[seed.post]}

    def distance(post: int) -> float:
        shared = sum(pair.mediator in people for pair in table.prepared.pairs[post])
        return abs(placed[post].start - seed.start) - 60.0 * shared

    return _mostly_first([seed.post, *sorted((p for p in placed if p != seed.post), key=distance)], count, rng)


def days(table: Table, count: int, rng: np.random.Generator) -> list[int]:
    """Whole days of mediators, until so many posts are open."""
    keys = sorted({(one.mediator, day_of(one.start)) for one in table.diary.placed.values()})
    found: list[int] = []
    for number in rng.permutation(len(keys)):
        visits = table.diary.days[keys[number]]
        found += [visit.post for visit in visits if visit.post in table.diary.placed]
        if len(found) >= count:
            break
    return found


def _mostly_first(order: Iterable[int], count: int, rng: np.random.Generator) -> list[int]:
    left = list(order)
    return [left.pop(int(len(left) * rng.random() ** SHARPNESS)) for _ in range(min(count, len(left)))]
