# SPDX-License-Identifier: AGPL-3.0-or-later
"""E1, a small part of tests/chaos/test_e1.py: a killed part of `ponte run` comes back, and requests go on being asked about."""

from __future__ import annotations

import time

from dispatch.kit.session import Database
from tests.journeys.killed_parts import asked_about, kill, kill_parts, parts_of_ponte

WORKER = ("worker",)  # the others are killed in tests/chaos, and in test_run.py


def test_a_worker_is_killed_and_the_flow_goes_on(database: Database) -> None:
    """kill -9 between two urgent requests: all of them there once, each asked about, no promise between rows broken."""
    seen = kill_parts(database, kills=1, people=10, parts=WORKER)
    assert seen.killed == {"worker": 1}
    assert seen.wrong == []


def test_where_nobody_looks_after_the_parts_the_flow_ends(database: Database) -> None:
    """Control: the worker is killed and nobody starts another; what is asked for next is not asked about."""
    with parts_of_ponte(database, people=2, parts=WORKER, looked_after=False) as (family, desk):
        kill(family, "worker")
        code = desk.ask()
        time.sleep(3)
        assert not asked_about(database, code)
