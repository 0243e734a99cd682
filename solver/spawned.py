# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes of the planner's own: they load nothing of their parent's program, and they do not outlive it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def end_with(parent: int) -> None:
    """Ends this process when the one that asked for its plans is gone, even if that was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def without_main() -> Iterator[None]:
    """A spawned process first imports its parent's program: for ``ponte``, the whole service. The search needs none."""
    ours = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = ours
