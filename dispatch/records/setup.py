# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this installation is called, since it was set up."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.records.base import Base, Instant, Name


class SetUp(Base):
    """At most one row. An installation whose first account the command line made has none until somebody names it."""

    __tablename__ = "set_up"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Name]
    at: Mapped[Instant]
