# SPDX-License-Identifier: AGPL-3.0-or-later
"""C2 in full: 240 replies and their receipts, each delivered one to five times at once and again next year."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.test_doubled_webhooks import FULL, each_has_one_effect


@pytest.mark.chaos
def test_each_webhook_has_one_effect(database: Database, chaos_figures: Write) -> None:
    """Whatever the copies and whenever."""
    began = time.monotonic()
    deliveries = each_has_one_effect(database, FULL)
    chaos_figures(
        row="C2",
        size=f"{FULL} replies and {FULL // 2} receipts, {deliveries:,} deliveries, a replay a year later",
        result="1 effect each, 0 after a year",
        seconds=time.monotonic() - began,
    )
