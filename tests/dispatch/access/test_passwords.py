# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords: what is stored, what is right, and what costs the same."""

from __future__ import annotations

from typing import Literal

import argon2
import pytest

from dispatch.access import passwords
from dispatch.access.passwords import hash_password, is_right


def test_the_shipped_hash_is_argon2id_as_rfc_9106_says() -> None:
    """The profile for ordinary machines: 64 MiB, three passes."""
    shipped = argon2.PasswordHasher()
    assert (shipped.type, shipped.memory_cost, shipped.time_cost) == (argon2.Type.ID, 64 * 1024, 3)


def test_only_the_right_password_is_right() -> None:
    """A hash never shows the password, and no other password fits it."""
    stored = hash_password("una password lunga")
    assert stored.startswith("$argon2id$")
    assert is_right("una password lunga", stored)
    assert not is_right("una password lunga ", stored)


@pytest.mark.parametrize("password", ["", "\ud800" * 12, "a" * 10_000, "no account has this password"])
def test_nobody_has_no_password(password: str) -> None:
    """A login that does not exist is never right, whatever is tried."""
    assert not is_right(password, None)


def test_a_login_that_does_not_exist_is_hashed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that came sooner would tell which logins exist."""
    looked_at: list[str] = []

    class Watching(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            looked_at.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Watching(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()
    is_right("some password", None)
    assert len(looked_at) == 1


def test_a_broken_stored_hash_is_nobodys() -> None:
    """A row somebody edited by hand opens nothing."""
    assert not is_right("una password lunga", "not a hash")
