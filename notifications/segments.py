# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts the segments a text costs on the wire, and replaces the typographic signs that would double them.

GSM-7 (3GPP TS 23.038): 160 septets alone, 153 a part; a sign of the extension table takes two and is never split.
Any sign outside both tables turns the whole text to UCS-2: 70 units alone, 67 a part; a surrogate pair is never split.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")

_PLAIN_SIGNS: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
    }
)


class Alphabet(StrEnum):
    """The alphabet a text needs on the wire."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_ALONE_AND_PART: Final = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text costs: its alphabet, its length in units of that alphabet, and the segments billed."""

    alphabet: Alphabet
    units: int
    segments: int


def plain_signs(text: str) -> str:
    """Typographic quotes, dashes and dots as plain ones, every run of white space as one space."""
    return " ".join(text.translate(_PLAIN_SIGNS).split())


def without_accents(text: str) -> str:
    """The letters without their accents where an accent alone would need UCS-2 ("sáb" → "sab"; "mié" stays)."""
    return "".join(char if char in BASIC else normalize("NFD", char)[0] for char in text)


def measure(text: str) -> Measure:
    """Count the segments of `text`; an empty text still costs one."""
    if all(char in BASIC or char in EXTENSION for char in text):
        alphabet, sizes = Alphabet.GSM7, [2 if char in EXTENSION else 1 for char in text]
    else:
        alphabet, sizes = Alphabet.UCS2, [2 if ord(char) > 0xFFFF else 1 for char in text]
    alone, part = _ALONE_AND_PART[alphabet]
    units = sum(sizes)
    return Measure(alphabet, units, 1 if units <= alone else _parts(sizes, part))


def _parts(sizes: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts
