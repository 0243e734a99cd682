# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing from percents: one of weighted choices, a yes or no, a log-normal; and sharing a number out exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from random import Random
from typing import TypeVar

T = TypeVar("T")


def one_of(random: Random, weights: Mapping[T, float]) -> T:
    return random.choices(list(weights), weights=list(weights.values()))[0]


def happens(random: Random, percent: float) -> bool:
    return random.random() * 100 < percent


def log_normal(random: Random, median: float, spread: float) -> float:
    """``spread`` is the standard deviation of the logarithm."""
    return exp(random.gauss(log(median), spread))


def spread_out(weights: Sequence[float], count: int) -> list[int]:
    """Largest remainders: how many of ``count`` each weight gets, so that shares of a small number come out right."""
    exact = [weight / sum(weights) * count for weight in weights]
    whole = [int(part) for part in exact]
    by_rest = sorted(range(len(exact)), key=lambda number: (whole[number] - exact[number], number))
    for number in by_rest[: count - sum(whole)]:
        whole[number] += 1
    return whole
