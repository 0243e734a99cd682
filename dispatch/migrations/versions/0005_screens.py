# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens: secret addresses of calendars, where each offer asks to come, who was asked by hand, exceptions of hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _asked_where()
    _finding_somebody()


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


def _asked_where() -> None:
    """A late yes books only where she was asked to come; what was asked before today is taken to stand where it is."""
    op.add_column("offer", sa.Column("place_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_offer_place_id_place"), "offer", "place", ["place_id"], ["id"])
    op.execute(
        "UPDATE offer SET place_id = appointment.place_id FROM slot JOIN appointment ON appointment.id = slot.appointment_id"
        " WHERE slot.id = offer.slot_id"
    )


def _finding_somebody() -> None:
    """Whom a coordinator has asked about a slot, and by how much somebody may work beyond her hours for once."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "asking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("instead_of", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.CheckConstraint("way IN ('in_order', 'together')", name=op.f("ck_asking_way_known")),
        sa.CheckConstraint(
            "ended IN ('booked', 'nobody', 'stopped', 'replaced', 'assigned', 'changed')",
            name=op.f("ck_asking_ended_known"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (ended IS NULL)", name=op.f("ck_asking_ended_when_closed")),
        sa.CheckConstraint("position BETWEEN 0 AND cardinality(people)", name=op.f("ck_asking_position_within")),
        sa.ForeignKeyConstraint(["instead_of"], ["assignment.id"], name=op.f("fk_asking_instead_of_assignment")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_asking_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_index(op.f("ix_asking_slot_id"), "asking", ["slot_id"])
    op.create_index(
        "uq_asking_open_slot", "asking", ["slot_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "hours_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("span", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("granted_at", instant, nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.CheckConstraint("span IN ('day', 'week')", name=op.f("ck_hours_grant_span_known")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_hours_grant_minutes_positive")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_hours_grant_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_grant")),
    )
    op.create_index(op.f("ix_hours_grant_mediator_id_day"), "hours_grant", ["mediator_id", "day"])
