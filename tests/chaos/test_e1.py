# SPDX-License-Identifier: AGPL-3.0-or-later
"""E1: worker, serve, clock and database are killed in turn, 300 times, while urgent requests come in; the flow goes on within 15 s."""

from __future__ import annotations

import time

import pytest

from dispatch import family
from dispatch.kit.migrate import upgrade
from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.journeys.killed_parts import kill_parts
from tests.own_server import own_server

KILLS, PEOPLE, WITHIN = 300, 1200, 15.0


@pytest.mark.chaos
def test_whatever_is_killed_the_flow_goes_on(monkeypatch: pytest.MonkeyPatch, chaos_figures: Write) -> None:
    """Killed far more often than in life, so a part that dies again and again is not left at rest for longer than a second."""
    monkeypatch.setattr(family, "REST", (1.0,))
    began = time.monotonic()
    with own_server() as server:
        upgrade(server.url)
        database = Database(server.url)
        seen = kill_parts(database, KILLS, PEOPLE, server=server)
        database.close()
    killed = ", ".join(f"{part} {times}" for part, times in sorted(seen.killed.items()))
    chaos_figures(
        row="E1",
        size=f"{KILLS} kills ({killed}) under urgent requests",
        result=f"{len(seen.taken)} requests, lost or doubled or broken {len(seen.wrong)}, "
        f"asked about again after {max(seen.went_on):.1f} s at most",
        seconds=time.monotonic() - began,
    )
    assert seen.wrong == []
    assert max(seen.went_on) <= WITHIN
