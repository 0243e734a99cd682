# SPDX-License-Identifier: AGPL-3.0-or-later
"""A4: 1,500 posts through a faulty network while the database is killed eight times; 32 posts at once of 200 keys."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.migrate import upgrade
from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.intake.never_lost import post_through_faults, the_same_key
from tests.faulty_proxy import Fault
from tests.own_server import own_server

POSTS, KILLS, KEYS = 1500, 8, 200


@pytest.mark.chaos
def test_what_was_taken_is_there_once(chaos_figures: Write) -> None:
    """Every program asks until it has its 201."""
    began = time.monotonic()
    with own_server() as server:
        upgrade(server.url)
        database = Database(server.url)
        seen = post_through_faults(database, POSTS, server, KILLS)
        database.close()
    assert (len(seen.acked), seen.lost, seen.doubled) == (POSTS, [], [])
    broken = sum(times for fault, times in seen.faults.items() if fault is not Fault.NONE)
    chaos_figures(
        row="A4",
        size=f"{POSTS:,} posts, {sum(seen.faults.values()):,} connections, {broken:,} of them broken, {KILLS} database kills",
        result=f"acknowledged lost 0, duplicates 0, {seen.answers[503]:,} answers 503",
        seconds=time.monotonic() - began,
    )


@pytest.mark.chaos
def test_one_key_is_one_request(database: Database, chaos_figures: Write) -> None:
    """All of them get the same answer."""
    began = time.monotonic()
    assert the_same_key(database, KEYS) == {(1, 1): KEYS}
    chaos_figures(
        row="A4",
        size=f"32 posts at once × {KEYS} keys",
        result="one request and one answer for each key",
        seconds=time.monotonic() - began,
    )
