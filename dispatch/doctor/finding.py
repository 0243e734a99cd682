# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the doctor says about one thing: how bad it is, what was seen, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    FINE = "fine"
    CARE = "care"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """``about`` is the same word whatever was found, so that a program can look for it."""

    about: str
    level: Level
    says: str
    remedy: str = ""


def fine(about: str, says: str) -> Finding:
    return Finding(about, Level.FINE, says)


def care(about: str, says: str, remedy: str) -> Finding:
    """Ponte works, and somebody should look at this."""
    return Finding(about, Level.CARE, says, remedy)


def wrong(about: str, says: str, remedy: str) -> Finding:
    """Something does not work; the command ends with 1."""
    return Finding(about, Level.WRONG, says, remedy)


def age(seconds: float) -> str:
    """A span of time in the unit that a person would say it in."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
