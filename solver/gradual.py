# SPDX-License-Identifier: AGPL-3.0-or-later
"""A growing linear program that is never solved to the end: each solution takes up where the last one stopped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from solver.program import FINEST, Column, Solution
from solver.saddle import FIRST_SPEED, approach

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]

STEPS, FEWER_STEPS = 400, 200  # of one solution; the fewer once columns are taken, which settles the others


class Gradual:
    """Maximises, and grows, like ``program.Program``; what it solves is near an optimum, and beyond the rows' room a bit."""

    inside = False

    def __init__(self, uppers: Sequence[float]) -> None:
        self._uppers = list(uppers)
        self._gains: list[float] = []
        self._most: list[float] = []
        self._columns: list[Indices] = []
        self._rows: list[Indices] = []
        self._amounts: list[Floats] = []
        self._taken: list[int] = []
        self._shares, self._prices, self._speed = np.zeros(0), np.zeros(0), FIRST_SPEED
        self._before = self._shares, self._prices, self._speed

    def cut(self, upper: float, takes: dict[int, float]) -> None:
        """One more row "at most" over columns that are there already."""
        self._write(list(takes), [len(self._uppers)] * len(takes), list(takes.values()))
        self._uppers.append(upper)

    def add(self, columns: Sequence[Column]) -> None:
        first = len(self._gains)
        self._gains.extend(column.gain for column in columns)
        self._most.extend(column.most for column in columns)
        which = [first + at for at, column in enumerate(columns) for _ in column.takes]
        rows = [row for column in columns for row in column.takes]
        self._write(which, rows, [amount for column in columns for amount in column.takes.values()])

    def take(self, columns: Sequence[int]) -> None:
        """Takes some columns whole, until ``release``: then it goes on from where it is now."""
        if not self._taken:
            self._before = self._shares.copy(), self._prices.copy(), self._speed
        self._taken.extend(columns)

    def release(self, columns: Sequence[int]) -> None:
        gone = set(columns)
        self._taken = [column for column in self._taken if column not in gone]
        if not self._taken:
            self._shares, self._prices, self._speed = self._before

    def solve(self, seconds: float, precision: float = FINEST) -> Solution | None:  # noqa: ARG002
        """Steps from the last solution on, the same number whatever precision is asked for.

        None when there is no time for any, or they led nowhere.
        """
        if seconds <= 0:
            return None
        gains, most, uppers = (np.array(part, dtype=np.float64) for part in (self._gains, self._most, self._uppers))
        starts, rows, amounts = self._by_column()
        self._shares = np.concatenate((self._shares, np.zeros(len(gains) - len(self._shares))))
        self._prices = np.concatenate((self._prices, np.zeros(len(uppers) - len(self._prices))))
        for column in self._taken:
            part = slice(starts[column], starts[column + 1])
            uppers[rows[part]] -= amounts[part]
            most[column] = self._shares[column] = 0.0
        self._speed, objective = approach(
            *(starts, rows, amounts, gains, most, uppers, self._shares, self._prices, self._speed),
            FEWER_STEPS if self._taken else STEPS,
        )
        if not (np.isfinite(objective) and np.isfinite(self._prices).all() and np.isfinite(self._shares).all()):
            self._start_again()
            return None
        shares = self._shares.copy()
        shares[self._taken] = 1.0
        prices = np.minimum(self._prices, gains.max(initial=0.0))  # nothing pays more, and whole prices have an end
        return Solution(objective + float(gains[self._taken].sum()), prices, shares)

    def _start_again(self) -> None:
        """From nothing: a step too long has left the numbers, and what is no number proves nothing."""
        self._shares, self._prices, self._speed = np.zeros(0), np.zeros(0), FIRST_SPEED

    def _write(self, columns: list[int], rows: list[int], amounts: list[float]) -> None:
        self._columns.append(np.array(columns, dtype=np.int32))
        self._rows.append(np.array(rows, dtype=np.int32))
        self._amounts.append(np.array(amounts, dtype=np.float64))

    def _by_column(self) -> tuple[npt.NDArray[np.int64], Indices, Floats]:
        """Where the coefficients of each column start, their rows and amounts."""
        columns = np.concatenate(self._columns)
        order = np.argsort(columns, kind="stable")
        rows, amounts = np.concatenate(self._rows)[order], np.concatenate(self._amounts)[order]
        starts = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=len(self._gains)))))
        self._columns, self._rows, self._amounts = [columns[order]], [rows], [amounts]
        return starts.astype(np.int64), rows, amounts
