# SPDX-License-Identifier: AGPL-3.0-or-later
"""The installation a worker's jobs run in: set once when the process starts, read by every job."""

from __future__ import annotations

from dispatch.kit.installation import Installation

_current: list[Installation] = []


def start(installation: Installation) -> None:
    """Make ``installation`` the one of this process (tests: of this test)."""
    _current[:] = [installation]


def current() -> Installation:
    if not _current:
        raise RuntimeError("no installation started: call dispatch.kit.running.start first")
    return _current[0]
