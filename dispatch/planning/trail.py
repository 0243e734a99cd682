# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of a search, few enough to keep in its row: what its picture is drawn from and its sentences are read off."""

from __future__ import annotations

from typing import Any

from dispatch.planning.planner import Better

MOST = 64  # steps; a picture of 480 points shows no more
NO_BOUND = 1 << 60  # what the search says before it has proven any

# Seconds since the start, slots filled, total, and the bound or null.
Step = tuple[float, int, int, int | None]


class Trail:
    """Takes every better plan; of a long search it keeps every second of the older steps."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def take(self, found: Better) -> None:
        bound = None if found.bound is None or found.bound >= NO_BOUND else found.bound
        self.steps.append((round(found.seconds, 2), found.filled, found.total, bound))
        if len(self.steps) > MOST:
            older, newest = self.steps[1:-2], self.steps[-2:]
            self.steps = [self.steps[0], *older[1::2], *newest]  # The first plan is what all others are compared with.

    def figures(self, slots: int) -> dict[str, Any]:
        """The row's own words for how far the search is."""
        seconds, filled, total, bound = self.steps[-1]
        return {
            "filled": filled,
            "slots": slots,
            "total": total,
            "bound": bound,
            "seconds": seconds,
            "steps": [list(step) for step in self.steps],
        }


def steps_of(progress: dict[str, Any] | None) -> list[Step]:
    """The kept steps; of a run that noted none only its last figures, if there are any."""
    figures = progress or {}
    kept = [(float(step[0]), int(step[1]), int(step[2]), step[3]) for step in figures.get("steps", ())]
    if not kept and figures.get("slots"):
        kept = [(float(figures["seconds"]), figures["filled"], figures["total"], figures.get("bound"))]
    return kept
