# SPDX-License-Identifier: AGPL-3.0-or-later
"""C3 and B12 at full size: an hour in which a fifth of the webhooks are lost; all 120 orders of five receipts."""

from __future__ import annotations

import time
from itertools import permutations

import pytest

from dispatch.kit.session import Database
from dispatch.records.statuses import MessageStatus
from tests.chaos.figures import Write
from tests.dispatch.offers.test_codes_and_receipts import WORDS, ends
from tests.dispatch.offers.test_polling import lost_webhooks

FULL = 1_000


@pytest.mark.chaos
def test_c3_a_fifth_of_the_webhooks_is_lost_for_an_hour(database: Database, chaos_figures: Write) -> None:
    """Every reply is stored, and stored once."""
    began = time.monotonic()
    stored, rows = lost_webhooks(database, FULL)
    chaos_figures(
        row="C3",
        size=f"{FULL:,} replies in an hour, 20 % of webhooks lost, list each 5 minutes",
        result=f"stored {stored:,}, twice {rows - stored}",
        seconds=time.monotonic() - began,
    )
    assert (stored, rows) == (FULL, FULL)


@pytest.mark.chaos
def test_b12_all_orders_of_five_receipts(database: Database, chaos_figures: Write) -> None:
    """The same final state, never back."""
    began = time.monotonic()
    orders = list(permutations(WORDS))
    seen = ends(database, orders)
    chaos_figures(
        row="B12",
        size=f"{len(orders)} orders of {len(WORDS)} receipts, doubled, with strangers between",
        result=", ".join(f"{status} {number}" for status, number in seen.items()),
        seconds=time.monotonic() - began,
    )
    assert seen == {MessageStatus.DELIVERED: len(orders)}
