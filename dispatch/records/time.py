# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time as rows: the virtual clock that a rehearsal sets, and the ticks that make each timed job run once."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.records.base import Base, Instant


class VirtualTime(Base):
    """At most one row: where it exists every process reads the time from it instead of the machine's clock."""

    __tablename__ = "virtual_time"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    now: Mapped[Instant]


class Tick(Base):
    """A timed job's run at an instant; unique, so any number of clocks may strike."""

    __tablename__ = "tick"
    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    run_at: Mapped[Instant] = mapped_column(primary_key=True)
