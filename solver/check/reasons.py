# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slot stays empty: for each mediator the first rule that fails against the finished plan.

The rules are taken in the order of docs/planning.md, keeping the starts that are still possible: a rule about the
start, the day, the week or the appointment fails when it leaves none of them. Said the other way round: each start
fails at some rule, and the one that gets furthest names it. A mediator whom no rule stops could have come; she counts
as ``outbid``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from solver.check.book import Book
from solver.check.calendar import Calendar
from solver.check.columns import Columns, Numbers
from solver.check.pairs import PAIRS, starts
from solver.check.trials import Trials
from solver.problem import Mediator

OUTBID = "outbid"


class Explanation:
    """The reasons of one finished plan's empty slots; what is shared between slots is worked out once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._columns = Columns(book)
        self._calendar = Calendar(self._columns)
        self._trials = Trials(book)

    def of_slot(self, slot_id: str) -> dict[str, int]:
        """Counts of mediators by reason; they sum to the number of mediators."""
        passed, left = self._columns.sieve(*self.book.slots[slot_id])
        counts = Counter(passed)
        if len(left):
            counts.update(self._of_able(slot_id, left))
        return {reason: count for reason, count in counts.items() if count}

    def of_mediator(self, slot_id: str, mediator: Mediator) -> str:
        """The first rule that keeps her from this slot, or ``outbid``; asked of her alone."""
        appointment, slot = self.book.slots[slot_id]
        for name, holds in PAIRS.items():
            if not holds(self.book, appointment, slot, mediator):
                return name
        every = sorted(starts(self.book, appointment))
        return self._trials.furthest(slot_id, mediator, every, self._trials.rules) or OUTBID if every else "window"

    def _of_able(self, slot_id: str, left: Numbers) -> Iterator[str]:
        """The reason of each of these mediators, whom no rule about the pair stops."""
        people, visit = self._columns.people, self.book.visit(slot_id, 0, fact=False)
        every = np.array(sorted(starts(self.book, self.book.slots[slot_id][0])), dtype=np.int64)
        if not len(every) or self.book.policy.shift_covers_travel:  # what a shift must hold then depends on the day
            yield from (self.of_mediator(slot_id, people[number]) for number in left.tolist())
            return
        in_shift = self._calendar.in_shift(left, every, visit.minutes)
        clear = in_shift & self._calendar.clear(left, every, visit)
        stopped = np.where(in_shift.any(axis=1), "one_place", "shift")
        possible = clear.any(axis=1)
        yield from stopped[~possible].tolist()
        for number, able in zip(left[possible].tolist(), clear[possible], strict=True):
            yield self._trials.furthest(slot_id, people[number], every[able].tolist(), self._trials.later) or OUTBID
