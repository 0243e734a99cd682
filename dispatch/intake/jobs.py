# SPDX-License-Identifier: AGPL-3.0-or-later
"""The timed work of the intake stage: what is kept for a while is forgotten one day.

Answers for programs that repeat themselves, drafts that nobody sent, forms of sessions that were lost.
"""

from __future__ import annotations

import datetime as dt

from dispatch.access import idempotency, keeping
from dispatch.intake import drafts
from dispatch.kit import running
from dispatch.kit.clock import machine_now, now
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import carrier


@carrier.task(name="intake.forget_keys")
def forget_keys() -> None:
    """Forget answers to repeated requests and drafts after the days that the policy says, kept forms after their hour."""
    with running.current().database.begin() as session:
        policy, instant = policy_in_force(session).intake, now(session)
        idempotency.forget(session, instant - dt.timedelta(days=policy.repeat_days))
        drafts.forget(session, instant - dt.timedelta(days=policy.draft_days))
        keeping.forget(session, machine_now())
