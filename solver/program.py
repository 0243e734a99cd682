# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linear program that grows: rows "at most", columns added in bulk, solved again from the last basis.

HiGHS was three to four times as fast here as GLOP through MathOpt on the same columns (docs/decisions). Where a
solution from the last basis takes long (many rows, or many columns that share each row, as whole weeks do), the
interior point method is ten times faster, and its prices, from the middle of the optimal face, need fewer rounds. While
columns are missing it need not go to the end: a rough solution takes a third of the time, and prices further inside
are better ones (J. Gondzio, P. González-Brevis, P. Munari, "New developments in the primal-dual column generation
technique", European Journal of Operational Research 224, 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import highspy
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ENDLESS = highspy.kHighsInf
WHOLE_OPTIONS = (
    ("solver", "choose"),
    ("presolve", "on"),
    ("mip_heuristic_effort", 0.0),
    ("mip_allow_restart", False),
    ("mip_detect_symmetry", False),
)
MANY_STEPS = 6_000  # simplex iterations of one solution, beyond which the interior point method takes over
MANY_ROWS = 1_000  # rows from which it starts with it
FINEST = 1e-6  # relative gap between the primal and the dual side at which the interior point method ends


class Column(NamedTuple):
    """What a column brings, at most how much of it there is, and what it takes of some rows."""

    gain: float
    most: float
    takes: dict[int, float]


class Solution(NamedTuple):
    """The objective, the price of each row (>= 0) and how much of each column is taken."""

    objective: float
    prices: Floats
    shares: Floats


class Whole(NamedTuple):
    """The best whole choice of columns found, None if there was none, and a proven bound on any."""

    shares: Floats | None
    bound: float


def are_numbers(objective: float, prices: Floats, shares: Floats) -> bool:
    """Whether a rough solution is one: where the interior point method loses its way it hands back what is no number."""
    return bool(np.isfinite(objective) and np.isfinite(shares).all() and np.isfinite(prices).all())


class Program:
    """Maximises; doing nothing is always feasible."""

    def __init__(self, uppers: Sequence[float], *, inside: bool = False) -> None:
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex")):
            self._highs.setOptionValue(option, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        nothing, none = np.array([], dtype=np.int32), np.array([], dtype=np.float64)
        count = len(uppers)
        self._highs.addRows(
            count,
            np.full(count, -ENDLESS),
            np.array(uppers, dtype=np.float64),
            0,
            np.zeros(count, np.int32),
            nothing,
            none,
        )
        self._dearest = 0.0
        self.inside = False
        if inside or count > MANY_ROWS:
            self._go_inside()

    def cut(self, upper: float, takes: dict[int, float]) -> None:
        """One more row "at most" over columns that are there already."""
        which = np.array(list(takes), dtype=np.int32)
        self._highs.addRow(-ENDLESS, upper, len(which), which, np.array(list(takes.values()), dtype=np.float64))

    def add(self, columns: Sequence[Column]) -> None:
        if not columns:
            return
        sizes = np.array([len(column.takes) for column in columns])
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int32)
        rows = np.array([row for column in columns for row in column.takes], dtype=np.int32)
        amounts = np.array([amount for column in columns for amount in column.takes.values()], dtype=np.float64)
        gains = np.array([column.gain for column in columns], dtype=np.float64)
        most = np.array([column.most for column in columns], dtype=np.float64)
        self._dearest = max(self._dearest, float(gains.max()))
        self._highs.addCols(len(columns), gains, np.zeros(len(columns)), most, len(rows), starts, rows, amounts)

    def forbid(self, columns: Sequence[int]) -> None:
        """Takes nothing of some columns any more."""
        which = np.array(columns, dtype=np.int32)
        self._highs.changeColsBounds(len(which), which, np.zeros(len(which)), np.zeros(len(which)))

    def solve(self, seconds: float, precision: float = FINEST) -> Solution | None:
        """The optimum of the program as it stands; None when it was not finished in time.

        ``precision``: the relative gap at which the interior point method may stop.
        """
        if not self._highs.getNumCol():
            return Solution(0.0, np.zeros(self._highs.getNumRow()), np.zeros(0))
        if self.inside:
            self._highs.setOptionValue("ipm_optimality_tolerance", precision)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(0.01, seconds))
        self._highs.run()
        status, rough = self._highs.getModelStatus(), self.inside and precision > FINEST
        if status != highspy.HighsModelStatus.kOptimal and not (rough and status == highspy.HighsModelStatus.kUnknown):
            ended = status == highspy.HighsModelStatus.kTimeLimit
            return self._from_the_edge(seconds) if self.inside and not ended else None
        info, solution = self._highs.getInfo(), self._highs.getSolution()
        was_inside = self.inside
        if not self.inside and info.simplex_iteration_count > MANY_STEPS:
            self._go_inside()
        # Nothing pays more than the dearest column brings; a rough solution may ask for more than a whole price holds.
        prices = np.clip(np.array(solution.row_dual), 0.0, self._dearest)
        shares = np.array(solution.col_value)
        if was_inside and not are_numbers(info.objective_function_value, prices, shares):
            return self._from_the_edge(seconds)
        return Solution(info.objective_function_value, prices, shares)

    def solve_whole(self, columns: Sequence[int], *, start: Sequence[int], seconds: float, gap: float) -> Whole:
        """The best choice in which each of these columns is taken once or not at all.

        ``start``: the columns of a choice that is known; ``gap``: the relative gap at which it is good enough. Restarts
        and heuristics are left out: better plans come from elsewhere, what is wanted here is the proof.
        """
        highs = self._highs
        which, count = np.array(columns, dtype=np.int32), len(columns)
        highs.changeColsBounds(count, which, np.zeros(count), np.ones(count))
        highs.changeColsIntegrality(count, which, np.array([highspy.HighsVarType.kInteger] * count))
        for option, value in WHOLE_OPTIONS:
            highs.setOptionValue(option, value)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(0.01, seconds))
        if start:
            chosen = np.array(start, dtype=np.int32)
            highs.setSolution(len(chosen), chosen, np.ones(len(chosen)))
        highs.run()
        info = highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return Whole(np.array(highs.getSolution().col_value) if found else None, info.mip_dual_bound)

    def _go_inside(self) -> None:
        self.inside = True
        for option, value in (("solver", "ipm"), ("run_crossover", "off")):
            self._highs.setOptionValue(option, value)

    def _from_the_edge(self, seconds: float) -> Solution | None:
        """The interior point method stopped short of its precision: the simplex method ends every program."""
        self.inside = False
        self._highs.setOptionValue("solver", "simplex")
        return self.solve(seconds)
