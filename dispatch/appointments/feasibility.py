# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk asks before it sends: who suits, and at which starts could somebody come? Intake asks, planning answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from dispatch.records.territory import Place

Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Sketch:
    """A meeting as far as it is written. ``needs`` are those of its slots; ``place`` is None where none is chosen yet.

    ``windows`` are the starts to be looked at, all of them in one week from Monday to Sunday.
    """

    kind: str
    mode: str
    place: Place | None
    duration: int
    needs: Sequence[Mapping[str, Any]]
    windows: Sequence[Window]


@dataclass(frozen=True)
class Room:
    """How many suit whatever the hour, and how many of them could come at each start; 0 where the slots lack somebody."""

    suitable: int
    free: Mapping[dt.datetime, int] = field(default_factory=dict)

    def at(self, start: dt.datetime) -> int:
        return self.free.get(start, 0)


# The rooms of several sketches of one week, at this moment; nobody's visit is moved for them.
FindRooms = Callable[[Session, dt.datetime, Sequence[Sketch]], Sequence[Room]]
