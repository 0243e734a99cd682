# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the queued work of every stage: opens the carrier on the database and takes jobs until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from pathlib import Path

import procrastinate
from procrastinate.exceptions import ConnectorException

from dispatch.kit import running
from dispatch.kit.heartbeat import BEAT, beat
from dispatch.kit.installation import Installation
from dispatch.kit.queue import carrier, enqueue
from dispatch.kit.rescue import FIRST, RESCUE
from dispatch.kit.roll_call import Registered
from dispatch.kit.session import libpq_url
from dispatch.planning.jobs import close_planners, planner_of
from dispatch.watch.work import tell_job

# Each declares its tasks on the carrier when imported.
JOBS = (
    "dispatch.kit.rescue",
    "dispatch.intake.jobs",
    "dispatch.planning.jobs",
    "dispatch.offers.jobs",
    "dispatch.attendance.jobs",
    "dispatch.mediators.jobs",
)


def load_jobs() -> None:
    for module in JOBS:
        importlib.import_module(module)


def run(installation: Installation, *, until_stopped: bool = True) -> None:
    """Work until a signal stops it, or (``until_stopped`` false) until the queue is empty."""
    running.start(installation)
    load_jobs()
    if until_stopped:
        planner_of(installation).start()  # it loads for seconds, and the first repair should not wait for that
        with installation.database.begin() as session:
            enqueue(session, RESCUE, priority=FIRST)
    try:
        asyncio.run(take_jobs(*queue_of(installation), installation, until_stopped=until_stopped))
    finally:
        if until_stopped:
            close_planners()


def queue_of(installation: Installation) -> tuple[procrastinate.App, Registered]:
    """The carrier on this installation's database, and where its worker answers that it lives."""
    address = libpq_url(installation.database.url)
    connector = procrastinate.PsycopgConnector(
        conninfo=address, min_size=1, max_size=installation.settings.worker_concurrency + 3
    )
    queue = carrier.with_connector(connector)
    queue.job_manager = roll = Registered(connector, address)
    return queue, roll


async def take_jobs(
    queue: procrastinate.App, roll: Registered, installation: Installation, *, until_stopped: bool
) -> None:
    """One after the other, several at once; beside it, on the same loop, the signs that this loop still turns."""
    async with queue.open_async():
        signs = (keep_beating(queue, installation.settings.home), keep_answering(roll)) if until_stopped else ()
        beating = [asyncio.create_task(sign) for sign in signs]
        await queue.run_worker_async(
            concurrency=installation.settings.worker_concurrency,
            worker_middleware=[tell_job],
            wait=until_stopped,
            listen_notify=until_stopped,
            delete_jobs="successful",
            # A notification lost with a broken connection is made up for by looking this often (seconds).
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=20,
        )
        for sign in beating:
            sign.cancel()


async def keep_beating(queue: procrastinate.App, home: Path) -> None:
    """Give a sign while the database answers: a worker that cannot reach it is not well, however alive."""
    while True:
        with contextlib.suppress(ConnectorException):
            if await queue.check_connection_async():
                beat(home, "worker")
        await asyncio.sleep(BEAT)


async def keep_answering(roll: Registered) -> None:
    """Answer again where the connection was lost, so that nobody takes the jobs of a worker that lives."""
    while True:
        await asyncio.sleep(BEAT)
        await roll.answer()
