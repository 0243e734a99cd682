# SPDX-License-Identifier: AGPL-3.0-or-later
"""One request, one job step = one transaction: how the rest of the service reaches PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from dispatch.errors import Unavailable
from dispatch.kit.news import tell_of

# A statement that waits longer than this for a lock is a fault to see, not a queue to join.
LOCK_TIMEOUT_MS = 8000
STATEMENT_TIMEOUT_MS = 30000
# The service has some hundreds of different statements; psycopg's own hundred would be pushed out again and again.
KEPT_PREPARED = 1000


class Database:
    """An engine and its sessions. ``url`` is a SQLAlchemy URL with the psycopg 3 driver.

    ``knock``: whether a connection is tried before each use, since a server may have gone away meanwhile.
    """

    def __init__(self, url: str, *, pool_size: int = 10, knock: bool = True) -> None:
        self.url = with_driver(url)
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=10,
            pool_timeout=5,
            pool_pre_ping=knock,
            pool_use_lifo=True,  # The connection that was just used knows its statements.
            hide_parameters=True,  # An error of a statement is logged, and its values are phones and texts.
            connect_args={
                "options": f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}",
                "connect_timeout": 5,
            },
        )
        event.listen(self.engine, "connect", keep_prepared)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        tell_of(self._sessions)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction: committed when the block ends, rolled back when it raises."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def keep_prepared(connection: Connection[Any], _record: object) -> None:
    connection.prepared_max = KEPT_PREPARED


def with_driver(url: str) -> str:
    """``url`` with psycopg 3 named as the driver, however the operator wrote it; other databases are refused."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise Unavailable(
            f"DATABASE_URL starts with {scheme!r}: Ponte needs PostgreSQL 15 or newer. "
            "Write it as postgresql://user:password@host/database."
        )
    return f"postgresql+psycopg://{rest}"


def libpq_url(url: str) -> str:
    """The same address for a tool that speaks libpq (psycopg, procrastinate), without SQLAlchemy's driver mark."""
    return "postgresql://" + url.partition("://")[2]
