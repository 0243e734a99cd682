# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one side says of a visit: a value, and its shape in the row's JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from dispatch.records.statuses import Outcome

Times = tuple[dt.datetime, dt.datetime]


class Side(StrEnum):
    """Who tells."""

    MEDIATOR = "mediator"
    DESK = "desk"


class Settler(StrEnum):
    """What settles a visit when no coordinator does; otherwise ``settled_by`` is her account."""

    CANCELLATION = "cancellation"
    SILENT_MEDIATOR = "silence of the mediator"
    SILENT_DESK = "silence of the desk"


@dataclass(frozen=True)
class Saying:
    """An outcome with what goes with it; ``times`` None means as planned, or that times do not matter."""

    outcome: Outcome
    times: Times | None = None
    km: int | None = None
    note: str = ""

    def stored(self, at: dt.datetime, via: str) -> dict[str, Any]:
        """As ``attendance.by_mediator`` and ``by_desk`` keep it."""
        start, end = (moment.isoformat() for moment in self.times) if self.times else (None, None)
        told = {"outcome": self.outcome.value, "start": start, "end": end, "km": self.km, "note": self.note}
        return {**told, "at": at.isoformat(), "via": via}


def read_saying(stored: dict[str, Any] | None) -> Saying | None:
    """The saying in a row's JSON."""
    if stored is None:
        return None
    times = None
    if stored["start"] and stored["end"]:
        times = (dt.datetime.fromisoformat(stored["start"]), dt.datetime.fromisoformat(stored["end"]))
    return Saying(Outcome(stored["outcome"]), times, stored["km"], stored["note"])


def both_ends(during: Range[dt.datetime]) -> Times:
    """The start and the end of a time that the tables keep finite."""
    assert during.lower is not None
    assert during.upper is not None
    return during.lower, during.upper
