# SPDX-License-Identifier: AGPL-3.0-or-later
"""Databases of the tests that are used again: emptied in milliseconds where a clone, its drop and its first entry cost 60.

Only a database that is whole is lent out again: nobody is left in it, its tables, constraints, triggers and functions
are those of the template, and it has not grown. Any other is dropped, so a test may do to its own whatever it likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

LOOKS, LOOK_EVERY = 20, 0.005
LARGE = 24 << 20  # bytes of tables and what is dead in them; a fresh one has less than one MB
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
SEQUENCES = """
SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# What only DDL changes. Rows of pg_class also change with statistics, so its columns are named one by one.
SHAPE = """
SELECT md5(string_agg(said, '|' ORDER BY said)), sum(bytes) FROM (
  SELECT concat_ws(' ', oid, relname, relkind, relnatts, relchecks, relrowsecurity, relforcerowsecurity, reloptions, relacl) AS said,
         CASE WHEN relkind = 'r' THEN pg_relation_size(oid) END AS bytes
  FROM pg_class WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', attrelid, attnum, attname, xmin), 0 FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_constraint WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_trigger WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_attrdef WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_policy
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_rewrite WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, xmin), 0 FROM pg_enum WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', indexrelid, indisvalid), 0 FROM pg_index WHERE indexrelid >= 16384
  UNION ALL SELECT concat_ws(' ', oid, nspname), 0 FROM pg_namespace WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', setdatabase, setconfig), 0 FROM pg_db_role_setting
) catalog
"""


@dataclass
class Shelf:
    """Databases that wait to be used again; ``enter`` opens a connection to one of them by name.

    One connection is kept to each, also while a test has it: entering anew would cost more than the rest.
    """

    enter: Callable[[str], psycopg.Connection]
    free: list[str] = field(default_factory=list)
    kept: dict[str, psycopg.Connection] = field(default_factory=dict)
    fresh: Fresh | None = None

    def add(self, name: str) -> None:
        """A fresh clone of the template; the first one tells how all of them look."""
        self.kept[name] = self.enter(name)
        if self.fresh is None:
            self.fresh = Fresh.of(self.kept[name])

    def take(self) -> str | None:
        return self.free.pop() if self.free else None

    def give_back(self, name: str) -> bool:
        """Whether the database is whole and empty again; otherwise it is the caller's to drop."""
        assert self.fresh is not None
        connection = self.kept[name]
        try:
            if self.fresh.again(connection):
                self.free.append(name)
                return True
        except psycopg.Error:  # A test may have ended every session, or renamed its tables.
            pass
        connection.close()
        del self.kept[name]
        return False

    def clear(self) -> list[str]:
        """Let go of all that are left."""
        for connection in self.kept.values():
            connection.close()
        return self.free


@dataclass(frozen=True)
class Fresh:
    """How a database of the template looks: its shape, the rows that migrations wrote, and how to come back to them."""

    shape: str
    rows: dict[str, bytes]
    empty: sql.Composed
    restart: sql.Composed

    @classmethod
    def of(cls, connection: psycopg.Connection) -> Fresh:
        tables = [name for (name,) in connection.execute(TABLES)]
        rows = {name: held for name in tables if (held := _copied(connection, name))}
        # One statement, so that references between the tables are looked at only when all are empty.
        gone = sql.SQL("{} AS (DELETE FROM {})")
        parts = [gone.format(sql.Identifier(f"no {name}"), sql.Identifier(name)) for name in tables]
        restart = sql.SQL("setval({}, {}, {})")
        restarts = [restart.format(*map(sql.Literal, sequence)) for sequence in connection.execute(SEQUENCES)]
        return cls(
            _shape(connection)[0],
            rows,
            sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(parts)),
            sql.SQL("SELECT {}").format(sql.SQL(", ").join(restarts)),
        )

    def again(self, connection: psycopg.Connection) -> bool:
        """Empty the database, if it is still this one and nobody else is in it."""
        shape, size = _shape(connection)
        if shape != self.shape or size > LARGE or not _left_alone(connection):
            return False
        connection.execute(self.empty)
        connection.execute(self.restart)
        for name, held in self.rows.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                copy.write(held)
        return True


def _left_alone(connection: psycopg.Connection) -> bool:
    """Whether everybody has gone; the server notices a closed connection a moment later."""
    for _ in range(LOOKS):
        if connection.execute(OTHERS).fetchone() == (0,):
            return True
        time.sleep(LOOK_EVERY)
    return False


def _shape(connection: psycopg.Connection) -> tuple[str, int]:
    row = connection.execute(SHAPE).fetchone()
    assert row is not None
    return row[0], int(row[1])


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as copy:
        return b"".join(bytes(part) for part in copy)
