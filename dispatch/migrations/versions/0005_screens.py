# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens: the secret addresses of mediators' calendars; where each offer asks somebody to come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _who_settled_a_run()
    _asked_where()


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


def _who_settled_a_run() -> None:
    """Who published a draft or set it aside; empty where nobody did, or Ponte itself."""
    op.add_column("planning_run", sa.Column("settled_by", sa.String(length=80), server_default="", nullable=False))


def _asked_where() -> None:
    """A late yes books only where she was asked to come; what was asked before today is taken to stand where it is."""
    op.add_column("offer", sa.Column("place_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_offer_place_id_place"), "offer", "place", ["place_id"], ["id"])
    op.execute(
        "UPDATE offer SET place_id = appointment.place_id FROM slot JOIN appointment ON appointment.id = slot.appointment_id"
        " WHERE slot.id = offer.slot_id"
    )
