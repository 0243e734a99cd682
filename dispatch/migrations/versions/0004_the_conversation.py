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


def _replies() -> None:
    """Replies that a person read, and what came of them."""


def _changes() -> None:
    """Visits moved, given to somebody else, and paid time that was freed."""
    op.add_column("assignment", sa.Column("agreed", postgresql.TSTZRANGE(), nullable=True))
    op.add_column("assignment", sa.Column("agreed_place_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignment_agreed_place_id_place"), "assignment", "place", ["agreed_place_id"], ["id"]
    )
    op.add_column("offer", sa.Column("known", postgresql.TSTZRANGE(), nullable=True))


def _mediators() -> None:
    """What a mediator chose and said by SMS."""
