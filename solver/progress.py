# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a search has reached: its best plan, its bound, the time it has left, and whom it tells."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from solver import bound as bounds
from solver.diary import Diary
from solver.prepare import Placement, Prepared


class Progress(NamedTuple):
    """One step forward: slots filled (locked ones too), total, proven bound, seconds since the start."""

    filled: int
    total: int
    bound: int
    seconds: float


class Stop(Exception):
    """Raised by ``on_better`` to end a search; the best plan so far is kept."""


OnBetter = Callable[[Progress], "bool | None"]


class Search:
    """Keeps the best plan and the smallest bound of one run; everything else hands its finds in here."""

    def __init__(
        self,
        prepared: Prepared,
        *,
        seconds: float,
        seed: int,
        workers: int,
        on_better: OnBetter | None,
        clock: Callable[[], float],
        started: float,
    ) -> None:
        self.prepared, self.seconds, self.seed, self.workers = prepared, seconds, seed, workers
        self.best: Diary | None = None
        self.total = 0
        self.bound: int = 1 << 62
        self._on_better, self._clock, self._started = on_better, clock, started

    def elapsed(self) -> float:
        return self._clock() - self._started

    def left(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.seconds - self.elapsed())

    def past(self, seconds: float) -> bool:
        """Whether that many seconds have passed since the start."""
        return self.elapsed() >= seconds

    def out_of_time(self) -> bool:
        return self.past(self.seconds)

    @property
    def settled(self) -> bool:
        """Whether nothing better can exist."""
        return self.best is not None and self.total >= self.bound

    @property
    def placements(self) -> list[Placement]:
        return list(self.best.placed.values()) if self.best is not None else []

    def offer(self, diary: Diary) -> bool:
        """Takes a plan if it is better than the best so far."""
        total = diary.tally()
        if self.best is not None and total <= self.total:
            return False
        self.best, self.total = diary, total
        self.tell()
        return True

    def bounded(self, unrounded: Fraction) -> None:
        """Takes a proven upper bound on the unrounded total if it is smaller than the one so far."""
        bound = bounds.whole(self.prepared, unrounded)
        if bound < self.bound:
            self.bound = bound
            if self.best is not None:
                self.tell()

    def tell(self) -> None:
        """Says again how far the search is: whoever listens may stop it while others work for it."""
        if self._on_better is None or self.best is None:
            return
        filled = len(self.best.placed) + len(self.prepared.index.locked)
        if self._on_better(Progress(filled, self.total, self.bound, self.elapsed())) is False:
            raise Stop
