# SPDX-License-Identifier: AGPL-3.0-or-later
"""The service of a simulation inside this very process: its pages and API on a socket, its queued jobs done on demand."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import procrastinate
import structlog
from procrastinate.jobs import Job, Status

from dispatch.kit import running
from dispatch.kit.installation import Installation
from dispatch.kit.queue import carrier
from dispatch.kit.serving import server_of
from dispatch.kit.session import libpq_url
from dispatch.planning.jobs import close_planners

UP_WITHIN = 30.0
LOOK_EVERY = 0.02
SENDING = "offers.send"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class House:
    """What stands above the rehearsal and is handed in: how the web door is made and the stages' jobs are declared."""

    create_app: Callable[[Installation], Any]
    load_jobs: Callable[[], None]


class Errands:
    """Takes the jobs off the real queue when told to, one after the other, until there are none.

    A worker of Procrastinate would do the same, but it registers, starts its side tasks and ends them again each time:
    over a month of beats that is most of the work.
    """

    def __init__(self, installation: Installation, house: House) -> None:
        running.start(installation)
        house.load_jobs()
        self._runner = asyncio.Runner()
        connector = procrastinate.PsycopgConnector(
            conninfo=libpq_url(installation.database.url), min_size=1, max_size=2
        )
        self._queue = carrier.with_connector(connector)

    def __enter__(self) -> Self:
        self._worker = self._runner.run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._queue.close_async())
        self._runner.close()
        close_planners()

    def run(self) -> None:
        """Do what is queued now and what that queues in turn.

        Everybody who has written an SMS asks for the sending: as one sender at a time would, it sends for all of them.
        """
        bells: list[Job] = []
        while (job := self._next()) is not None or bells:
            if job is None:
                self._close_all(bells, self._done(bells[0]))
                bells = []
            elif job.task_name == SENDING:
                bells.append(job)
            else:
                self._close_all([job], self._done(job))

    def _next(self) -> Job | None:
        return self._runner.run(self._queue.job_manager.fetch_job(None, self._worker))

    def _close_all(self, jobs: Sequence[Job], trouble: BaseException | None) -> None:
        for job in jobs:
            self._runner.run(self._close(job, trouble))

    async def _open(self) -> int:
        await self._queue.open_async()
        return await self._queue.job_manager.register_worker()

    def _done(self, job: Job) -> BaseException | None:
        try:
            self._queue.tasks[job.task_name](**job.task_kwargs)
        except Exception as trouble:  # noqa: BLE001 - whatever a job raises is its carrier's to judge
            log.warning("job failed", task=job.task_name, trouble=type(trouble).__name__)
            return trouble
        return None

    async def _close(self, job: Job, trouble: BaseException | None) -> None:
        """As a worker ends a job: forgotten when it succeeded, tried again while its task says so."""
        jobs, task = self._queue.job_manager, self._queue.tasks[job.task_name]
        if trouble is None:
            await jobs.finish_job(job, Status.SUCCEEDED, delete_job=True)
        elif task.get_retry_exception(trouble, job) is not None:
            await jobs.retry_job(job)
        else:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)


@contextmanager
def served(installation: Installation, house: House) -> Iterator[None]:
    """The web door answers on the installation's port, from a thread of this process."""
    settings = installation.settings
    server = server_of(house.create_app(installation), settings.host, settings.port)
    thread = threading.Thread(target=server.run, name="ponte-serve", daemon=True)
    thread.start()
    deadline = time.monotonic() + UP_WITHIN
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
