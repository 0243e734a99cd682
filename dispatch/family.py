# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serve, worker and clock as children of one process: started together, restarted when one dies, stopped in order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import structlog

LAUNCHER = Path(__file__).parent / "kit" / "launcher.py"

log = structlog.get_logger(__name__)

PARTS = ("serve", "worker", "clock")
LOOK_EVERY = 0.5  # seconds between two looks at the children
REST = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the n-th restart of a part within RECENT
RECENT = 300.0
PATIENCE = 25.0  # a part that has not ended so long after SIGTERM is killed


@dataclass
class Part:
    """One child and when it last had to be started again."""

    name: str
    process: subprocess.Popen[bytes]
    restarts: list[float] = field(default_factory=list)
    due: float | None = None


class Family:
    """A context: the children live inside it. ``environment`` is what they see; ``parts`` which commands they run.

    ``output`` takes what they write; unset: the terminal.
    """

    def __init__(
        self, environment: dict[str, str], parts: tuple[str, ...] = PARTS, *, output: IO[bytes] | None = None
    ) -> None:
        self.environment, self.output = environment, output
        self.parts = [Part(name, self._start(name)) for name in parts]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def watch(self) -> None:
        """Restart what dies, until interrupted."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        for part in self.parts:
            now = time.monotonic()
            if part.due is None and part.process.poll() is not None:
                recent = [moment for moment in part.restarts if moment > now - RECENT]
                part.restarts = [*recent, now]
                part.due = now + REST[min(len(recent), len(REST) - 1)]
                log.warning("part ended", part=part.name, code=part.process.returncode)
            if part.due is not None and part.due <= now:
                part.process, part.due = self._start(part.name), None

    def stop(self) -> None:
        """SIGTERM to all, then wait for each; who does not listen is killed."""
        for part in self.parts:
            part.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for part in self.parts:
            try:
                part.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        # The launcher lets the kernel stop a part whose parent is gone, even by kill -9. A session of its own: Ctrl-C
        # reaches the parent alone, which then stops the children in order.
        keep_account = ("", "", "")
        command = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *keep_account]
        return subprocess.Popen(  # noqa: S603 - our own command
            [*command, sys.executable, "-m", "dispatch", name],
            env=self.environment,
            start_new_session=True,
            stdout=self.output,
            stderr=self.output,
        )
