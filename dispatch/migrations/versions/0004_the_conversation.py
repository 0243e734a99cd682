# SPDX-License-Identifier: AGPL-3.0-or-later
"""The conversation: the line and its state, replies read by people, changes of visits, what a mediator says of her time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _line()
    _replies()
    _changes()
    _mediators()


def _line() -> None:
    """The carrier's line: which one speaks, its pace, its pauses, what was polled."""
    moment = sa.DateTime(timezone=True)
    lines = op.create_table(
        "line",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", moment, nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("trials", sa.BigInteger(), nullable=False),
        sa.Column("try_at", moment, nullable=True),
        sa.Column("paced_until", moment, nullable=True),
        sa.Column("polled_until", moment, nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'failing', 'stopped', 'held')", name=op.f("ck_line_state_known")),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_line")),
    )
    op.create_index("uq_line_chosen", "line", ["chosen"], unique=True, postgresql_where=sa.text("chosen"))
    fresh = {"chosen": False, "state": "running", "failures": 0, "trials": 0, "turn": 0}
    op.bulk_insert(lines, [{"provider": provider, **fresh} for provider in ("twilio", "phone")])
    op.add_column("message", sa.Column("refusals", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("poll_due", moment, nullable=True))
    op.add_column("message", sa.Column("polls", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE message SET poll_due = sent_at WHERE status = 'sent' AND provider = 'twilio'")
    still_sent = sa.text("status = 'sent' AND poll_due IS NOT NULL")
    op.create_index("ix_message_poll_due", "message", ["poll_due"], postgresql_where=still_sent)


def _replies() -> None:
    """Replies that a person read, and what came of them."""
    op.add_column("inbound", sa.Column("outcome", sa.String(length=16), nullable=True))
    op.add_column("inbound", sa.Column("offer_id", sa.BigInteger(), nullable=True))
    op.add_column("inbound", sa.Column("handled_by", sa.String(length=80), nullable=True))
    op.add_column("inbound", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("inbound", sa.Column("beyond_cap", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("notice", sa.Column("seen_by", sa.String(length=80), nullable=True))
    op.create_foreign_key(op.f("fk_inbound_offer_id_offer"), "inbound", "offer", ["offer_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_inbound_outcome_known"), "inbound", "outcome IN ('yes', 'no', 'gives_back', 'call', 'nothing')"
    )


def _changes() -> None:
    """Visits moved, given to somebody else, and paid time that was freed."""
    op.add_column("assignment", sa.Column("agreed", postgresql.TSTZRANGE(), nullable=True))
    op.add_column("assignment", sa.Column("agreed_place_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignment_agreed_place_id_place"), "assignment", "place", ["agreed_place_id"], ["id"]
    )
    op.add_column("offer", sa.Column("known", postgresql.TSTZRANGE(), nullable=True))


def _mediators() -> None:
    """What a mediator chose and said by SMS: whether she has answered from her number."""
    op.add_column("mediator", sa.Column("number_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mediator", sa.Column("number_confirmed_at", sa.DateTime(timezone=True), nullable=True))
