# SPDX-License-Identifier: AGPL-3.0-or-later
"""A3: everything that can happen to an offer, 16 threads × 2,500 times: each ends once, and no step is not drawn."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers import drawn
from tests.dispatch.offers.ends import EVENTS, THREADS, all_held, race_of_ends

ALL = THREADS * 2500


@pytest.mark.chaos
def test_each_offer_ends_exactly_once(database: Database, chaos_figures: Write) -> None:
    """Afterwards every promise between rows holds too."""
    began = time.monotonic()
    with database.begin() as session:
        drawn.watch(session)
    race = race_of_ends(database, ALL)
    assert race.troubles == {}
    assert all_held(database) == []
    chaos_figures(
        row="A3",
        size=f"{len(EVENTS)} kinds of event, {THREADS} threads × {ALL // THREADS:,}",
        result=f"{race.offers:,} offers, 0 ended twice, 0 live on cancelled, 0 steps not drawn, 0 deadlocks",
        seconds=time.monotonic() - began,
    )
