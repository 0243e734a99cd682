# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole examination in the order a person would go: settings and machine, carrier, server, rows, work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import httpx

from config.settings import Settings
from dispatch.doctor.carrier import examine_carrier
from dispatch.doctor.finding import Finding, Level, wrong
from dispatch.doctor.invariants import examine_invariants
from dispatch.doctor.machine import examine_machine
from dispatch.doctor.online import examine_online
from dispatch.doctor.rows import examine_rows
from dispatch.doctor.server import examine_server
from dispatch.doctor.work import examine_work
from dispatch.errors import PonteError
from dispatch.kit.postgres import EmbeddedServerError
from dispatch.kit.session import Database
from dispatch.start import database_url


def examine(settings: Settings, *, online: bool = False, client: httpx.Client | None = None) -> Iterator[Finding]:
    """Every finding. Nothing is changed, nothing is migrated, and without ``online`` nothing leaves the machine."""
    yield from examine_machine(settings)
    yield from examine_carrier(settings)
    if online:
        with client or httpx.Client() as asking:
            yield from examine_online(settings, asking)
    yield from examine_database(settings)


def examine_database(settings: Settings) -> Iterator[Finding]:
    """The server and all that stands in it; the rest is not asked of one that does not answer or lacks tables."""
    if not settings.database_url and not (settings.home / "postgres").exists():
        yield wrong("database", f"there is none yet under {settings.home}", "ponte run (or set DATABASE_URL)")
        return
    with ExitStack() as open_things:
        try:
            database = Database(open_things.enter_context(database_url(settings)), pool_size=2)
        except (EmbeddedServerError, PonteError) as trouble:
            yield wrong("database", str(trouble), "Mend what is named; docs/runbook.md has a line for each.")
            return
        open_things.callback(database.close)
        server = list(examine_server(database))
        yield from server
        if any(found.level is Level.WRONG and found.about != "clocks" for found in server):
            return
        with database.begin() as session:
            yield from examine_rows(session, settings.territory)
            yield from examine_invariants(session)
            yield from examine_work(session, settings)
