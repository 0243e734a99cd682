# SPDX-License-Identifier: AGPL-3.0-or-later
"""The carrier's own tables and functions, as the installed Procrastinate defines them."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None


def upgrade() -> None:
    # Through the raw cursor: the script has many statements and percent signs that are not parameters.
    raw = op.get_bind().connection.driver_connection
    assert raw is not None
    raw.execute(SchemaManager.get_schema())
