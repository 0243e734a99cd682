# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was simulated so far: one line of JSON a month, kept as soon as it is there, so that nothing is played twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

Figures = dict[str, Any]
LEFT_OUT = ("missed_slots",)  # of use to who looks at one month, and longer than all the rest


class Month(NamedTuple):
    """The name of one simulated month."""

    profile: str
    days: int
    scenario: str
    policy: str
    seed: int


def month_of(figures: Figures) -> Month:
    return Month(*(figures[name] for name in Month._fields))


def load(path: Path) -> dict[Month, Figures]:
    """Every month of the file; one that was played again counts as it came out last."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {month_of(figures): figures for figures in map(json.loads, lines)}


def keep(path: Path, figures: Figures) -> None:
    """Add one month to the file."""
    kept = {key: value for key, value in figures.items() if key not in LEFT_OUT}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(kept, sort_keys=True) + "\n")


def of(record: dict[Month, Figures], profile: str, days: int, scenario: str) -> dict[str, dict[int, Figures]]:
    """The months of one size and scenario, by policy and seed."""
    found: dict[str, dict[int, Figures]] = {}
    for month, figures in sorted(record.items()):
        if (month.profile, month.days, month.scenario) == (profile, days, scenario):
            found.setdefault(month.policy, {})[month.seed] = figures
    return found


def total(months: Iterable[Figures], key: str) -> float:
    return sum(month[key] or 0 for month in months)
