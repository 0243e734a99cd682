# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that is killed is missed as soon as its connection is gone; one that lives keeps its jobs, however silent."""

from __future__ import annotations

import asyncio

import pytest
from procrastinate import PsycopgConnector
from sqlalchemy import text

from dispatch import worker
from dispatch.kit.queue import carrier, enqueue
from dispatch.kit.roll_call import Registered, jobs_of_the_gone
from dispatch.kit.session import Database, libpq_url
from tests import make

IN_HAND = text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker")
QUEUED = text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
ENDED = text(  # of this database alone: other tests share its server
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7302"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
HELD_STILL = text("SELECT pg_advisory_xact_lock(7302, CAST(:worker AS int))")
DIED_JUST_NOW = text("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")


def test_the_job_of_a_worker_that_died_just_now_is_done_at_once(database: Database) -> None:
    """Its last sign is a second old; it holds no lock, so another does its job without waiting for its silence."""
    with database.begin() as session:
        enqueue(session, "planning.repair")
        session.execute(IN_HAND, {"worker": session.scalar(DIED_JUST_NOW)})
        enqueue(session, "kit.rescue")
    for _ in range(2):  # given back, then done
        worker.run(make.installation(database), until_stopped=False)
    with database.begin() as session:
        assert session.execute(QUEUED).all() == []


@pytest.mark.parametrize(("cut_off", "answers"), [(False, False), (True, False), (True, True)])
def test_who_is_on_the_line_keeps_its_jobs(database: Database, cut_off: bool, answers: bool) -> None:
    """Control: it lives. Where its connection was cut its jobs are given away, until it answers again."""
    connector = PsycopgConnector(conninfo=libpq_url(database.url), min_size=1, max_size=2)
    queue = carrier.with_connector(connector)
    queue.job_manager = roll = Registered(connector, libpq_url(database.url))

    async def missed() -> int:
        async with queue.open_async():
            worker_id = await roll.register_worker()
            with database.begin() as session:
                enqueue(session, "planning.repair")
                session.execute(IN_HAND, {"worker": worker_id})
                if cut_off:
                    session.execute(ENDED)
            if answers:
                await roll.answer()
            found = len(await jobs_of_the_gone(queue, asking=0))
            await roll.unregister_worker(worker_id)
            return found

    assert asyncio.run(missed()) == (cut_off and not answers)


def test_a_lock_that_a_lost_line_still_holds_is_taken_when_it_goes(database: Database) -> None:
    """The network cut the line and the server has not noticed: the worker asks again until the lock is its own."""
    connector = PsycopgConnector(conninfo=libpq_url(database.url), min_size=1, max_size=2)
    queue = carrier.with_connector(connector)
    queue.job_manager = roll = Registered(connector, libpq_url(database.url))

    async def missed() -> list[int]:
        found = []
        async with queue.open_async():
            worker_id = await roll.register_worker()
            with database.begin() as session:
                session.execute(ENDED)
            with database.begin() as lost, database.begin() as session:
                lost.execute(HELD_STILL, {"worker": worker_id})
                enqueue(session, "planning.repair")
                session.execute(IN_HAND, {"worker": worker_id})
                session.commit()
                await roll.answer()  # a new line, and the lock is not to be had
            for _ in range(2):
                await roll.answer()
                found.append(len(await jobs_of_the_gone(queue, asking=0)))
            await roll.unregister_worker(worker_id)
        return found

    assert asyncio.run(missed()) == [0, 0]
