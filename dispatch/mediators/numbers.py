# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends the test SMS to a mediator's number; her OK, which the offers stage reads, confirms it."""

from __future__ import annotations

import datetime as dt
from random import Random, SystemRandom

from sqlalchemy.orm import Session

from dispatch.kit.policy import policy_in_force
from dispatch.mediators.queries import lock_mediator
from dispatch.outbox.hours import awake
from dispatch.outbox.posting import COURTESY, post
from notifications.message import MessageKind, NoWords

AGAIN_AFTER = dt.timedelta(hours=12)  # the job may come twice, and people press twice


def try_number(session: Session, mediator_id: int, now: dt.datetime, rng: Random | None = None) -> bool:
    """Ask whether the number is hers, by day; false where she was asked lately, has answered, or can get no SMS."""
    her = lock_mediator(session, mediator_id)
    lately = her.number_asked_at is not None and her.number_asked_at > now - AGAIN_AFTER
    if lately or her.number_confirmed_at is not None or her.sms_blocked or not her.active:
        return False
    leaves = now if her.quiet_hours_allowed else awake(now, policy_in_force(session).offers)
    her.number_asked_at = now
    post(
        session,
        rng or SystemRandom(),
        MessageKind.NUMBER_TEST,
        her,
        NoWords(),
        created_at=now,
        send_after=leaves,
        priority=COURTESY,
    )
    return True
