# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of a simulated month as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LISTED = 8  # of the languages and ambiti with most slots


def told(figures: dict[str, Any]) -> Iterator[str]:
    """One line a figure; percents are of the slots for which somebody free would have come."""
    filled, fillable = figures["filled"], figures["fillable"]
    yield f"profile {figures['profile']}, {figures['days']} days, seed {figures['seed']}, policy {figures['policy']}, scenario {figures['scenario']}"
    yield f"slots             {figures['slots']}, of which {fillable} were fillable: somebody free would have come in time"
    yield f"filled            {filled} ({_percent(filled, fillable)} of those), {figures['late_fills']} only on the last day"
    yield f"known beforehand  at most {figures['fillable_together']} could have been filled together"
    yield f"held              {figures['held']}, mediator not there {figures['no_shows']}"
    yield f"time to fill      median {_hours(figures['time_to_fill_median'])}, nine in ten within {_hours(figures['time_to_fill_p90'])}"
    yield f"SMS sent          {figures['sms_out']}, {figures['sms_per_filled'] or 0:.1f} for each filled slot"
    yield f"on the road       {figures['travel_minutes'] / 60:.0f} hours"
    yield f"even hours        {figures['fairness']:.2f} (1: all have the same share of theirs)"
    yield f"in two places     {figures['double_bookings']}"
    for why, count in sorted(figures["missed"].items(), key=lambda one: -one[1]):
        yield f"empty, though      {why}: {count}"
    for key, title in (("by_language", "language"), ("by_ambito", "ambito")):
        yield f"{title:<12} slots filled  held   SMS"
        groups = sorted(figures[key].items(), key=lambda one: (-one[1]["slots"], one[0]))
        for name, part in groups[:LISTED]:
            yield f"  {name:<10} {part['slots']:>5} {part['filled']:>6} {part['held']:>5} {part['sms_out']:>5}"


def _percent(part: int, of: int) -> str:
    return f"{100 * part / of:.1f} %" if of else "nothing to fill"


def _hours(minutes: float | None) -> str:
    if minutes is None:
        return "–"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
