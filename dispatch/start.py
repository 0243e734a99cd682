# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens an installation: the configured PostgreSQL or the embedded one, brought to the newest migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from config.settings import Settings
from dispatch.kit.installation import Installation
from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import embedded
from dispatch.kit.session import Database

log = structlog.get_logger(__name__)


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """The installation, for as long as the block runs; an embedded server is attached to, or started and stopped."""
    with database_url(settings) as url:
        upgrade(url)
        database = Database(url, pool_size=settings.database_pool)
        try:
            yield Installation(settings, database)
        finally:
            database.close()


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    with embedded(settings.home / "postgres") as server:
        for note in server.notes:
            log.info("database note", note=note)
        yield server.url
