# SPDX-License-Identifier: AGPL-3.0-or-later
"""A6: three days minute by minute with 2,000 requests, while jobs are lost: nothing waits in vain for two minutes."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.unrest import live_on, planned_in_this_process

REQUESTS, DAYS = 2000, 3


@pytest.mark.chaos
def test_no_request_rots(database: Database, monkeypatch: pytest.MonkeyPatch, chaos_figures: Write) -> None:
    """Every promise between rows is asked after each minute."""
    began = time.monotonic()
    with planned_in_this_process(monkeypatch):
        seen = live_on(database, REQUESTS, DAYS * 24 * 60)
    assert seen.broken == []
    chaos_figures(
        row="A6",
        size=f"{DAYS} simulated days by the minute, {REQUESTS:,} requests",
        result=f"{seen.done.total():,} jobs done, {seen.lost.total():,} lost, 0 silent for over 2 minutes",
        seconds=time.monotonic() - began,
    )
