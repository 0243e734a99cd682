# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed links short enough for an SMS: the id in base 57, then eight signs that only this installation can make.

Eight signs of base 57 are 46 bits of HMAC-SHA256: a guesser who tries a thousand links a second for a year hits one
with a chance of 1 in 4,000, and a link names one offer or one agenda only. Look-alikes (0 O 1 I l) are left out,
because people type links from paper and from old phones.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MARK = 8
LONGEST = MARK + 11  # a 63-bit id


class Purpose(StrEnum):
    """What a link opens; a token for one purpose is worth nothing for another."""

    OFFER = "offer"
    AGENDA = "agenda"
    VISIT = "visit"
    FORM = "form"  # opens nothing: in a form it says for which account the page was made


def make(purpose: Purpose, number: int, secret: bytes) -> str:
    """The token for an offer's or a mediator's id; 9 signs for the first 57 ids, 12 up to ten million."""
    if number < 0:
        raise ValueError(f"id {number}: a link needs an id that is not negative")
    return _base57(number) + _mark(purpose, number, secret)


def read(purpose: Purpose, token: str, secret: bytes) -> int | None:
    """The id inside a token made here for this purpose; None for every other text, in constant time."""
    if not MARK < len(token) <= LONGEST or any(sign not in ALPHABET for sign in token):
        return None
    number = 0
    for sign in token[:-MARK]:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    genuine = make(purpose, number, secret)  # also refuses a second spelling of the same id, with leading "2"s
    return number if hmac.compare_digest(genuine, token) else None


def agenda_path(mediator_id: int, secret: bytes) -> str:
    """The address of her agenda on any host of ours."""
    return f"/m/{make(Purpose.AGENDA, mediator_id, secret)}/agenda"


def visit_path(attendance_id: int, secret: bytes) -> str:
    """The address where she tells how a visit went."""
    return f"/m/{make(Purpose.VISIT, attendance_id, secret)}/visit"


def _mark(purpose: Purpose, number: int, secret: bytes) -> str:
    digest = hmac.new(secret, f"{purpose}:{number}".encode(), hashlib.sha256).digest()
    return _base57(int.from_bytes(digest) % len(ALPHABET) ** MARK).rjust(MARK, ALPHABET[0])


def _base57(number: int) -> str:
    signs = ""
    while True:
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
        if not number:
            return signs
