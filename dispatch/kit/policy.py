# SPDX-License-Identifier: AGPL-3.0-or-later
"""The policy in force: what config/policy.toml ships, and over it the newest change of each key whose time has come."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.policy import Policy, load_policy, with_changes
from dispatch.kit.clock import machine_now

# Plain SQL, because the tables (dispatch.records.policy) stand above the kit.
IN_FORCE = text(
    "SELECT DISTINCT ON (section, key) section, key, value FROM policy_change "
    "WHERE since <= COALESCE((SELECT now FROM virtual_time WHERE id = 1), :machine) "
    "ORDER BY section, key, since DESC, id DESC"
)
KNOWN = "policy in force"


def policy_in_force(session: Session) -> Policy:
    """Every section as it stands now, on the clock that all processes share; read once in a transaction."""
    known: Policy | None = session.info.get(KNOWN)
    if known is None:
        known = session.info[KNOWN] = _read(session)
    return known


def _read(session: Session) -> Policy:
    rows = session.execute(IN_FORCE, {"machine": machine_now()}).all()
    changes = [(row.section, row.key, row.value) for row in rows if row.value is not None]
    return _merged(msgspec.json.encode(changes)) if changes else load_policy()


@lru_cache(maxsize=8)
def _merged(changes: bytes) -> Policy:
    return with_changes(load_policy(), msgspec.json.decode(changes, type=list[tuple[str, str, Any]]))
