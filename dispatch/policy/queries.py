# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the register of the policy."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.records.policy import PolicyChange


def changes(session: Session, section: str = "", key: str = "") -> Sequence[PolicyChange]:
    """All changes, or those of one key, in the order in which they win: the last that is in force does."""
    query = select(PolicyChange).order_by(PolicyChange.since, PolicyChange.id)
    if section:
        query = query.where(PolicyChange.section == section, PolicyChange.key == key)
    return session.scalars(query).all()
