# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens: the secret addresses of mediators' calendars, and what pages look up among years of rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _workload()


def _calendar_feed() -> None:
    """One address a mediator, known by its hash alone."""
    op.create_table(
        "calendar_feed",
        sa.Column("mediator_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_calendar_feed_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("mediator_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )


def _workload() -> None:
    """What the workload and the board look up among years of visits and offers."""
    op.create_index("ix_assignment_mediator_start", "assignment", ["mediator_id", sa.literal_column("lower(during)")])
    accepted = sa.literal_column("status = 'accepted'")
    op.create_index("ix_offer_accepted", "offer", ["closed_at"], postgresql_where=accepted)
