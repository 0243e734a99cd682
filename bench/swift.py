# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two series of short answers a coordinator waits for: repairs and suggestions, each in one warm process."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import MappingProxyType

from bench.measure import Timed


def repairs(count: int, seed: int) -> Timed:
    """Seconds of wall time for the round trip of a repair through the planner process that the service uses."""
    from bench.repair import measure_repairs

    measured = measure_repairs(count, seed)
    return [one.seconds for one in measured], [one.gap for one in measured], ""


def suggestions(count: int, seed: int) -> Timed:
    """Seconds of wall time for ``suggest`` from a warm planner, the problem already read."""
    from bench.suggest import measure_suggest

    measured = measure_suggest(count, seed, clock=time.perf_counter)
    starts = sum(one.starts for one in measured) / max(1, len(measured))
    return [one.warm for one in measured], [], f"{starts:.0f} starts on average"


WORK: MappingProxyType[str, Callable[[int, int], Timed]] = MappingProxyType({"repair": repairs, "suggest": suggestions})
