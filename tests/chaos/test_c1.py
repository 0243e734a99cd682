# SPDX-License-Identifier: AGPL-3.0-or-later
"""C1 at its full size: 20,000 phones of forty steps each, and no answer credited to a question nobody meant."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.dispatch.offers.reply_machine import STEPS, Machine, walk

FULL = 20_000


@pytest.mark.chaos
def test_a_reply_reaches_the_question_meant_or_a_person(chaos_figures: Callable[..., None]) -> None:
    """The ordinary tests walk 200 of these and catch the three naive rules."""
    began = time.monotonic()
    walk(Machine, FULL)
    seconds = time.monotonic() - began
    chaos_figures(row="C1", size=f"{FULL:,} × {STEPS} steps", result="0 counterexamples", seconds=seconds)
