# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers kept for repeated requests are forgotten after the policy's days, by a tick."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from config.policy import load_policy
from dispatch import worker
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, strike
from dispatch.records import IdempotencyKey
from tests import make

KEPT = dt.timedelta(days=load_policy().intake.repeat_days)


def test_old_answers_are_forgotten_and_young_ones_are_not(database: Database) -> None:
    """A minute over the limit goes, a minute under it stays; the timed job is one that a clock strikes."""
    [timed] = [one for one in TIMED if one.job == "intake.forget_keys"]
    minute = dt.timedelta(minutes=1)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        for key, at in (("old", make.NOW - KEPT - minute), ("young", make.NOW - KEPT + minute)):
            row = IdempotencyKey(caller="key:a", key=key, fingerprint="f", status_code=201, answer={}, created_at=at)
            session.add(row)
        strike(session, timed)
    worker.run(make.installation(database), until_stopped=False)
    with database.begin() as session:
        assert session.scalars(select(IdempotencyKey.key)).all() == ["young"]
