# SPDX-License-Identifier: AGPL-3.0-or-later
"""How likely a request is to be filled, said while it is written: who suits, who is free then, and what would help.

The figures are the planner's own (``dispatch.planning.rooms``), for the first date asked: nobody's visit is moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dispatch.appointments.feasibility import FindRooms, Room, Sketch
from dispatch.intake import queries
from dispatch.intake.half_written import HalfWritten, half_written
from dispatch.intake.helping import Change, changes_of, times_of, way_of
from dispatch.intake.needs import needs_of
from dispatch.intake.reading import Reader, known_for
from dispatch.intake.schemas import RequestIn
from dispatch.intake.windows import Slack, Window, windows
from dispatch.kit.notes import storable
from dispatch.records.statuses import Tolerance
from dispatch.web.views.intake import Chance

PLENTY = 4  # where so many are free, one more by another way is no news


def chance(reader: Reader, body: Mapping[str, Any], find_rooms: FindRooms) -> Chance | None:
    """The counts for a form as far as it is written, or None as long as it says neither language nor time."""
    asked = half_written(reader, body)
    if asked is None:
        return None
    changes = changes_of(asked.body)
    slack = Slack(asked.body.duration, reader.now, reader.policy, reader.closures)
    at_once: tuple[Window, ...] = ((asked.start, asked.start),)
    sketches = [_sketch(reader, asked.body, windows(asked.start, Tolerance.SAME_WEEK, slack))]
    sketches += [_sketch(reader, change.body, at_once) for change in changes]
    room, *others = find_rooms(reader.session, reader.now, sketches)
    allowed = windows(asked.start, Tolerance(asked.body.when[0].tolerance), slack)
    return _said(asked, room, _within(room, allowed), list(zip(changes, others, strict=True)))


def _said(asked: HalfWritten, room: Room, within: int, others: list[tuple[Change, Room]]) -> Chance:
    free = room.at(asked.start)
    low = not (free or within)
    better = [(change, found.at(asked.start)) for change, found in others]
    ways = [*times_of(asked.start, room), *(way_of(change, count) for change, count in better if count > free)]
    offered = [way for way in ways if low or (way.lasts and free < PLENTY)]
    return Chance(room.suitable, free, tuple(offered), within=within, first_of_many=asked.first_of_many)


def _within(room: Room, allowed: tuple[Window, ...]) -> int:
    """The most who could come at a start that the desk allows itself."""
    return max((count for start, count in room.free.items() if _is_in(start, allowed)), default=0)


def _is_in(start: dt.datetime, allowed: tuple[Window, ...]) -> bool:
    return any(low <= start <= high for low, high in allowed)


def _sketch(reader: Reader, body: RequestIn, starts: tuple[Window, ...]) -> Sketch:
    onsite = body.mode == "onsite" and body.place is not None
    place = queries.place_by_code(reader.session, storable(body.place or "")) if onsite else None
    same = body.same_mediator and queries.mediator_by_code(reader.session, storable(body.same_mediator.id))
    needs = needs_of(body, known_for(reader, body, same or None), reader.policy)
    return Sketch(body.kind, body.mode, place, body.duration, needs, starts)
