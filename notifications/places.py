# SPDX-License-Identifier: AGPL-3.0-or-later
"""The short name of a comune, for a text that has no room for the whole one."""

from __future__ import annotations

import re
from typing import Final

# The abbreviations that road signs and timetables of the province use.
_SHORTER: Final = (
    (re.compile(r"\bSant'(?=\w)"), "S."),
    (re.compile(r"\b(?:San|Santa|Santo) "), "S."),
    (re.compile(r"\bAlmenno\b"), "Alm."),
    (re.compile(r"\bBalneario\b"), "Baln."),
    (re.compile(r"\bBergamasc[ao]\b"), "Berg."),
    (re.compile(r"\bLombardia\b"), "Lomb."),
    (re.compile(r"\bSuperiore\b"), "Sup."),
    (re.compile(r"\bValle "), "V."),
    (re.compile(r" Giovanni XXIII$"), ""),
    (re.compile(r" (?:di|del|della|degli) (?=[A-Z])"), " "),
)


def short_comune(name: str) -> str:
    """A comune's name with its usual abbreviations ("Almenno San Bartolomeo" → "Alm. S.Bartolomeo")."""
    for pattern, short in _SHORTER:
        name = pattern.sub(short, name)
    return name
