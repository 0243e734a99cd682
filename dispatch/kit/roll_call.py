# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which workers live: each holds a lock for as long as its connection stands, and PostgreSQL lets go of it when it dies.

So the jobs of a killed worker are known for lost at once, on whichever machine it ran; only one that hangs without
dying is told by its silence.
"""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

PATIENCE = 5.0  # seconds; a line that says nothing for so long is lost, whatever the network believes
WORKERS = 7302  # the first half of the lock's key; the second is the worker's id
ANSWER = "SELECT pg_try_advisory_lock(%s, %s::int)"
# A worker that holds its lock is there, however long it has been silent; the one that asks is there too. When the server
# was restarted nobody holds one until the next beat: then a job may be begun twice, and its rows let one of them count.
GONE = f"""
    SELECT DISTINCT job.worker_id
    FROM procrastinate_jobs AS job
    WHERE job.status = 'doing' AND job.worker_id <> %(asking)s AND NOT EXISTS (
        SELECT FROM pg_locks AS held JOIN pg_database AS base ON base.oid = held.database
        WHERE held.locktype = 'advisory' AND held.granted AND base.datname = current_database()
          AND held.classid = {WORKERS} AND held.objid = job.worker_id::oid
    )
"""  # noqa: S608 - our own number


class Registered(JobManager):
    """Procrastinate's book of jobs, whose worker answers the roll call before it takes its first job."""

    def __init__(self, connector: PsycopgConnector, conninfo: str) -> None:
        super().__init__(connector)
        self._conninfo = conninfo
        self._worker_id: int | None = None
        self._line: psycopg.AsyncConnection | None = None

    async def register_worker(self) -> int:
        self._worker_id = await super().register_worker()
        await self.answer()
        return self._worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        await super().unregister_worker(worker_id)
        self._worker_id = None
        await self._hang_up()

    async def answer(self) -> None:
        """Hold the lock; once more where the database was restarted, or its answer stayed away."""
        if self._worker_id is None:
            return
        if self._line is not None:
            with contextlib.suppress(psycopg.Error, TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._line.execute("SELECT")
                    return
            await self._hang_up()
        # The next beat tries again, until a line stands that holds the lock.
        with contextlib.suppress(psycopg.Error, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                self._line = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
                if await self._takes_the_lock(self._line, self._worker_id):
                    return
        await self._hang_up()

    async def _takes_the_lock(self, line: psycopg.AsyncConnection, worker_id: int) -> bool:
        """False while the server still keeps it for a line that we have given up for lost."""
        row = await (await line.execute(ANSWER, (WORKERS, worker_id))).fetchone()
        return row == (True,)

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()


async def jobs_of_the_gone(queue: App, asking: int) -> list[Job]:
    """Jobs in hand of workers whose connection is no more."""
    gone = await queue.connector.execute_query_all_async(GONE, asking=asking)
    return [
        job
        for worker in gone
        for job in await queue.job_manager.list_jobs_async(status="doing", worker_id=worker["worker_id"])
    ]
