# SPDX-License-Identifier: AGPL-3.0-or-later
"""The notices that concern a coordinator: of requests of her ambiti, of mediators she sees, and of the whole service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.records.intake import Request
from dispatch.records.offers import Notice
from dispatch.records.roster import Mediator
from dispatch.records.territory import Desk, Place
from dispatch.roster.page_queries import seen_by

UNSEEN, SEEN = "", "seen"


def for_visitor(visitor: Visitor) -> ColumnElement[bool]:
    """Those without a desk; replies to read have a page of their own and are not told twice."""
    for_coordinators = and_(Notice.desk_id.is_(None), Notice.inbound_id.is_(None) | _not_a_reply())
    return and_(for_coordinators, true() if visitor.ambiti is None else _within(visitor, visitor.ambiti))


def _not_a_reply() -> ColumnElement[bool]:
    return Notice.kind.not_in(["to_read", "too_many_replies"])


def _within(visitor: Visitor, ambiti: Sequence[str]) -> ColumnElement[bool]:
    """By the service that asked; where there is none by the mediator; where there is neither for everybody."""
    asking = select(Request.id).join(Desk, Desk.id == Request.desk_id).join(Place, Place.id == Desk.place_id)
    her_code = Notice.values["mediator"].astext
    return or_(
        Notice.request_id.in_(asking.where(Place.ambito_code.in_(ambiti))),
        and_(Notice.request_id.is_(None), her_code.in_(select(Mediator.code).where(seen_by(visitor)))),
        and_(Notice.request_id.is_(None), her_code.is_(None)),
    )


def notices(
    session: Session, visitor: Visitor, state: str, kind: str, *, page: int, size: int
) -> tuple[Sequence[Notice], int]:
    """One page of them, the newest first, and how many there are with these filters."""
    wanted = and_(for_visitor(visitor), _in_state(state), Notice.kind == kind if kind else true())
    found = session.scalars(select(func.count()).select_from(Notice).where(wanted)).one()
    query = select(Notice).where(wanted).order_by(Notice.created_at.desc(), Notice.id.desc())
    return session.scalars(query.offset((page - 1) * size).limit(size)).all(), found


def _in_state(state: str) -> ColumnElement[bool]:
    return Notice.seen_at.is_not(None) if state == SEEN else Notice.seen_at.is_(None)


def count_notices(session: Session, visitor: Visitor, *, unseen: bool) -> int:
    query = select(func.count()).select_from(Notice).where(for_visitor(visitor))
    return session.scalars(query.where(Notice.seen_at.is_(None)) if unseen else query).one()


def kinds_there(session: Session, visitor: Visitor) -> list[str]:
    """The kinds that the filter offers."""
    return sorted(session.scalars(select(Notice.kind).where(for_visitor(visitor)).distinct()))


def mark_seen(session: Session, visitor: Visitor, notice_id: int | None, newest: int, now: dt.datetime) -> int:
    """Mark one as seen, or all up to ``newest``, which is what stood on the page; how many were not seen before."""
    which = Notice.id <= newest if notice_id is None else Notice.id == notice_id
    done = session.execute(
        update(Notice)
        .where(which, for_visitor(visitor), Notice.seen_at.is_(None))
        .values(seen_at=now, seen_by=visitor.actor[:80])
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.scalars().all())


def find_notice(session: Session, visitor: Visitor, notice_id: int) -> Notice | None:
    return session.scalars(select(Notice).where(Notice.id == notice_id, for_visitor(visitor))).first()


def request_codes(session: Session, keys: set[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(select(Request.id, Request.code).where(Request.id.in_(keys)))}


def mediators_by_code(session: Session, codes: set[str]) -> dict[str, Mediator]:
    return {row.code: row for row in session.scalars(select(Mediator).where(Mediator.code.in_(codes)))}
