# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a slot usually takes to be filled when people are asked in rounds: pure, from answer rates and one policy row.

The model. Each of the ``people`` of a round says yes with probability a, no with d, and else nothing. Whoever answers
does so after a log-normal delay with distribution function F(t) = Φ((ln t - ln median) / spread), in waking time. An
answer after the round's window r counts as none. One round is filled by t ≤ r with

    S(t) = 1 - (1 - a·F(t))^people

and gives way to the next when all have said no, by t with (d·F(t))^people, or at r. With f the distribution of how long
a round lasts that fills nothing, a pause p before the next, and n rounds, the slot is filled by t with

    T(t) = Σ_{i<n} (f * f * … * f)(i times) * S (t - i·p)      (* is convolution, done on a grid of r / 240 and at most two minutes).

The median and p90 of T are read off the grid; where T never gets so high, that quantile does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, erf, log, sqrt

import numpy as np
from numpy.typing import NDArray

GRID, COARSEST = 240, 2.0  # points of a window, minutes between two
NOBODY_LEFT = 0.003  # rounds that so few slots ever reach change neither quantile
Steps = NDArray[np.float64]


@dataclass(frozen=True)
class Rates:
    """How mediators answer. ``seen`` is how many answers that rests on; 0 for the figures of the field."""

    accept: float
    decline: float
    median_minutes: float
    spread: float
    seen: int = 0


# Answers to an offer as the field reports them (domain.md §4): accept 62, decline 23, silence 15 %, by day after 22 minutes.
OF_THE_FIELD = Rates(accept=0.62, decline=0.23, median_minutes=22, spread=1.0)


@dataclass(frozen=True)
class Round:
    """One row of the policy: so many people at once, so many waking minutes to answer, ``most`` people in all."""

    people: int
    minutes: float
    most: int
    pause: float = 1.0


@dataclass(frozen=True)
class Expected:
    """Waking minutes until filled; None where so many slots are not filled at all. ``filled`` is the share that is."""

    median: float | None
    p90: float | None
    filled: float


def time_to_fill(rates: Rates, row: Round) -> Expected:
    """Median and p90 of the time until somebody has said yes, by the formula above."""
    step = min(row.minutes / GRID, COARSEST)
    answered = _answered(rates, step, round(row.minutes / step))
    yes = 1 - (1 - rates.accept * answered) ** row.people
    all_no = (rates.decline * answered) ** row.people
    filled = np.diff(yes, prepend=0.0)
    lasts = np.diff(all_no, prepend=0.0)
    lasts[-1] += max(0.0, 1 - float(yes[-1]) - float(all_no[-1]))
    rounds = max(1, ceil(row.most / row.people))
    pause = np.zeros(max(1, round(row.pause / step)) + 1)
    pause[-1] = 1.0
    arrives, whole = np.ones(1), np.zeros(1)
    in_one = float(yes[-1])
    for done in range(rounds):
        if (1 - in_one) ** done < NOBODY_LEFT:
            break
        whole = _add(whole, np.convolve(arrives, filled))
        arrives = np.convolve(np.convolve(arrives, lasts), pause)
    by = np.cumsum(whole)
    return Expected(_quantile(by, 0.5, step), _quantile(by, 0.9, step), 1 - (1 - in_one) ** rounds)


def _answered(rates: Rates, step: float, points: int) -> Steps:
    """F half a step after each point of the grid, so that what happens around a point is counted at it; F(r) at the last."""
    times = [(place + 0.5) * step for place in range(points)] + [points * step]
    scale = rates.spread * sqrt(2)
    return np.array([0.5 * (1 + erf((log(time) - log(rates.median_minutes)) / scale)) for time in times])


def _add(one: Steps, other: Steps) -> Steps:
    longer = np.zeros(max(len(one), len(other)))
    longer[: len(one)] += one
    longer[: len(other)] += other
    return longer


def _quantile(by: Steps, share: float, step: float) -> float | None:
    place = int(np.searchsorted(by, share))
    return place * step if place < len(by) else None
