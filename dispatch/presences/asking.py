# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one request that carries a presence's dates, and what the pages of requests read of it."""

from __future__ import annotations

import datetime as dt
import uuid

from dispatch.presences.offices import office_of
from dispatch.presences.reader import Reader
from dispatch.presences.reading import Reading
from dispatch.presences.words import understood_by_desk
from dispatch.records.intake import Request
from dispatch.records.presences import Presence
from dispatch.records.statuses import Priority, RequestStatus

FIRST_CODE = 1000  # as intake numbers its requests


def open_request(reader: Reader, presence: Presence, reading: Reading) -> Request:
    """A new request without dates yet; an ambito asks through its own office."""
    desk = reading.desk
    if desk is None:
        assert reading.ambito is not None
        desk = office_of(reader.session, reading.ambito, reading.place)
    request = Request(
        code=f"new-{uuid.uuid4()}",
        desk=desk,
        status=RequestStatus.OPEN,
        kind=presence.kind,
        priority=Priority.ROUTINE,
        body={},
        created_at=reader.now,
        created_by=reader.visitor.actor[:80],
        presence_id=presence.id,
    )
    retell(request, presence, reader.now)
    reader.session.add(request)
    reader.session.flush()
    request.code = f"R-{FIRST_CODE + request.id}"
    return request


def retell(request: Request, presence: Presence, now: dt.datetime) -> None:
    """What the pages of requests read of it; the wish is in the slots, where only the planner reads it."""
    request.kind, request.changed_at = presence.kind, now
    request.understood = understood_by_desk(presence)[:2000]
    request.body = {
        "presence": presence.code,
        "languages": [{"code": code, "level": level, "must": True} for code, level in presence.languages.items()],
    }
