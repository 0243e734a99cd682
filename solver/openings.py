# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where one more visit fits among a mediator's visits without moving any, and what it adds to her day.

Between the same two neighbours every start costs the same, so a day with n visits has at most n + 1 answers for each
shift, however fine the grid of starts is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from solver.goals.travel import IDLE, Day, measure
from solver.index import week_of
from solver.person import Person
from solver.problem import DAY, Span
from solver.visits import REMOTE, Visit, by_day, in_order

NEVER, ALWAYS = -(1 << 40), 1 << 40  # bounds of a start where nothing comes before or after
NEW = -2  # the post number of the visit that looks for room: of no slot yet, and not BUSY


class Opening(NamedTuple):
    """Allowed starts number ``first`` to ``past`` - 1: there a visit adds these minutes of paid travel and of work."""

    first: int
    past: int
    travel: int
    work: int
    week: int


class Wanted(NamedTuple):
    """The visit that looks for room: sorted allowed starts, their days, minutes, and place number (REMOTE: none)."""

    starts: Sequence[int]
    days: Sequence[int]
    duration: int
    place: int


class Calendar:
    """A mediator's facts and chosen visits in order, and what each of her days and weeks amounts to."""

    def __init__(self, person: Person, chosen: Iterable[Visit]) -> None:
        self.person = person
        self.visits = in_order([*person.facts, *chosen])
        self.measured: dict[int, Day] = {day: measure(person, held) for day, held in by_day(self.visits).items()}
        self.week: dict[int, int] = defaultdict(int)
        for day, measured in self.measured.items():
            self.week[week_of(day * DAY)] += measured.work
        self._starts = [visit.start for visit in self.visits]
        self._shifts = _shifts_by_day(person.mediator.shifts)

    def openings(self, wanted: Wanted) -> Iterator[Opening]:
        """Every allowed start at which the visit keeps the rules shift, one_place, max_day and max_week, once each."""
        earliest, latest = self._clear(wanted)
        for day in wanted.days:
            shifts = self._shifts.get(day, [])
            if not shifts:
                continue
            low = bisect_left(self._starts, day * DAY)
            entries = self.visits[low : bisect_left(self._starts, (day + 1) * DAY)]
            for gap in range(len(entries) + 1):
                begin = max(earliest[low + gap], day * DAY)
                end = min(latest[low + gap], day * DAY + DAY - 1)
                if begin <= end:
                    yield from self._between(wanted, day, shifts, entries, gap, (begin, end))

    def _clear(self, wanted: Wanted) -> tuple[list[int], list[int]]:
        """For each place in the order of her visits the first and last start clear of every visit before and after.

        All of her visits are asked, since a matrix may hold a road of any length and need not shorten by detours.
        """
        ends, begins = [NEVER], []
        for visit in self.visits:
            ends.append(visit.end + self._need(visit.place, wanted.place))
            begins.append(visit.start - self._need(wanted.place, visit.place) - wanted.duration)
        latest = list(accumulate([ALWAYS, *reversed(begins)], min))
        return list(accumulate(ends, max)), latest[::-1]

    def _need(self, a: int, b: int) -> int:
        return self.person.rows[a][b] if a != REMOTE and b != REMOTE else self.person.gap

    def _between(
        self, wanted: Wanted, day: int, shifts: list[Span], entries: list[Visit], gap: int, free: Span
    ) -> Iterator[Opening]:
        """The starts of ``free`` (one gap of one day) that each shift allows, where the day and week have room."""
        begin, end = self._driven(wanted, entries, gap, free)
        added: Day | None = None
        for shift in shifts:
            low, high = self._within(wanted, shift, entries, gap)
            first = bisect_left(wanted.starts, max(begin, low))
            past = bisect_right(wanted.starts, min(end, high))
            if first >= past:
                continue
            added = added or self._added(wanted, day, entries, gap)
            if not self._has_room(day, added.work):
                return
            yield Opening(first, past, added.travel, added.work, week_of(day * DAY))

    def _driven(self, wanted: Wanted, entries: list[Visit], gap: int, free: Span) -> Span:
        """Narrowed to starts that leave the road its time beside the remote visits in between."""
        before, remote_before = _neighbour(reversed(entries[:gap]))
        after, remote_after = _neighbour(entries[gap:])
        begin, end = free
        if wanted.place != REMOTE:
            if before is not None:
                begin = max(begin, before.end + self._need(before.place, wanted.place) + remote_before)
            if after is not None:
                end = min(end, after.start - self._need(wanted.place, after.place) - remote_after - wanted.duration)
        elif before is not None and after is not None and not (before.fact and after.fact):
            remote = remote_before + wanted.duration + remote_after
            if before.end + self._need(before.place, after.place) + remote > after.start:
                return begin, NEVER
        return begin, end

    def _within(self, wanted: Wanted, shift: Span, entries: list[Visit], gap: int) -> Span:
        """First and last start inside a shift, with the ways from and to home where the policy covers them."""
        low, high = shift[0], shift[1] - wanted.duration
        if self.person.covers and wanted.place != REMOTE:
            if all(visit.place == REMOTE for visit in entries[:gap]):
                low += self.person.from_home[wanted.place]
            if all(visit.place == REMOTE for visit in entries[gap:]):
                high -= self.person.rows[wanted.place][self.person.home]
        return low, high

    def _added(self, wanted: Wanted, day: int, entries: list[Visit], gap: int) -> Day:
        """Minutes driven at a cost and worked that the visit adds, wherever in the gap it starts."""
        new = Visit(0, wanted.duration, wanted.place, NEW, False)
        before = self.measured.get(day, IDLE)
        after = measure(self.person, [*entries[:gap], new, *entries[gap:]])
        return Day(after.travel - before.travel, after.work - before.work)

    def _has_room(self, day: int, work: int) -> bool:
        week = week_of(day * DAY)
        of_day = self.measured.get(day, IDLE).work + work
        of_week = self.week.get(week, 0) + work
        return of_day <= self.person.day_limit(day) and of_week <= self.person.week_limit(week)


def _neighbour(entries: Iterable[Visit]) -> tuple[Visit | None, int]:
    """The first on-site visit, and the minutes of the remote ones before it."""
    remote = 0
    for visit in entries:
        if visit.place != REMOTE:
            return visit, remote
        remote += visit.end - visit.start
    return None, remote


def _shifts_by_day(shifts: Iterable[Span]) -> dict[int, list[Span]]:
    """The shifts in which a visit may start on a day; one past midnight counts for both days."""
    days: dict[int, list[Span]] = defaultdict(list)
    for low, high in shifts:
        for day in range(low // DAY, (high - 1) // DAY + 1):
            days[day].append((low, high))
    return days
