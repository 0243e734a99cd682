# SPDX-License-Identifier: AGPL-3.0-or-later
"""The numbered migrations build exactly the schema that the models declare, seen through PostgreSQL's own catalog."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from dispatch.kit.migrate import missing, upgrade
from dispatch.kit.session import Database, libpq_url
from dispatch.records import Base

# Autogenerate does not see EXCLUDE and CHECK constraints; the catalog does.
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
SELECT c.relname, k.conname, k.contype, k.condeferrable, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND k.contype <> 'n'
"""
INDEXES = "SELECT tablename, indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = %s"
NOT_OURS = ("procrastinate", "alembic_version")


def described(url: str, schema: str) -> set[tuple[object, ...]]:
    """Columns, constraints and indexes of a schema as the catalog tells them, less the tables that are not ours."""
    with psycopg.connect(libpq_url(url), options=f"-c search_path={schema}") as connection:
        rows = [row for query in (COLUMNS, CONSTRAINTS, INDEXES) for row in connection.execute(query, [schema])]
    return {row for row in rows if not str(row[0]).startswith(NOT_OURS)}


@pytest.fixture
def declared(database_url: str) -> set[tuple[object, ...]]:
    """The schema that the models alone would build, beside the migrated one."""
    opened = Database(database_url)
    with opened.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA declared"))
        connection.execute(text("SET LOCAL search_path TO declared"))
        Base.metadata.create_all(connection, checkfirst=False)
    opened.close()
    return described(database_url, "declared")


def test_migrations_build_what_the_models_declare(database_url: str, declared: set[tuple[object, ...]]) -> None:
    """Nothing is missing on either side: columns, defaults, keys, checks, exclusions, partial indexes."""
    migrated = described(database_url, "public")
    assert migrated - declared == set()
    assert declared - migrated == set()
    assert any("EXCLUDE USING gist" in str(row[-1]) for row in migrated)


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE assignment DROP CONSTRAINT ex_assignment_no_double_booking",
        "ALTER TABLE slot DROP CONSTRAINT ck_slot_status_known",
        "DROP INDEX uq_assignment_live_slot",
        "ALTER TABLE offer ALTER COLUMN reply_by DROP NOT NULL",
    ],
)
def test_a_damaged_schema_is_noticed(database_url: str, declared: set[tuple[object, ...]], damage: str) -> None:
    """Control: each kind of difference, made by hand, is seen."""
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute(damage)
    assert described(database_url, "public") != declared


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    """A process that starts late finds nothing left to migrate."""
    upgrade(database.url)
    with database.engine.connect() as connection:
        assert missing(connection) == []
