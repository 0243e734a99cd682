# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens: the secret addresses of mediators' calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _set_up()
    _failed_messages()


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


def _set_up() -> None:
    """The one row that says what the installation is called."""
    op.create_table(
        "set_up",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_set_up_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up")),
    )


def _failed_messages() -> None:
    """What did not arrive is looked for on a page, among the SMS of years."""
    op.create_index("ix_message_failed", "message", ["id"], postgresql_where=sa.text("status = 'failed'"))
