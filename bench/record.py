# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was measured, as docs/benchmarks.json keeps it, so that one row can be measured again and the others stay."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import msgspec

RECORD = Path(__file__).parent.parent / "docs" / "benchmarks.json"
MOST_STEPS = 40  # of a run that are kept: enough for a curve

Step = tuple[float, int, int, int]  # seconds since the start, slots filled, total, bound


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """One run of the planner: what it was given, its way there, and where it stood at the end.

    ``form`` is full (the target's own time) or short, in a duel with "peers " before it; ``worth`` the value of all slots, locked ones too;
    ``peak_mib`` the resident memory of all its processes together; ``trouble`` says why there is no result.
    """

    row: str
    form: str
    seed: int
    limit: float
    date: str
    machine: str
    mediators: int = 0
    slots: int = 0
    worth: int = 0
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    filled: int = 0
    total: int = 0
    bound: int = 0
    broken: int = 0
    peak_mib: int = 0
    trouble: str | None = None

    @property
    def gap(self) -> float:
        """Of the total, as planning.md §3 defines it."""
        return (self.bound - self.total) / max(1, self.bound)

    @property
    def cost_gap(self) -> float:
        """Of the cost: everything a plan does not earn of the value of all slots, against the least that is proven."""
        return (self.bound - self.total) / max(1, self.worth - self.bound)

    @property
    def first(self) -> float | None:
        return self.steps[0][0] if self.steps else None

    def reached(self, gap: float) -> float | None:
        """Seconds until the gap to the bound proven by then was this small; None if it never was."""
        times = (seconds for seconds, _, total, bound in self.steps if bound - total <= gap * max(1, bound))
        return next(times, self.seconds if self.gap <= gap else None)


class Versus(msgspec.Struct, frozen=True, omit_defaults=True):
    """One peer on one instance: its plan as it came (``came`` lines, rules ``broken``) and as it was mended.

    ``took`` is wall time from the problem to its lines; our own planner is listed with its ``bound``.
    """

    instance: str
    peer: str
    form: str
    seed: int
    limit: float
    date: str
    machine: str
    worth: int = 0
    slots: int = 0
    took: float = 0.0
    came: int = 0
    broken: dict[str, int] = {}
    kept: int = 0
    filled: int = 0
    total: int = 0
    broken_after: int = 0
    cannot: tuple[str, ...] = ()
    trouble: str | None = None


class Latency(msgspec.Struct, frozen=True, omit_defaults=True):
    """Many short answers of one kind: seconds each, and the gap of each where there is one."""

    row: str
    form: str
    seed: int
    date: str
    machine: str
    seconds: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()
    says: str = ""
    trouble: str | None = None


class Record(msgspec.Struct):
    """Everything measured so far; a new measurement takes the place of its like."""

    runs: list[Run] = []
    peers: list[Versus] = []
    latencies: list[Latency] = []

    def add(self, found: Run | Versus | Latency) -> None:
        if isinstance(found, Run):
            key = found.row, found.form, found.seed
            self.runs = [*(run for run in self.runs if (run.row, run.form, run.seed) != key), found]
        elif isinstance(found, Versus):
            like = found.instance, found.peer, found.form
            self.peers = [*(one for one in self.peers if (one.instance, one.peer, one.form) != like), found]
        else:
            same = found.row, found.form, found.seed
            self.latencies = [*(one for one in self.latencies if (one.row, one.form, one.seed) != same), found]

    def of(self, row: str, form: str) -> list[Run]:
        return sorted((run for run in self.runs if run.row == row and run.form == form), key=lambda run: run.seed)


def load(path: Path = RECORD) -> Record:
    """The record of a file; an empty one where there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=Record) if path.exists() else Record()


def save(record: Record, path: Path = RECORD) -> None:
    """Beside the target, then renamed, one measurement a line: nobody reads half a file, and differences are short."""
    parts = []
    for name in ("runs", "peers", "latencies"):
        lines = [msgspec.json.encode(one).decode() for one in getattr(record, name)]
        parts.append(f'"{name}": [\n' + ",\n".join(sorted(lines)) + "\n]")
    half = path.with_name(f".{path.name}")
    half.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    half.replace(path)


def thinned(steps: list[Step]) -> tuple[Step, ...]:
    """At most MOST_STEPS of them, the first and the last among them."""
    if len(steps) <= MOST_STEPS:
        return tuple(steps)
    each = (len(steps) - 1) / (MOST_STEPS - 1)
    return tuple(steps[round(number * each)] for number in range(MOST_STEPS))


def middle(values: list[float]) -> float:
    return float(median(values))
