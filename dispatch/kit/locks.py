# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks held to the end of the transaction; taken in one order everywhere: mediators by id, then appointment → slot → offer → assignment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

POLICY_SPACE = 2
MEDIATOR_SPACE = 1  # high bits of the lock key, so another use of advisory locks never collides with a mediator
# One statement; unnest gives the keys in the order of the array, so every caller takes them the same way round.
LOCK_IN_ORDER = text("SELECT pg_advisory_xact_lock(key) FROM unnest(:keys) AS key").bindparams(
    bindparam("keys", type_=ARRAY(BigInteger))
)


def lock_policy(session: Session) -> None:
    """Wait for, then hold, the right to change the policy: taken alone, before anything else."""
    session.execute(LOCK_IN_ORDER, {"keys": [POLICY_SPACE << 48]})


def lock_mediators(session: Session, mediator_ids: Iterable[int]) -> None:
    """Wait for, then hold, the right to change these mediators' days."""
    keys = [(MEDIATOR_SPACE << 48) + mediator_id for mediator_id in sorted(set(mediator_ids))]
    if keys:
        session.execute(LOCK_IN_ORDER, {"keys": keys})
