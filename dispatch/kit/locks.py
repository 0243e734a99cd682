# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks held to the end of the transaction; taken in one order everywhere: mediators by id, then appointment → slot → offer → assignment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

MEDIATOR_SPACE = 1  # high bits of the lock key, so another use of advisory locks never collides with a mediator


def lock_mediators(session: Session, mediator_ids: Iterable[int]) -> None:
    """Wait for, then hold, the right to change these mediators' days."""
    for mediator_id in sorted(set(mediator_ids)):
        session.execute(select(func.pg_advisory_xact_lock((MEDIATOR_SPACE << 48) + mediator_id)))
