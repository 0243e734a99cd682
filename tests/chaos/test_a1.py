# SPDX-License-Identifier: AGPL-3.0-or-later
"""A1: 16 threads × 2,000 yeses on few people, the database's constraint alone: nobody is in two places, nothing deadlocks."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from dispatch.offers import booking
from tests.chaos.figures import Write
from tests.dispatch.offers.racing import THREADS, many_yeses

TRIES = THREADS * 2000


@pytest.mark.chaos
@pytest.mark.parametrize("mediators", [3, 60])
def test_no_mediator_is_in_two_live_assignments(
    database: Database, monkeypatch: pytest.MonkeyPatch, chaos_figures: Write, mediators: int
) -> None:
    """Without the audit of her day, so that every yes reaches the constraint; the longest answer is told, not judged."""
    monkeypatch.setattr(booking, "day_refusals", lambda *_: [])
    began = time.monotonic()
    race = many_yeses(database, mediators, TRIES)
    assert (race.overlaps, race.deadlocks) == (0, 0)
    chaos_figures(
        row="A1",
        size=f"{THREADS} threads × {TRIES // THREADS:,} tries on {mediators} mediators",
        result=f"0 overlaps, 0 deadlocks, {race.booked:,} booked, longest answer not judged, seen {race.longest:.2f} s",
        seconds=time.monotonic() - began,
    )
