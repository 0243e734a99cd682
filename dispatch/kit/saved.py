# SPDX-License-Identifier: AGPL-3.0-or-later
"""What saving an entry of a register comes to: a new row, a changed one, or nothing because it says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Row = TypeVar("Row", covariant=True)


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Saved(Generic[Row]):
    """The row as it stands now; ``columns`` are those that changed."""

    row: Row
    outcome: Outcome
    columns: tuple[str, ...] = ()


def apply(row: object, values: Mapping[str, Any]) -> list[str]:
    """Write what differs into the row; the names of those columns."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return differing
