# SPDX-License-Identifier: AGPL-3.0-or-later
"""A6: no request rots while jobs are lost: it has a live question, a date of its next step, or an alarm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch.kit.session import Database
from dispatch.offers import jobs as offers_jobs
from tests.dispatch.offers.unrest import live_on, planned_in_this_process

REQUESTS, MINUTES = 8, 20


@pytest.fixture(autouse=True)
def planned_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with planned_in_this_process(monkeypatch):
        yield


def test_no_request_rots_while_jobs_are_lost(database: Database) -> None:
    """After each minute nothing has waited in vain for more than two."""
    seen = live_on(database, REQUESTS, MINUTES)
    assert seen.broken == []
    assert seen.done["offers.make"] > 0
    assert seen.lost


def test_without_the_tick_that_finds_what_is_undone_requests_rot(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the queue is believed, and what it loses is lost."""
    monkeypatch.setattr(offers_jobs, "queue_again", lambda *_: None)
    assert live_on(database, REQUESTS, MINUTES, losses=0.5).broken
