# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each test's database is fresh, migrated and its own: the fixtures of tests/conftest.py."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from dispatch.kit.session import Database, libpq_url


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(database: Database, turn: int) -> None:
    """The same table can be made in each turn, and the migrations have run."""
    with database.begin() as session:
        session.execute(text("CREATE TABLE trace (turn int)"))
        assert session.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


def test_ponte_is_no_superuser(database_url: str) -> None:
    """Row-level security and constraints bind the role that Ponte uses."""
    with psycopg.connect(libpq_url(database_url)) as connection:
        row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False, False)
