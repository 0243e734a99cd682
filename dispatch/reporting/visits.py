# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visit as the reports count it: what was promised, what was worked, and to whom, where and for whom it belongs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, Mode, Outcome

PLANNED = frozenset({AssignmentStatus.PROPOSED, AssignmentStatus.PUBLISHED})


class Visit(NamedTuple):
    """One slot with the mediator it has, or with nobody: then ``status`` is null and only its asking counts.

    ``asked`` are the languages of the slot; ``worked`` and ``told_km`` are the attendance's, null where there is none.
    ``status`` is the assignment's, ``attendance`` and ``outcome`` are the attendance's.
    """

    slot_id: int
    code: str
    start: dt.datetime
    minutes: int
    mode: str
    desk_id: int
    ambito: str | None
    project: str | None
    asked: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    assignment_id: int | None = None
    status: str | None = None
    mediator_id: int | None = None
    attendance: str | None = None
    outcome: str | None = None
    worked: int | None = None
    told_km: int | None = None

    @property
    def end(self) -> dt.datetime:
        return self.start + dt.timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        """Proposed or published: nobody has said yes yet."""
        return self.attendance is None and self.status in PLANNED

    @property
    def is_booked(self) -> bool:
        """Somebody said yes, whatever became of it: an attendance is only made of a booking."""
        return self.mediator_id is not None and not self.is_planned

    @property
    def is_told(self) -> bool:
        return self.attendance is not None and self.attendance != AttendanceStatus.AWAITED

    @property
    def was_called_off(self) -> bool:
        """Cancelled too late: its minutes are paid, yet nobody worked them and nobody was served."""
        return self.outcome == Outcome.CANCELLED_LATE

    @property
    def used(self) -> int:
        """The minutes that weigh on her limit: those worked once they are told, those promised before."""
        if self.mediator_id is None:
            return 0
        return self.delivered if self.is_told else self.minutes

    @property
    def delivered(self) -> int:
        """The minutes somebody spent on it."""
        return 0 if self.was_called_off else self.worked or 0

    @property
    def moves(self) -> bool:
        """Whether she goes there: on site, unless she did not come or had no reason to."""
        stayed = self.was_called_off or self.outcome == Outcome.MEDIATOR_ABSENT
        return self.mode == Mode.ONSITE and self.lat is not None and not stayed


@lru_cache(maxsize=4096)
def asked_of(needs: str | None) -> tuple[str, ...]:
    """The codes of the languages asked for, out of a slot's needs; the same few come back thousands of times."""
    return tuple(sorted(json.loads(needs))) if needs else ()


def language_of(asked: Iterable[str], spoken: Mapping[str, int]) -> str | None:
    """The one language a visit is counted under: of those asked for, the one its mediator speaks best.

    A territorial presence may ask for none. With nobody, or nobody who speaks any of them, the first by code counts.
    """
    return min(asked, key=lambda code: (-spoken.get(code, 0), code), default=None)
