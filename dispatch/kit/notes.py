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
# As registers write it: MARIO ROSSI, ROSSI Mario. Two letters are too few, else each IL, AL and IC would be a name.
_NAME = rf"(?:{_WORD}|(?:[A-ZÀ-ÖØ-Þ]{{1,2}}['’])?[A-ZÀ-ÖØ-Þ]{{3,}})(?!\w)"
PAIR = re.compile(rf"(?<!\w)({_NAME})\s+(?=({_NAME}))")
INITIAL = re.compile(rf"(?<!\w)({_NAME})\s+([A-ZÀ-ÖØ-Þ]\.)(?!\w)")
# The other way round, M. Rossi; S. is a saint, and what stands before says where a street or a school was named so.
INITIAL_FIRST = re.compile(rf"(?:(?<!\w)(\w+)\s+)?(?<!\w)([A-RT-ZÀ-ÖØ-Þ]\.\s?({_NAME}))")
NAMED_AFTER = frozenset(
    re.findall(
        r"\w+", "corso ic istituto largo liceo ospedale palazzo piazza piazzale plesso scuola via viale vicolo villa"
    )
)
# Offices, schools and papers as they are written in capitals; SAI is one, Sai may be somebody.
ACRONYMS = frozenset(
    re.findall(
        r"\w+",
        "ASL ASST ATA ATS AVIS BES CAF CAS CAV CDI COOP CPIA CPS CSM CTSS CUP DSA DSGA FAMI GLO ICS IIS INAIL INPS ISEE "
        "ISIS ISTAT ITIS MSNA NPI ODV ONLUS PDF PDP PEI RSA SAI SERD SERT SMS SPID UONPIA URP",
    )
)
# What a single letter stands behind in a building: "Aula B." Some are surnames too, so a pair of names is told anyway.
ROOMS = frozenset(
    re.findall(
        r"\w+",
        "ala ambulatorio aula blocco classe edificio gruppo ingresso padiglione palazzina sala scala sezione torre",
    )
)
# What no keyboard types and neither a page nor a workbook can hold; a tab and the end of a line are none of them.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot hold; a code that differs from it names nothing."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def is_writable(text: str) -> bool:
    """Whether every sign of a text can stand on a page and in a file."""
    return UNWRITABLE.search(text) is None


def tax_code_in(note: str) -> str | None:
    """The first Italian tax code in the note, or None."""
    found = TAX_CODE.search(note)
    return found[0] if found else None


def name_in(note: str, known: Iterable[str] = ()) -> str | None:
    """The first words that look like a person's name: a title with a capital after it, two capitals, or an initial.

    ``known`` are names that are no person's (the desk, its place, languages): their words are let through.
    """
    innocent = {word.casefold() for name in known for word in re.findall(r"\w+", name)}
    for found in TITLED.finditer(note):
        word = found[1]
        if word[0].isupper() and word.casefold() not in innocent:
            return found[0]
    for found in PAIR.finditer(note):
        if not {found[1].casefold(), found[2].casefold()} & innocent and not {found[1], found[2]} & ACRONYMS:
            return note[found.start(1) : found.end(2)]
    for found in INITIAL.finditer(note):
        if found[1].casefold() not in innocent | ROOMS and found[1] not in ACRONYMS:
            return found[0]
    for found in INITIAL_FIRST.finditer(note):
        before = (found[1] or "").casefold()
        if before not in ROOMS | NAMED_AFTER and found[3].casefold() not in innocent and found[3] not in ACRONYMS:
            return found[2]
    return None
