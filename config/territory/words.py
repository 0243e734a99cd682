# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares what people type with what the tables say: case, accents and spacing do not matter."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping


def fold(text: str) -> str:
    """Lower case without accents on Latin letters and with single spaces: "  Almè " becomes "alme".

    Marks of other scripts are vowels rather than accents (Bengali, Devanagari), so they stay.
    """
    spaced = " ".join(text.replace("’", "'").casefold().split())
    kept: list[str] = []
    for sign in unicodedata.normalize("NFKD", spaced):
        if unicodedata.combining(sign) and kept and kept[-1].isascii():
            continue
        kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))


def closest(text: str, codes_by_name: Mapping[str, str], most: int = 3) -> list[str]:
    """Up to `most` codes whose folded names look like `text`, the likeliest first, each once.

    0.6 is difflib's own threshold: lower offers noise, higher misses a dropped syllable.
    """
    names = difflib.get_close_matches(fold(text), codes_by_name, n=most * 3, cutoff=0.6)
    return list(dict.fromkeys(codes_by_name[name] for name in names))[:most]
