# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what must not be in a note: a tax code is always refused, what looks like a person's name asks to be confirmed.

No field of Ponte is for the name of a person served; people write it anyway, out of habit, so the note is read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Codice fiscale: sixteen signs, spaces tolerated; L M N P Q R S T U V stand for digits where two people collide.
_D = "[0-9LMNPQRSTUV]"
TAX_CODE = re.compile(
    rf"\b(?:[A-Z]\s*){{6}}(?:{_D}\s*){{2}}[A-EHLMPR-T]\s*(?:{_D}\s*){{2}}[A-Z]\s*(?:{_D}\s*){{3}}[A-Z]\b", re.IGNORECASE
)
_WORD = r"[A-ZÀ-ÖØ-Þ](?:['’][A-ZÀ-ÖØ-Þ])?[a-zß-öø-ÿ'’]+"
TITLED = re.compile(
    rf"\b(?:sig\.?(?:ra|na)?\.?|signor[ae]?|dott\.?(?:ssa)?|bambin[oa]|minore|madre|padre|figli[oa]|paziente|utente|alunn[oa])\s+({_WORD})",
    re.IGNORECASE,
)
PAIR = re.compile(rf"({_WORD})\s+({_WORD})")
# What no keyboard types and neither a page nor a workbook can hold; a tab and the end of a line are none of them.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def is_writable(text: str) -> bool:
    """Whether every sign of a text can stand on a page and in a file."""
    return UNWRITABLE.search(text) is None


def tax_code_in(note: str) -> str | None:
    """The first Italian tax code in the note, or None."""
    found = TAX_CODE.search(note)
    return found[0] if found else None


def name_in(note: str, known: Iterable[str] = ()) -> str | None:
    """The first words that look like a person's name: a title with a capital after it, or two capitals in a row.

    ``known`` are names that are no person's (the desk, its place, languages): their words are let through.
    """
    innocent = {word.casefold() for name in known for word in re.findall(r"\w+", name)}
    for found in TITLED.finditer(note):
        word = found[1]
        if word[0].isupper() and word.casefold() not in innocent:
            return found[0]
    for found in PAIR.finditer(note):
        if not {found[1].casefold(), found[2].casefold()} & innocent:
            return found[0]
    return None
