# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alembic's entry: runs the migrations on the connection that ``dispatch.kit.migrate`` hands over."""

from alembic import context

from dispatch.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=lambda name, kind, _: not (kind == "table" and str(name).startswith("procrastinate")),
)
with context.begin_transaction():
    context.run_migrations()
