# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines that SMS leave by: one row per provider, shared by every worker, so that all see the same."""

from __future__ import annotations

from sqlalchemy import Index, String, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.records.base import Base, Instant, one_of
from dispatch.records.statuses import LineState


class Line(Base):
    """How one provider stands. ``chosen`` is the operator's choice; without one the settings name who speaks.

    All instants are the machine's, since a wire lives in real time. ``turn`` counts the changes: a writer names the
    turn it has read, so nobody holds a lock here while thinking. ``paced_until`` is the token bucket (line/bucket.py),
    ``polled_until`` how far the list of replies that came in has been read.
    """

    __tablename__ = "line"
    __table_args__ = (
        one_of("state", LineState),
        Index("uq_line_chosen", "chosen", unique=True, postgresql_where=literal_column("chosen")),
    )
    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    chosen: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default=LineState.RUNNING)
    since: Mapped[Instant | None]
    why: Mapped[str | None] = mapped_column(String(200))
    by: Mapped[str | None] = mapped_column(String(80))
    failures: Mapped[int] = mapped_column(default=0)
    trials: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[Instant | None]
    paced_until: Mapped[Instant | None]
    polled_until: Mapped[Instant | None]
    turn: Mapped[int] = mapped_column(default=0)
