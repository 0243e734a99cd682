# SPDX-License-Identifier: AGPL-3.0-or-later
"""Closes the door after ten wrong passwords within a quarter of an hour, per login and per address; two are nothing.

A try is written before the password is looked at, in a transaction of its own, so a thousand guesses at once see
each other. Tries at a closed door are not written: otherwise anybody could keep somebody else out for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dispatch.access import queries
from dispatch.access.audit import record
from dispatch.errors import TooMany
from dispatch.records.access import LoginAttempt

TRIES_PER_LOGIN = 10
# A school or a ward shares one address among many people, so an address may slip more often than one login.
TRIES_PER_ADDRESS = 30
WITHIN = dt.timedelta(minutes=15)
CLOSED_FOR = dt.timedelta(minutes=15)
GUARD = 7302  # advisory lock: tries are counted one at a time
KEPT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Door:
    """Whom a try is counted for."""

    login: str
    address: str


class DoorClosed(TooMany):
    """Too many wrong passwords; ``retry_after`` is in seconds, as the header wants it."""

    def __init__(self, opens: dt.datetime, now: dt.datetime) -> None:
        minutes = max(1, -(-int((opens - now).total_seconds()) // 60))
        super().__init__(f"Too many wrong passwords. Try again in {minutes} minutes.")
        self.minutes = minutes
        self.retry_after = str(minutes * 60)


def opens_at(tries: Sequence[dt.datetime], allowed: int) -> dt.datetime | None:
    """When the door opens again after these tries, newest first; None while it is open."""
    if len(tries) < allowed or tries[0] - tries[allowed - 1] > WITHIN:
        return None
    return tries[0] + CLOSED_FOR


def knock(session: Session, now: dt.datetime, door: Door) -> int:
    """Count one try before its password is read; raises DoorClosed where there were too many. Its id."""
    session.execute(select(func.pg_advisory_xact_lock(GUARD)))
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - KEPT))
    for column, value, allowed in (
        ("login", door.login, TRIES_PER_LOGIN),
        ("address", door.address, TRIES_PER_ADDRESS),
    ):
        opens = opens_at(queries.latest_attempts(session, column, value, allowed), allowed)
        if opens is not None and opens > now:
            raise DoorClosed(opens, now)
    attempt = LoginAttempt(login=door.login, address=door.address, at=now)
    session.add(attempt)
    session.flush()
    return attempt.id


def note_failure(session: Session, now: dt.datetime, door: Door) -> None:
    """After a wrong password: say in the audit when this one closed the door."""
    tries = queries.latest_attempts(session, "login", door.login, TRIES_PER_LOGIN)
    if opens_at(tries, TRIES_PER_LOGIN) is not None:
        record(session, now, "nobody", "door_closed", "login", door.login, address=door.address)


def forgive(session: Session, attempt_id: int, door: Door) -> None:
    """After the right password: this login starts afresh; the address keeps what it tried on others."""
    session.execute(delete(LoginAttempt).where((LoginAttempt.id == attempt_id) | (LoginAttempt.login == door.login)))
