# SPDX-License-Identifier: AGPL-3.0-or-later
"""The service of a simulation inside this very process: its pages and API on a socket, its queued jobs done on demand."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import procrastinate
import uvicorn

from dispatch.kit import running
from dispatch.kit.installation import Installation
from dispatch.kit.queue import carrier
from dispatch.kit.session import libpq_url
from dispatch.planning.jobs import close_planners

UP_WITHIN = 30.0
LOOK_EVERY = 0.02


@dataclass(frozen=True)
class House:
    """What stands above the rehearsal and is handed in: how the web door is made and the stages' jobs are declared."""

    create_app: Callable[[Installation], Any]
    load_jobs: Callable[[], None]


class Errands:
    """A worker that takes jobs off the real queue when told to, one after the other, until there are none."""

    def __init__(self, installation: Installation, house: House) -> None:
        running.start(installation)
        house.load_jobs()
        self._runner = asyncio.Runner()
        connector = procrastinate.PsycopgConnector(
            conninfo=libpq_url(installation.database.url), min_size=1, max_size=3
        )
        self._queue = carrier.with_connector(connector)

    def __enter__(self) -> Self:
        self._runner.run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._queue.close_async())
        self._runner.close()
        close_planners()

    async def _open(self) -> None:
        await self._queue.open_async()

    def run(self) -> None:
        """Do what is queued now and what that queues in turn."""
        work = self._queue.run_worker_async(
            concurrency=1,
            wait=False,
            listen_notify=False,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        self._runner.run(work)


@contextmanager
def served(installation: Installation, house: House) -> Iterator[None]:
    """The web door answers on the installation's port, from a thread of this process."""
    settings = installation.settings
    config = uvicorn.Config(
        house.create_app(installation), host=settings.host, port=settings.port, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
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
