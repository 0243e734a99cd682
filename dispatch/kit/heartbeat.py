# SPDX-License-Identifier: AGPL-3.0-or-later
"""A part without a port shows that it lives by touching a file of its own machine, which a health check looks at.

A row would tell that some worker lives, somewhere; the check of a container asks about the one inside it.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

BEAT = 10.0  # seconds between two touches


def file_of(home: Path, part: str) -> Path:
    return home / "alive" / part


def beat(home: Path, part: str) -> None:
    """Touch the file of this part; a disk that is full must not stop the work itself."""
    with contextlib.suppress(OSError):
        kept = file_of(home, part)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch()


def silent_seconds(home: Path, part: str) -> float | None:
    """How long ago this part gave its last sign; None when it never did here."""
    try:
        return max(0.0, time.time() - file_of(home, part).stat().st_mtime)
    except FileNotFoundError:
        return None
