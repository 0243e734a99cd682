# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of full-size runs: one JSON line for each, written at once, so that an interrupted run keeps what it has."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[2]
KEPT = "PONTE_CHAOS_FIGURES"  # another file than the one in the repository
FAILED = "FAILED: "


class Write(Protocol):
    """The fixture `chaos_figures`."""

    def __call__(self, *, row: str, size: str, result: str, seconds: float) -> None: ...


@dataclass(frozen=True)
class Figures:
    """What one full-size test saw; ``began`` is the same for all lines of one run of it."""

    row: str
    size: str
    result: str
    seconds: float
    test: str
    began: str
    machine: str

    @property
    def failed(self) -> bool:
        return self.result.startswith(FAILED)


def file_of_figures() -> Path:
    return Path(os.environ.get(KEPT) or ROOT / "docs" / "reliability.jsonl")


def moment() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def machine() -> str:
    """What a reader needs to compare: processors, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (
        f"{os.cpu_count()} × {processor()}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def keep(figures: Figures, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    with into.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(figures), ensure_ascii=False) + "\n")


def read(path: Path) -> list[Figures]:
    """Every line kept, oldest first."""
    if not path.exists():
        return []
    return [Figures(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def newest(lines: Iterable[Figures]) -> list[Figures]:
    """The lines of the last run of each test: an older success does not hide a newer failure."""
    last: dict[str, list[Figures]] = {}
    for line in sorted(lines, key=lambda one: one.began):
        if line.test not in last or last[line.test][0].began != line.began:
            last[line.test] = []
        last[line.test].append(line)
    return [line for run in last.values() for line in run]
