# SPDX-License-Identifier: AGPL-3.0-or-later
"""The secret address of a calendar, a mediator's or a desk's: made, renewed and ended; Ponte keeps its hash alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from dispatch.access import tokens
from dispatch.access.audit import record
from dispatch.records.roster import CalendarFeed, Mediator
from dispatch.records.territory import Desk

Owner = Mediator | Desk


def make_address(session: Session, owner: Owner, actor: str, now: dt.datetime) -> str:
    """A new secret for this calendar; the one before, if any, opens nothing from now on."""
    secret, column = tokens.new_token(), _column(owner)
    fresh: dict[str, Any] = {"secret_hash": tokens.fingerprint(secret), "since": now}
    added = insert(CalendarFeed).values({column.key: owner.id, **fresh})
    session.execute(added.on_conflict_do_update(index_elements=[column.key], set_=fresh))
    record(session, now, actor, "calendar_made", owner.__tablename__, owner.code)
    return secret


def end_address(session: Session, owner: Owner, actor: str, now: dt.datetime) -> None:
    """The calendar opens for nobody any more; ended twice it is ended once."""
    ended = session.execute(delete(CalendarFeed).where(_column(owner) == owner.id).returning(CalendarFeed.id))
    if ended.scalar() is not None:
        record(session, now, actor, "calendar_ended", owner.__tablename__, owner.code)


def in_use_since(session: Session, owner: Owner) -> dt.datetime | None:
    """When the address was made; None where there is none."""
    return session.scalar(select(CalendarFeed.since).where(_column(owner) == owner.id))


def mediator_behind(session: Session, secret: str) -> Mediator | None:
    """Who made this address; nobody for one that was renewed or ended, or whose mediator has left."""
    query = select(Mediator).join(CalendarFeed, CalendarFeed.mediator_id == Mediator.id).where(Mediator.active)
    return session.scalar(query.where(CalendarFeed.secret_hash == tokens.fingerprint(secret)))


def desk_behind(session: Session, secret: str) -> Desk | None:
    """The desk that made this address; none for one that was renewed or ended, or whose desk has closed."""
    query = select(Desk).join(CalendarFeed, CalendarFeed.desk_id == Desk.id).where(Desk.active)
    return session.scalar(query.where(CalendarFeed.secret_hash == tokens.fingerprint(secret)))


def _column(owner: Owner) -> InstrumentedAttribute[int | None]:
    return CalendarFeed.desk_id if isinstance(owner, Desk) else CalendarFeed.mediator_id
