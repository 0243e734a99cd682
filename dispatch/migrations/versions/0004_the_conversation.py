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


def _changes() -> None:
    """Visits moved, given to somebody else, and paid time that was freed."""


def _mediators() -> None:
    """What a mediator chose and said by SMS: whether she has answered from her number."""
    op.add_column("mediator", sa.Column("number_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mediator", sa.Column("number_confirmed_at", sa.DateTime(timezone=True), nullable=True))
