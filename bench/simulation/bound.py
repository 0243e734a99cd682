# SPDX-License-Identifier: AGPL-3.0-or-later
"""One bound a seed: the most that could be filled does not hang on the policy, though each month proves its own.

The proof has a time limit on the wall clock, so that a busy machine proves less. Each bound is proven, therefore the
least of a seed holds for all its policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.simulation.record import Figures

Months = Mapping[str, Mapping[int, Figures]]
ONE_BY_ONE, TOGETHER = "fillable_one_by_one", "fillable_together"


def with_one_bound(months: Months) -> dict[str, dict[int, Figures]]:
    """The months, by policy and seed, with the least bound of their seed; where the months were not alike, their own."""
    found: dict[str, dict[int, Figures]] = {}
    for policy, seeds in months.items():
        for seed, month in seeds.items():
            least = min(one[TOGETHER] for one in _of_seed(months, seed)) if _alike(months, seed) else month[TOGETHER]
            found.setdefault(policy, {})[seed] = month | {TOGETHER: least}
    return found


def differences(months: Months) -> Iterator[str]:
    """A line for each seed whose policies did not prove the same."""
    for seed in sorted({seed for seeds in months.values() for seed in seeds}):
        bounds = [one[TOGETHER] for one in _of_seed(months, seed)]
        if not _alike(months, seed):
            slots = [one[ONE_BY_ONE] for one in _of_seed(months, seed)]
            yield f"- seed {seed}: the months are not alike ({min(slots)} to {max(slots)} slots with somebody for them): each has its own bound"
        elif min(bounds) < max(bounds):
            yield f"- the most of seed {seed}: {min(bounds)} to {max(bounds)} were proven in the time there was; the least counts for every policy"


def _of_seed(months: Months, seed: int) -> list[Figures]:
    return [seeds[seed] for seeds in months.values() if seed in seeds]


def _alike(months: Months, seed: int) -> bool:
    """Whether every policy was judged on the same question; a bound of another one proves nothing."""
    return len({(one["slots"], one.get(ONE_BY_ONE)) for one in _of_seed(months, seed)}) == 1
