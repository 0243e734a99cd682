# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens: secret addresses of calendars, where each offer asks to come, drafts, forms of lost sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _asked_where()
    _forms_not_sent()


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


def _forms_not_sent() -> None:
    """Drafts of requests, and what was typed when a session ended."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "request_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_request_draft_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_draft")),
    )
    op.create_index("ix_request_draft_desk_id", "request_draft", ["desk_id"])
    op.create_table(
        "kept_form",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.String(length=1000), nullable=False),
        sa.Column("action", sa.String(length=1000), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("kept_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kept_form_account_id_account")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_kept_form")),
    )
    op.create_index("ix_kept_form_account_id", "kept_form", ["account_id"])
