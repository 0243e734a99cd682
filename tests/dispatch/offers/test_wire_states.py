# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts in any order, doubled or missing, lead to the same final state and never back."""

from __future__ import annotations

from itertools import permutations
from random import Random

from config.policy import load_policy
from dispatch.offers.wire_states import RANK, after_report, wait_before_retry
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import WireStatus

POLICY = load_policy().sms


def test_every_order_of_reports_ends_the_same_and_never_goes_back() -> None:
    """B12: all 24 orders of four reports, each doubled, from each unfinished status."""
    for standing in (MessageStatus.SENDING, MessageStatus.IN_DOUBT, MessageStatus.SENT, MessageStatus.QUEUED):
        for order in permutations(WireStatus):
            status = standing
            for reported in (report for report in order for _ in range(2)):
                moved = after_report(status, reported)
                assert RANK[moved] >= RANK[status]
                status = moved
            assert status is MessageStatus.DELIVERED


def test_every_message_status_has_a_rank() -> None:
    """A new status cannot be left out of the order."""
    assert set(RANK) == set(MessageStatus)


def test_the_wait_before_a_retry_doubles_up_to_the_longest_and_jitters() -> None:
    """20 s, 40 s, … at most 10 minutes; never less than half of it."""
    rng = Random(1)
    for attempt, longest in ((1, 20), (2, 40), (5, 320), (9, 600)):
        waits = {wait_before_retry(attempt, POLICY, rng).total_seconds() for _ in range(50)}
        assert all(longest / 2 <= wait <= longest for wait in waits)
        assert len(waits) > 40
