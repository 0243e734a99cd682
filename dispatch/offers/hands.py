# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several posts at once, never more than there are hands: a slow carrier holds up threads, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Hands:
    """`wait_for_one`, then `give` it something to do; leaving the block waits until all are through.

    What goes wrong in a hand is raised in who gave it the work, there or at the end.
    """

    def __init__(self, count: int) -> None:
        self._count, self._free = count, threading.Semaphore(count)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="post")
        self._troubles: list[BaseException] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=True)
        if kind is None:
            self._raise_trouble()

    def wait_for_one(self) -> None:
        self._free.acquire()
        self._raise_trouble()

    def wait_for_all(self) -> None:
        """Until every hand is free."""
        for _ in range(self._count):
            self._free.acquire()
        self._free.release(self._count)

    def give(self, work: Callable[[], object]) -> None:
        self._pool.submit(self._do, work)

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as trouble:  # noqa: BLE001 - a thread has nobody to raise it to
            self._troubles.append(trouble)
        finally:
            self._free.release()

    def _raise_trouble(self) -> None:
        if self._troubles:
            raise self._troubles[0]


class OneAtATime:
    """In one process only one caller works; who comes meanwhile leaves word that there is more to do, and goes.

    So however many jobs ask for it, and however slow the carrier is, one place of a worker is taken and no more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = self._asked_again = False

    def run(self, work: Callable[[], object]) -> bool:
        """Whether somebody came while it worked: then it must be done once more, by whoever called."""
        with self._lock:
            if self._busy:
                self._asked_again = True
                return False
            self._busy, self._asked_again = True, False
        try:
            work()
        finally:
            with self._lock:
                self._busy = False
        return self._asked_again
