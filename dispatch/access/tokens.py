# SPDX-License-Identifier: AGPL-3.0-or-later
"""Secrets that people carry: cookies' tokens and API keys, kept here only as SHA-256 of 256 random bits."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "ponte_"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What the database keeps; a plain hash is enough because the token itself is random and long."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
