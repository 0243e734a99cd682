# SPDX-License-Identifier: AGPL-3.0-or-later
"""What coordinators changed in the shipped policy: dated rows, of which the newest in force wins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.records.base import Base, Instant, Key


class PolicyChange(Base):
    """One key's new value from ``since`` on, who gave it and why; never changed afterwards. Null: as shipped again."""

    __tablename__ = "policy_change"
    __table_args__ = (Index("ix_policy_change_key", "section", "key", "since"),)
    id: Mapped[Key]
    section: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    since: Mapped[Instant]
    by: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[Instant]
