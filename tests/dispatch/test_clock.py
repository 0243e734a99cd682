# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any number of clocks may strike: each tick is one row and one job, and a rolled-back transaction leaves neither."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dispatch import worker
from dispatch.clock import strike_once
from dispatch.kit import ticks
from dispatch.kit.clock import now, set_virtual
from dispatch.kit.queue import carrier, enqueue
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, Timed, strike
from tests import make

MINUTE = Timed("planning.repair", 60)


def jobs(database: Database) -> list[tuple[str, str]]:
    with database.begin() as session:
        rows = session.execute(text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id"))
        return [(name, status) for name, status in rows]


def test_sixteen_clocks_strike_once(database: Database) -> None:
    """Sixteen clocks at the same instant make one tick and one job; a minute later, one more."""
    with database.begin() as session:
        set_virtual(session, make.NOW)
    installation = make.installation(database)
    for minute in range(2):
        with database.begin() as session:
            set_virtual(session, make.NOW + dt.timedelta(minutes=minute))
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: strike_once(installation, MINUTE), range(16)))
    assert jobs(database) == [("planning.repair", "todo")] * 2


def test_a_job_exists_only_if_its_transaction_commits(database: Database) -> None:
    """The queue and the rows it speaks of are one transaction."""
    with pytest.raises(KeyError):
        enqueue_and_fail(database)
    assert jobs(database) == []
    with database.begin() as session:
        enqueue(session, "planning.run", run_id=1)
    assert jobs(database) == [("planning.run", "todo")]


def enqueue_and_fail(database: Database) -> None:
    with database.begin() as session:
        enqueue(session, "planning.run", run_id=1)
        raise KeyError("the rest of the work failed")


def test_virtual_time_never_goes_back(database: Database) -> None:
    """A late writer of an earlier instant changes nothing."""
    later = make.NOW + dt.timedelta(hours=1)
    for instant in (make.NOW, later, make.NOW):
        with database.begin() as session:
            set_virtual(session, instant)
    with database.begin() as session:
        assert now(session) == later


def test_the_job_of_a_dead_worker_is_given_back(database: Database) -> None:
    """A worker was killed in the middle: half a minute later its job is done by another."""
    with database.begin() as session:
        enqueue(session, "planning.repair")
        session.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')")
        )
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, "
                "worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        )
        enqueue(session, "kit.rescue")
    for _ in range(2):  # given back, then done
        worker.run(make.installation(database), until_stopped=False)
    assert jobs(database) == []


def test_a_job_that_keeps_killing_workers_is_set_aside(database: Database) -> None:
    """After five attempts it is left for a person to read, and no longer tried."""
    with database.begin() as session:
        enqueue(session, "planning.repair")
        session.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')")
        )
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing', attempts = 5, "
                "worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        )
        enqueue(session, "kit.rescue")
    worker.run(make.installation(database), until_stopped=False)
    assert jobs(database) == [("planning.repair", "failed")]


def test_every_timed_job_is_a_task_that_exists(database: Database) -> None:
    """A misspelt name would be queued for ever and done by nobody."""
    worker.load_jobs()
    assert {timed.job for timed in TIMED} <= set(carrier.tasks)
    with database.begin() as session:
        assert all(strike(session, timed) for timed in TIMED)
        assert not any(strike(session, timed) for timed in TIMED)


def test_processes_are_looked_after_while_virtual_time_stands_still(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker dies in a rehearsal: its jobs are missed by the machine's clock; people's deadlines keep to the virtual one."""
    machine = [make.NOW]
    monkeypatch.setattr(ticks, "machine_now", lambda: machine[0])
    with database.begin() as session:
        set_virtual(session, make.NOW)
        assert all(strike(session, timed) for timed in TIMED)
        machine[0] += dt.timedelta(minutes=1)
        struck = {timed.job for timed in TIMED if strike(session, timed)}
    assert struck == {"kit.rescue", "planning.rescue", "offers.reconcile"}
