# SPDX-License-Identifier: AGPL-3.0-or-later
"""The timed work of the intake stage: answers kept for programs that repeat themselves are forgotten one day."""

from __future__ import annotations

import datetime as dt

from dispatch.access import idempotency
from dispatch.kit import running
from dispatch.kit.clock import now
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import carrier


@carrier.task(name="intake.forget_keys")
def forget_keys() -> None:
    """Forget the answers to repeated requests after the days that the policy says."""
    with running.current().database.begin() as session:
        kept = dt.timedelta(days=policy_in_force(session).intake.repeat_days)
        idempotency.forget(session, now(session) - kept)
