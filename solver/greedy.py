# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first plan: slots in order of regret, each to the mediator who gains most, through a lazy heap.

The regret of a slot is what is lost when its best mediator is gone. Every insertion changes only one mediator's
diary, so a gain is computed again only when its mediator's diary has changed (computing all regrets again after each
insertion is cubic: 266 s instead of 1 s at 2,500 slots).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush, heapreplace

from solver.diary import Diary
from solver.field import Entrant, Field
from solver.index import day_of
from solver.prepare import Placement, Prepared

PULL_OF_GAIN = 0.1  # how much a slot's own gain counts beside its regret when slots are put in order

Key = tuple[float, int]


def greedy(
    prepared: Prepared, *, first: Iterable[Placement] = (), out_of_time: Callable[[], bool] = lambda: False
) -> Diary:
    """A plan that keeps every hard rule: the placements of ``first`` that still fit, then slots by regret."""
    diary = Diary(prepared)
    for placement in first:
        if (placement.post, placement.mediator) in prepared.pair and keeps(diary, placement):
            diary.put(placement)
    fill(diary, (post for post in prepared.open if post not in diary.placed), out_of_time)
    return diary


def in_turn(prepared: Prepared, out_of_time: Callable[[], bool] = lambda: False) -> Diary:
    """A plan from one pass, greatest value first: worse than ``greedy``, but whenever time ends there is something."""
    diary = Diary(prepared)
    ranking = _Ranking(diary)
    for post in sorted(prepared.open, key=lambda post: -prepared.index.posts[post].slot.value):
        if out_of_time():
            break
        if ranking.rank(post) is not None:
            ranking.place(post)
    return diary


def keeps(diary: Diary, placement: Placement) -> bool:
    """Whether a placement taken from another plan can stand here and is worth it."""
    if placement.post in diary.placed:
        return False
    if placement.start not in diary.prepared.pair[placement.post, placement.mediator].starts:
        return False
    gain = diary.gain(placement)
    return gain is not None and gain > 0


def fill(diary: Diary, posts: Iterable[int], out_of_time: Callable[[], bool] = lambda: False) -> None:
    """Adds open posts to a diary, greatest regret first, until none gains anything or time is up."""
    ranking = _Ranking(diary)
    heap: list[Key] = []
    for post in posts:
        if out_of_time():
            break
        rank = ranking.rank(post)
        if rank is not None:
            heap.append((-rank, post))
    heapify(heap)
    while heap and not out_of_time():
        post = heap[0][1]
        rank = ranking.rank(post)
        if rank is None:
            heappop(heap)
        elif len(heap) > 1 and rank < -min(heap[1:3])[0]:
            heapreplace(heap, (-rank, post))
        else:
            heappop(heap)
            ranking.place(post)
            for other in diary.prepared.group[post]:
                if other not in diary.placed and (again := ranking.rank(other)) is not None:
                    heappush(heap, (-again, other))


class _Ranking:
    """Remembers what each pair would gain, until the mediator's diary changes."""

    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self.edition = [0] * len(diary.prepared.persons)
        self.known: dict[int, dict[int, tuple[int, float, int]]] = {}
        self.best: dict[int, Placement] = {}
        self.fields: dict[int, Field] = {}

    def rank(self, post: int) -> float | None:
        """Regret plus a part of the gain; None when nobody gains anything by taking this post now."""
        if post in self.diary.placed or self.diary.prepared.pairs.options[post] is None:
            return None
        first = second = 0.0
        self.best.pop(post, None)
        for entrant in self._field(post):
            if entrant.most <= second:
                break
            gain, start = self._gain(post, entrant)
            if gain > first:
                first, second = gain, first
                self.best[post] = Placement(post, entrant.mediator, start)
            elif gain > second:
                second = gain
        return first - second + PULL_OF_GAIN * first if first > 0 else None

    def place(self, post: int) -> None:
        """Places a post where it ranked best, unless a budget or a case has changed that gain since; forgets it then."""
        placement = self.best[post]
        gain = self.diary.gain(placement)
        if gain is not None and gain > 0:
            self.diary.put(placement)
            self.edition[placement.mediator] += 1
        for other in self.diary.prepared.group[post]:
            self.known.pop(other, None)

    def _field(self, post: int) -> Field:
        if post not in self.fields:
            self.fields[post] = Field(self.diary.prepared, post)
        return self.fields[post]

    def _gain(self, post: int, entrant: Entrant) -> tuple[float, int]:
        """What she gains at her best start, and that start; 0 where nothing is gained or a rule forbids it."""
        mine = self.known.setdefault(post, {})
        edition, known = self.edition[entrant.mediator], mine.get(entrant.mediator)
        if known is not None and known[0] == edition:
            return known[1], known[2]
        best, at = 0.0, entrant.starts[0]
        for start in self._telling_starts(post, entrant):
            gain = self.diary.gain_of(Placement(post, entrant.mediator, start), entrant.worth)
            if gain is not None and gain > best:
                best, at = gain, start
        mine[entrant.mediator] = edition, best, at
        return best, at

    def _telling_starts(self, post: int, entrant: Entrant) -> Sequence[int]:
        """Her starts, but only the first of a day that is empty so far: there all starts gain the same."""
        prepared = self.diary.prepared
        if len(entrant.starts) == 1 or prepared.policy.shift_covers_travel or len(prepared.group[post]) > 1:
            return entrant.starts
        first: dict[int, int] = {}
        telling = []
        for start in entrant.starts:
            day = day_of(start)
            if (
                day not in first
                or self.diary.days.get((entrant.mediator, day))
                or Placement(post, entrant.mediator, start) in prepared.kept
            ):
                first[day] = start
                telling.append(start)
        return telling
