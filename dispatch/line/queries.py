# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question about lines: which one is in force, and how each stands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.records.line import Line
from dispatch.records.offers import Message
from dispatch.records.statuses import LineState, MessageStatus


def in_force(session: Session, settings: Settings) -> str:
    """The provider that queued SMS leave by: the operator's choice, unless the settings do not allow it."""
    chosen = session.scalars(select(Line.provider).where(Line.chosen)).first()
    return chosen if chosen in settings.providers else settings.providers[0]


def line_in_force(session: Session, settings: Settings) -> Line | None:
    """Its row; None before the first SMS of a provider that the migration did not know."""
    return session.get(Line, in_force(session, settings))


def shut_line(session: Session, provider: str) -> Line | None:
    """The line of this provider when nothing leaves by it at present."""
    line = session.get(Line, provider)
    return None if line is None or line.state == LineState.RUNNING else line


def all_lines(session: Session) -> Sequence[Line]:
    return session.scalars(select(Line).order_by(Line.provider)).all()


def queued_count(session: Session) -> int:
    """How many SMS wait, also for their hour."""
    return session.scalar(select(func.count()).where(Message.status == MessageStatus.QUEUED)) or 0


def under_way(session: Session, provider: str) -> int:
    """How many this provider has that are not known to have arrived: they stay with it after a switch."""
    states = (MessageStatus.SENDING, MessageStatus.IN_DOUBT, MessageStatus.SENT)
    query = select(func.count()).where(Message.provider == provider, Message.status.in_(states))
    return session.scalar(query) or 0
