# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exceptions of hours: one day or one week in which a mediator works beyond her own limit, because she agreed to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.kit.among import among
from dispatch.kit.locks import lock_mediators
from dispatch.records.roster import HoursGrant, Mediator
from dispatch.records.statuses import GrantSpan


def grant_hours(
    session: Session,
    her: Mediator,
    span: GrantSpan,
    day: dt.date,
    minutes: int,
    actor: str,
    why: str,
    now: dt.datetime,
) -> HoursGrant:
    """``day`` is the one it is for, or the Monday of the week; what was granted before stays and adds up."""
    lock_mediators(session, [her.id])
    row = HoursGrant(
        mediator_id=her.id,
        span=span,
        day=day,
        minutes=minutes,
        granted_by=actor[:80],
        granted_at=now,
        why=why[:200],
    )
    session.add(row)
    session.flush()
    told = {"span": span.value, "day": day.isoformat(), "minutes": minutes, "why": why[:200]}
    record(session, now, actor, "grant_hours", "mediator", her.code, **told)
    return row


def grants_of(session: Session, mediator_ids: Iterable[int], first: dt.date, days: int) -> Sequence[HoursGrant]:
    """The exceptions of these mediators that fall in the days."""
    query = select(HoursGrant).where(
        among(HoursGrant.mediator_id, mediator_ids),
        HoursGrant.day >= first,
        HoursGrant.day < first + dt.timedelta(days=days),
    )
    return session.scalars(query.order_by(HoursGrant.id)).all()


def lifted(limit: int | None, grants: Iterable[HoursGrant], span: GrantSpan, day: dt.date | None) -> int | None:
    """A limit with what was granted beyond it for this day, or this week by its Monday."""
    if limit is None or day is None:
        return limit
    return limit + sum(one.minutes for one in grants if one.span == span and one.day == day)
