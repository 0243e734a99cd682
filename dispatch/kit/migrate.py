# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings a database to the newest numbered migration; several processes may try at once, one does it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, create_engine, text

from dispatch.errors import Unavailable
from dispatch.kit.session import with_driver

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
ONE_AT_A_TIME = 7301  # advisory lock held while migrating
# A migration that waits longer than this for a table would stop the service behind it: it gives up and is tried again.
LOCK_TIMEOUT = "5s"


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every migration still missing, in one transaction each, under a lock timeout."""
    engine = create_engine(with_driver(url))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
            connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": LOCK_TIMEOUT})
            connection.commit()
            command.upgrade(config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def missing(connection: Connection) -> list[str]:
    """The migrations this database still lacks, oldest first. Raises Unavailable for one that a newer Ponte made."""
    script = ScriptDirectory.from_config(config(connection))
    done = MigrationContext.configure(connection).get_current_revision()
    try:
        return [step.revision for step in reversed(list(script.iterate_revisions("head", done or "base")))]
    except RevisionError:
        raise Unavailable(
            f"The database has the migration {done}, which this program does not know. "
            "Install the version of Ponte that made it, or a newer one."
        ) from None


def config(connection: Connection) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found
