# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where else the visits of a plan could stand, one at a time and all others unmoved; worked out once a visit."""

from __future__ import annotations

from solver.explain.calendar import Calendar, Line
from solver.explain.refusals import able, fits


class Elsewhere:
    """Answers about the plan as it stands when asked; the calendar must be back in that state each time."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: dict[str, list[Line]] = {}

    def of(self, line: Line) -> list[Line]:
        """All lines for a chosen line's slot that no rule forbids, its own among them, whatever becomes of the day it
        leaves.
        """
        slot = line.post.slot.id
        if slot not in self._known:
            self._calendar.take(slot)
            self._known[slot] = self._lawful(line)
            self._calendar.put(line)
        return self._known[slot]

    def _lawful(self, line: Line) -> list[Line]:
        starts = self._calendar.index.starts(line.post.appointment)
        lines = (Line(line.post, number, start) for number in able(self._calendar, line.post) for start in starts)
        return [other for other in lines if fits(self._calendar, other)]
