# SPDX-License-Identifier: AGPL-3.0-or-later
"""Differences between two policies on the same seeds: their mean, and the interval that holds the true one 95 times in 100."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from statistics import mean, stdev
from typing import NamedTuple

from bench.simulation.record import Figures

# Student's t for 97.5 %, by degrees of freedom.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
MANY = 1.96


class Difference(NamedTuple):
    """``low`` and ``high`` are None where one pair alone tells nothing of the spread."""

    mean: float
    low: float | None
    high: float | None
    pairs: int


def difference(one: Mapping[int, Figures], other: Mapping[int, Figures], key: str) -> Difference | None:
    """How much more of ``key`` the one has, over the seeds that both have; None where there is no such seed."""
    seeds = sorted(one.keys() & other.keys())
    if not seeds:
        return None
    found = [one[seed][key] - other[seed][key] for seed in seeds]
    if len(found) < 2:
        return Difference(found[0], None, None, 1)
    half = STUDENT.get(len(found) - 1, MANY) * stdev(found) / sqrt(len(found))
    return Difference(mean(found), mean(found) - half, mean(found) + half, len(found))
