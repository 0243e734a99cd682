# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the queued work of every stage: opens the carrier on the database and takes jobs until told to stop."""

from __future__ import annotations

import importlib

import procrastinate

from dispatch.kit import running
from dispatch.kit.installation import Installation
from dispatch.kit.queue import carrier
from dispatch.kit.session import libpq_url
from dispatch.planning.jobs import close_planners, planner_of

# Each declares its tasks on the carrier when imported.
JOBS = ("dispatch.kit.rescue", "dispatch.planning.jobs", "dispatch.offers.jobs", "dispatch.attendance.jobs")


def load_jobs() -> None:
    for module in JOBS:
        importlib.import_module(module)


def run(installation: Installation, *, until_stopped: bool = True) -> None:
    """Work until a signal stops it, or (``until_stopped`` false) until the queue is empty."""
    running.start(installation)
    load_jobs()
    if until_stopped:
        planner_of(installation).start()  # it loads for seconds, and the first repair should not wait for that
    connector = procrastinate.PsycopgConnector(
        conninfo=libpq_url(installation.database.url), min_size=1, max_size=installation.settings.worker_concurrency + 3
    )
    try:
        carrier.with_connector(connector).run_worker(
            concurrency=installation.settings.worker_concurrency,
            wait=until_stopped,
            listen_notify=until_stopped,
            delete_jobs="successful",
            # A notification lost with a broken connection is made up for by looking this often (seconds).
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=20,
        )
    finally:
        if until_stopped:
            close_planners()
