# SPDX-License-Identifier: AGPL-3.0-or-later
"""The set-up code: who can read the server's terminal or log may set it up, a stranger who finds the page first may not.

It follows from the installation's secret, so that every process says the same one and no row holds it. It opens the
set-up page and nothing else, and that page is gone with the first account.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256

from config.settings import Settings
from dispatch.access.service import has_accounts
from dispatch.kit.installation import Installation

SIGNS, GROUP = 12, 4  # 60 bits, and ten wrong tries close the door for a quarter of an hour
MISREAD = str.maketrans("018", "OIB")  # the code has none of these digits


def setup_code(settings: Settings) -> str:
    """Letters and digits that cannot be mistaken for each other, in groups that a person can copy by hand."""
    digest = hmac.new(settings.signing_secret(), b"ponte: the set-up page", sha256).digest()
    signs = b32encode(digest).decode()[:SIGNS]
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def is_right(settings: Settings, typed: str) -> bool:
    """Whatever the case, the hyphens and the blanks."""
    return hmac.compare_digest(_bare(typed).encode(), _bare(setup_code(settings)).encode())


def _bare(code: str) -> str:
    return "".join(sign for sign in code.upper().translate(MISREAD) if sign.isascii() and sign.isalnum())


def first_start(here: Installation) -> dict[str, str] | None:
    """What a terminal says while nobody can sign in: the page to open and its code."""
    with here.database.begin() as session:
        if has_accounts(session):
            return None
    return {"open": f"{here.settings.base_url}/setup", "code": setup_code(here.settings)}
