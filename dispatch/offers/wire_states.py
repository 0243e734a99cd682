# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of an SMS on the wire: their order, which reports never turn round, and how long to wait before a retry."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Final

from config.policy import SmsPolicy
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import WireStatus

RANK: Final = {
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.IN_DOUBT: 2,
    MessageStatus.SENT: 3,
    MessageStatus.FAILED: 4,
    MessageStatus.DELIVERED: 5,
}
OF_WIRE: Final = {
    WireStatus.ACCEPTED: MessageStatus.SENT,
    WireStatus.SENT: MessageStatus.SENT,
    WireStatus.FAILED: MessageStatus.FAILED,
    WireStatus.DELIVERED: MessageStatus.DELIVERED,
}


def after_report(standing: MessageStatus, reported: WireStatus) -> MessageStatus:
    """The status after a receipt: whatever order receipts come in, doubled or not, they end in the same place."""
    return max(standing, OF_WIRE[reported], key=RANK.__getitem__)


def wait_before_retry(attempt: int, policy: SmsPolicy, rng: Random) -> dt.timedelta:
    """Doubling from ``backoff_seconds`` to the longest, of which a random half is kept so that lines do not march in step."""
    longest = min(policy.backoff_seconds * 2 ** max(0, attempt - 1), policy.longest_backoff_seconds)
    return dt.timedelta(seconds=longest * (0.5 + rng.random() / 2))
