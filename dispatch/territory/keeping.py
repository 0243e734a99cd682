# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes one row of a register and its audit entry, or nothing where the row says the same already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.kit.saved import Outcome, Saved, apply
from dispatch.records.base import Base

Row = TypeVar("Row", bound=Base)


def keep(
    session: Session,
    row: Row | None,
    model: type[Row],
    name: str,
    values: Mapping[str, Any],
    actor: str,
    now: dt.datetime,
) -> Saved[Row]:
    """The row with these values: made, changed or left alone. ``name`` is what the audit calls it."""
    if row is None:
        row = model(**values)
        session.add(row)
        return told(session, row, name, Outcome.CREATED, (), actor, now)
    changed = apply(row, values)
    return told(session, row, name, Outcome.CHANGED if changed else Outcome.UNCHANGED, changed, actor, now)


def told(
    session: Session, row: Row, name: str, outcome: Outcome, columns: Sequence[str], actor: str, now: dt.datetime
) -> Saved[Row]:
    """Write the change and its audit entry, which names columns and never their values."""
    session.flush()
    if outcome is not Outcome.UNCHANGED:
        action = "create" if outcome is Outcome.CREATED else "change"
        record(session, now, actor, action, type(row).__tablename__, name, columns=sorted(columns))
    return Saved(row, outcome, tuple(columns))


def removed(session: Session, row: Base, name: str, actor: str, now: dt.datetime) -> None:
    """Take the row away, and say so in the audit."""
    session.delete(row)
    session.flush()
    record(session, now, actor, "remove", type(row).__tablename__, name)
