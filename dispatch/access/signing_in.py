# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in with a login and a password: the try is counted first, then the password is read, then the door opens."""

from __future__ import annotations

import datetime as dt

from dispatch.access import queries, service
from dispatch.access.lockout import Door, forgive, knock, note_failure
from dispatch.access.passwords import is_right
from dispatch.kit.session import Database


def sign_in(database: Database, now: dt.datetime, login: str, password: str, address: str) -> str | None:
    """The token of a new session, or None for a wrong login or password; raises DoorClosed after too many tries.

    Three short transactions, because hashing takes 50 ms and must hold no lock; ``now`` is the machine's clock.
    """
    door = Door(_countable(login), address[:64])
    with database.begin() as session:
        attempt = knock(session, now, door)
        account = queries.account_by_login(session, door.login)
        welcome = account is not None and queries.is_welcome(session, account)
        stored = account.password_hash if account is not None and welcome else None
    if not is_right(password, stored) or account is None:
        with database.begin() as session:
            note_failure(session, now, door)
        return None
    with database.begin() as session:
        forgive(session, attempt, door)
        service.forget_old_sessions(session, now)
        return service.open_session(session, now, account)


def _countable(login: str) -> str:
    """The login as it is counted and looked up: storable, lower case, no longer than the column."""
    return login.encode("utf-8", "replace").decode().replace("\x00", "").strip().lower()[:80]
