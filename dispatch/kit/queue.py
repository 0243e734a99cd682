# SPDX-License-Identifier: AGPL-3.0-or-later
"""Procrastinate as carrier: a job is put in the same transaction as the rows it speaks of, and is never trusted alone.

Stages declare their tasks on ``carrier``; ``dispatch.worker`` opens it with a connector and runs them.
"""

from __future__ import annotations

import procrastinate
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session

# Never opened: enqueueing runs on the session's own connection, and a worker opens a connector of its own.
carrier = procrastinate.App(connector=procrastinate.PsycopgConnector())


def enqueue(session: Session, task: str, *, queue: str = "default", priority: int = 0, **args: JSONValue) -> None:
    """Put one job of ``task`` on the session's raw connection: it exists if and only if the transaction commits."""
    raw = session.connection().connection.driver_connection
    carrier.configure_task(task, connection=raw, queue=queue, priority=priority).defer(**args)
