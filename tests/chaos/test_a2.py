# SPDX-License-Identifier: AGPL-3.0-or-later
"""A2: eight SI within 50 ms, 500 times: one winner each time, and seven polite answers."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.racing import ONE_WINNER, eight_yeses

ROUNDS = 500


@pytest.mark.chaos
def test_eight_yeses_have_one_winner(database: Database, chaos_figures: Write) -> None:
    """By SMS with the right code, read by eight threads at once."""
    began = time.monotonic()
    seen = eight_yeses(database, ROUNDS)
    assert seen.winners == {1: ROUNDS}
    assert seen.answers == {ONE_WINNER: ROUNDS}
    chaos_figures(
        row="A2",
        size=f"8 SI at once, {ROUNDS} rounds",
        result="1 winner and 7 polite answers in each; until all eight stood in the queue not judged, "
        f"seen {seen.longest:.1f} s at most",
        seconds=time.monotonic() - began,
    )
