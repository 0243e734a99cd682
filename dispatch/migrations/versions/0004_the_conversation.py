# SPDX-License-Identifier: AGPL-3.0-or-later
"""The conversation: the line and its state, replies read by people, changes of visits, what a mediator says of her time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _line()
    _replies()
    _changes()
    _mediators()


def _line() -> None:
    """The carrier's line: which one speaks, its pace, its pauses, what was polled."""


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


def _mediators() -> None:
    """What a mediator chose and said by SMS."""
