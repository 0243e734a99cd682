# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes who did what to which row; never a name of a person served, never a message's text."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.records.access import AuditEntry


def record(
    session: Session, at: dt.datetime, actor: str, action: str, subject: str, subject_id: str | int, **details: object
) -> None:
    """Add one entry to the audit, in the transaction of what it tells."""
    session.add(
        AuditEntry(
            at=at, actor=actor[:80], action=action, subject=subject, subject_id=str(subject_id)[:64], details=details
        )
    )
