# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shows how far a rehearsal is: the stage, the virtual time, what has happened; and keeps the seconds of each stage."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dispatch.kit.clock import at_home

SHOWN = ("requests", "sms", "answers")


@dataclass
class Stages:
    """One line for the running stage on ``console``, a tick for each that ended."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    moment: dt.datetime | None = None
    _bar: Progress | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            self._bar, self._name = bar, name
            self._task = bar.add_task(name)
            yield
        self._bar = None
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began
        self.console.print(f"[green]✓[/green] {name:<55} [dim]{self.seconds[name]:6.1f} s  {self._so_far()}[/dim]")

    def happened(self, what: str, at: dt.datetime) -> None:
        self.moment = at
        if what != "time":
            self.counts["answers" if what.startswith("answer") else what] += 1
        if self._bar is not None:
            self._bar.update(self._task, description=f"{self._name} · {at_home(at):%a %d %b %H:%M} · {self._so_far()}")

    def _so_far(self) -> str:
        return " · ".join(f"{self.counts[what]} {what}" for what in SHOWN if self.counts[what])
