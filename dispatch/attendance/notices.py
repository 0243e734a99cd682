# SPDX-License-Identifier: AGPL-3.0-or-later
"""What coordinators are told about visits that are over: a dispute, a mediator who did not come, nobody's word."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.attendance.queries import Visit
from dispatch.records.offers import Inbound, Notice


class NoticeKind(StrEnum):
    """All of them for those who coordinate."""

    DISPUTED = "attendance_disputed"
    MEDIATOR_ABSENT = "mediator_absent"
    NOBODY_TOLD = "nobody_told"
    TO_READ = "to_read"


def note_to_read(session: Session, inbound: Inbound, now: dt.datetime) -> None:
    """A reply that only a person can weigh, and of which no visit is known."""
    session.add(Notice(inbound_id=inbound.id, kind=NoticeKind.TO_READ, values={}, created_at=now))


def tell_coordinators(
    session: Session, kind: NoticeKind, visit: Visit, now: dt.datetime, inbound: Inbound | None = None
) -> None:
    session.add(
        Notice(
            request_id=visit.request.id,
            slot_id=visit.slot.id,
            inbound_id=inbound.id if inbound else None,
            kind=kind,
            values={"mediator": visit.assignment.mediator.code, "request": visit.request.code},
            created_at=now,
        )
    )
