# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords: argon2id, a few at a time, and as slow for a login that does not exist as for one that does."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from dispatch.errors import FieldProblem, NotUnderstood

SHORTEST, LONGEST = 10, 256
# Each hash takes 64 MiB for some 50 ms: a flood of guesses may not take the machine's memory.
_turn = BoundedSemaphore(4)
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash to store; refuses a password that is too short, too long or not storable."""
    if not SHORTEST <= len(password) <= LONGEST or not _encodable(password):
        raise NotUnderstood(
            f"The password has {len(password)} characters.",
            fields=(FieldProblem("password", "unusable", None, f"Use {SHORTEST} to {LONGEST} ordinary characters."),),
        )
    with _turn:
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to the hash; ``stored`` None (no such login) costs the same time and is False."""
    if len(password) > LONGEST or not _encodable(password):
        return False
    with _turn:
        try:
            return _hasher.verify(stored or _nobody(), password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    return _hasher.hash("no account has this password")


def _encodable(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True
