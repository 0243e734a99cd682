# SPDX-License-Identifier: AGPL-3.0-or-later
"""B7 in full: every keyword in every language and spelling, with and without the carrier's word: nothing sent after it."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.test_opt_outs import FULL, nothing_is_sent_after_stop


@pytest.mark.chaos
def test_nothing_is_sent_after_stop(database: Database, chaos_figures: Write) -> None:
    """Queued SMS, later ones, and those that a coordinator tries to force; START opens again."""
    began = time.monotonic()
    sent = nothing_is_sent_after_stop(database, FULL)
    chaos_figures(
        row="B7",
        size=f"{sent.opt_outs:,} opt-outs (keyword × language × spelling), 2 SMS queued for each",
        result=f"{sent.after_stop} sent after STOP, {sent.after_start:,} after START",
        seconds=time.monotonic() - began,
    )
