# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs one measurement in a fresh process, so that no run warms up another and its memory is its own.

The resident memory of the process and all below it is added up four times a second (shared pages count twice, so the
figure errs upwards); where the system does not tell, the process's own highest mark stands in.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
LOOK = 0.25  # seconds between two looks at the memory
KIB, MIB = 1024, 1024 * 1024


class Failed(Exception):
    """A measurement that gave no result; the message says why."""


class Ran(NamedTuple, Generic[T]):
    """What came back and the most memory seen, in MiB."""

    result: T
    peak_mib: int


def alone(work: Callable[..., T], *given: Any, within: float) -> Ran[T]:
    """``work(*given)`` in a process of its own; raises Failed when it fails, dies or takes longer than ``within``."""
    return together([(work, given)], within=within)[0]


def together(works: list[tuple[Callable[..., T], tuple[Any, ...]]], *, within: float) -> list[Ran[T]]:
    """Several at once, each in a process of its own."""
    context = multiprocessing.get_context("spawn")
    running = []
    for work, given in works:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_run, args=(theirs, work, given))
        child.start()
        theirs.close()
        running.append((child, ours))
    try:
        until = time.monotonic() + within
        return [_awaited(child, ours, until) for child, ours in running]
    finally:
        for child, ours in running:
            child.kill()
            child.join()
            ours.close()


def _awaited(child: Any, ours: Connection, until: float) -> Ran[Any]:
    peak = 0
    while not ours.poll(LOOK):
        peak = max(peak, resident_mib(child.pid))
        if time.monotonic() > until:
            raise Failed("was stopped: it did not end in time")
    try:
        went_well, result, own = ours.recv()
    except EOFError:
        child.join()
        raise Failed(f"its process ended with code {child.exitcode}") from None
    if not went_well:
        raise Failed(result)
    return Ran(result, max(peak, own))


def _run(theirs: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    try:
        answer = True, work(*given), own_peak_mib()
    except Exception as trouble:  # noqa: BLE001 (the edge of a process: whatever it was, the report must say it)
        answer = False, f"{type(trouble).__name__}: {trouble}".splitlines()[0][:200], 0
    theirs.send(answer)


def own_peak_mib() -> int:
    """The highest resident memory of this process so far (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (MIB if sys.platform == "darwin" else KIB)


def resident_mib(process: int) -> int:
    """Resident memory of a process and all below it as Linux tells it; 0 where it does not."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        below = [
            int(child)
            for task in Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        ]
    except (OSError, IndexError, ValueError):  # it has just ended, or this is no Linux
        return 0
    return pages * resource.getpagesize() // MIB + sum(resident_mib(child) for child in below)
