# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes who did what to which row, and finds who was last; never a name of a person served, never a message's text."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.access.queries import last_entry
from dispatch.records.access import AuditEntry
from dispatch.web.forms import LastChange


def record(
    session: Session, at: dt.datetime, actor: str, action: str, subject: str, subject_id: str | int, **details: object
) -> None:
    """Add one entry to the audit, in the transaction of what it tells."""
    session.add(
        AuditEntry(
            at=at, actor=actor[:80], action=action, subject=subject, subject_id=str(subject_id)[:64], details=details
        )
    )


def last_change(session: Session, subject: str, subject_id: str) -> LastChange | None:
    """Who changed this row last and when, as far as the audit knows."""
    found = last_entry(session, subject, subject_id)
    return None if found is None else LastChange(found[1], found[0].at)
