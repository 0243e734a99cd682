# SPDX-License-Identifier: AGPL-3.0-or-later
"""A10: 200 solves, each with twenty answers at once while it thinks: no booked work is moved."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dispatch.kit import running
from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.planning.answered_meanwhile import ANSWERS, weeks_of_answers

SOLVES = 200


@pytest.fixture
def roomy(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, pool_size=ANSWERS + 4)
    yield opened
    opened.close()
    running._current.clear()


@pytest.mark.chaos
def test_no_booked_work_is_moved(roomy: Database, chaos_figures: Write) -> None:
    """Every repair publishes itself meanwhile."""
    began = time.monotonic()
    seen = weeks_of_answers(roomy, SOLVES)
    assert seen.moved == 0
    chaos_figures(
        row="A10",
        size=f"{SOLVES} solves × {ANSWERS} answers at once",
        result=f"{seen.booked:,} bookings, 0 moved; {seen.published:,} other lines published meanwhile",
        seconds=time.monotonic() - began,
    )
