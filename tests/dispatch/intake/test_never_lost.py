# SPDX-License-Identifier: AGPL-3.0-or-later
"""A4: a 201 is never lost and never doubled, whatever network and database do; one key is one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dispatch.access.idempotency import Answer
from dispatch.intake import api
from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from tests.dispatch.intake.never_lost import post_through_faults, the_same_key
from tests.faulty_proxy import FAULTS
from tests.own_server import own_server

pytestmark = pytest.mark.xdist_group("postgres")
POSTS, KILLS, KEYS = 40, 1, 2


@pytest.fixture
def killable() -> Iterator[Server]:
    """A server of this test alone, because it is killed."""
    with own_server() as server:
        yield server


def test_what_was_taken_is_there_once(killable: Server) -> None:
    """Resets before and after, silence, and a killed database in the middle: every request is there, and once."""
    upgrade(killable.url)
    database = Database(killable.url)
    seen = post_through_faults(database, POSTS, killable, KILLS)
    database.close()
    assert (len(seen.acked), seen.lost, seen.doubled) == (POSTS, [], [])
    assert set(seen.stored) == set(seen.acked)
    assert set(seen.faults) == set(FAULTS)


def test_without_the_keys_a_lost_answer_is_a_second_request(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the same network, and every repeated post is done anew."""

    def each_time(*asked: Any) -> Answer:
        work: Callable[[], Answer] = asked[-1]
        return work()

    monkeypatch.setattr(api, "once", each_time)
    assert post_through_faults(database, POSTS // 2).doubled


def test_thirty_two_posts_of_one_key_at_once_are_one_request(database: Database) -> None:
    """And all of them get the same answer."""
    assert the_same_key(database, KEYS) == {(1, 1): KEYS}
