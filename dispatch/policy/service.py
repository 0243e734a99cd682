# SPDX-License-Identifier: AGPL-3.0-or-later
"""A change to one key: it must make sense on the day it begins and on every later day that is already decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from config.policy import Policy, load_policy, with_changes
from dispatch.access import audit
from dispatch.kit.locks import lock_policy
from dispatch.policy.queries import changes
from dispatch.records.policy import PolicyChange


def change_key(
    session: Session, now: dt.datetime, by: str, section: str, key: str, value: Any, since: dt.datetime, why: str
) -> PolicyChange:
    """From ``since`` on the key holds ``value``; null: what is shipped. Raises PolicyError when it cannot stand.

    Who changes another key at the same time waits, because two values may be fine alone and nonsense together.
    """
    lock_policy(session)
    value = msgspec.to_builtins(value)
    row = PolicyChange(section=section, key=key, value=value, since=since, by=by[:80], why=why, at=now)
    refuse_nonsense([*changes(session), row], since)
    session.add(row)
    session.flush()
    details = {"value": value, "since": since.isoformat()}  # why is free text, and stays beside the change alone
    audit.record(session, now, by, "policy.change", "policy", f"{section}.{key}", **details)
    return row


def refuse_nonsense(rows: Sequence[PolicyChange], since: dt.datetime) -> None:
    """Raises PolicyError for the first moment from ``since`` on at which the policy would not hold together."""
    for moment in sorted({since, *(row.since for row in rows if row.since > since)}):
        policy_at(rows, moment)


def policy_at(rows: Iterable[PolicyChange], moment: dt.datetime) -> Policy:
    """The policy as it stands at a moment, with the newest change of each key that has begun by then."""
    newest = {}
    for row in sorted((row for row in rows if row.since <= moment), key=lambda row: (row.since, row.id or _LAST)):
        newest[row.section, row.key] = row.value
    return with_changes(load_policy(), [(*name, value) for name, value in newest.items() if value is not None])


_LAST = 2**63  # a row without an id is not written yet, and so the newest
