# SPDX-License-Identifier: AGPL-3.0-or-later
"""What coordinators are told when a mediator speaks of her own time."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.records.offers import Inbound, Notice
from dispatch.records.roster import Mediator


class NoticeKind(StrEnum):
    """``busy_booked``: she is busy in a time in which she has visits, which stay hers until somebody acts."""

    BUSY_BOOKED = "busy_booked"
    TO_READ = "to_read"


def tell_coordinators(
    session: Session,
    kind: NoticeKind,
    her: Mediator | None,
    now: dt.datetime,
    inbound: Inbound | None = None,
    **values: str | int,
) -> None:
    """A notice without a desk is for those who coordinate."""
    who = {"mediator": her.code} if her else {}
    session.add(Notice(inbound_id=inbound.id if inbound else None, kind=kind, values=who | values, created_at=now))
