# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shifts and visits of everybody as arrays: at which starts a slot finds a shift, and nothing else in its way."""

from __future__ import annotations

import numpy as np

from solver.check.book import Visit
from solver.check.columns import Columns, Flags, Numbers
from solver.check.roads import Floats

NOWHERE = -1


class Calendar:
    """The calendars of a finished plan, facts included. Answers are matrices [mediator asked about, start]."""

    def __init__(self, columns: Columns) -> None:
        book, self.columns = columns.book, columns
        width = max((len(she.shifts) for she in columns.people), default=0)
        self._from, self._to = np.zeros((2, len(columns.people), width), dtype=np.int64)
        for number, she in enumerate(columns.people):
            for at, (low, high) in enumerate(she.shifts):
                self._from[number, at], self._to[number, at] = low, high
        visits = [book.visits[she.id] for she in columns.people]
        self._count = np.array([len(hers) for hers in visits], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        every = [visit for hers in visits for visit in hers]
        self._start = np.array([visit.start for visit in every], dtype=np.int64)
        self._end = np.array([visit.end for visit in every], dtype=np.int64)
        self._place = np.array([self._number(visit) for visit in every], dtype=np.int64)

    def in_shift(self, who: Numbers, starts: Numbers, minutes: int) -> Flags:
        """Whether one shift of hers holds the whole visit."""
        low, high = self._from[who][:, :, None], self._to[who][:, :, None]
        held: Flags = np.asarray(((low <= starts) & (starts + minutes <= high)).any(axis=1))
        return held

    def clear(self, who: Numbers, starts: Numbers, visit: Visit) -> Flags:
        """Whether each visit of hers leaves the way, or the remote gap, before this one at these starts and after it."""
        counts = self._count[who]
        busy = np.nonzero(counts)[0]
        clear = np.full((len(who), len(starts)), True)
        if not len(busy):
            return clear
        owner = np.repeat(busy, counts[busy])
        begins = np.cumsum(counts[busy]) - counts[busy]
        rows = np.arange(len(owner)) + np.repeat(self._first[who[busy]] - begins, counts[busy])
        close = self._too_close(who[owner], rows, starts, visit)
        clear[busy] = ~np.logical_or.reduceat(close, begins, axis=0)
        return clear

    def _too_close(self, who: Numbers, rows: Numbers, starts: Numbers, visit: Visit) -> Flags:
        start, end = self._start[rows][:, None], self._end[rows][:, None]
        coming, going = (way[:, None] for way in self._ways(who, rows, visit))
        ends = starts + visit.minutes
        before = (start < starts) | ((start == starts) & (end < ends))
        close: Flags = np.where(before, end + coming > starts, ends + going > start)
        return close

    def _ways(self, who: Numbers, rows: Numbers, visit: Visit) -> tuple[Floats, Floats]:
        """Minutes needed from each of these rows to the visit, and from the visit to each."""
        coming, going = np.full((2, len(rows)), self.columns.book.policy.remote_gap, dtype=np.float64)
        if visit.place is not None:
            onsite = np.nonzero(self._place[rows] != NOWHERE)[0]
            here, there = np.array(self._number(visit)), self._place[rows[onsite]]
            factors = self.columns.factor[who[onsite]]
            coming[onsite] = self.columns.roads.minutes(factors, there, here)
            going[onsite] = self.columns.roads.minutes(factors, here, there)
        return coming, going

    def _number(self, visit: Visit) -> int:
        return NOWHERE if visit.place is None else self.columns.roads.number[visit.place]
