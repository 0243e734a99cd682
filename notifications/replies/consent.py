# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads whether a text stops or opens SMS to its sender: the carrier's own keywords and the plain ones of 14 languages."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from notifications.providers.port import OptChoice
from notifications.replies.normalise import fold

KEYWORDS: Final = Path(__file__).parents[1] / "providers" / "keywords.toml"
_QUESTION: Final = frozenset("?？؟")
_SECTIONS: Final = {"stop": OptChoice.OUT, "start": OptChoice.IN}


def choice_of(text: str) -> OptChoice | None:
    """What the whole text says of our SMS; None for any other text, and for a question."""
    return None if _QUESTION & set(text) else _choices().get(_key(text))


def keywords() -> Mapping[str, Mapping[str, list[str]]]:
    """The table as it is written: "stop" or "start", then by language."""
    return tomllib.loads(KEYWORDS.read_text(encoding="utf-8"))


@cache
def _choices() -> Mapping[str, OptChoice]:
    return {
        _key(word): _SECTIONS[section]
        for section, languages in keywords().items()
        for words in languages.values()
        for word in words
    }


def _key(text: str) -> str:
    """Only letters and digits, folded: "S.T.O.P. 🛑" and " Stop!" are one word."""
    kept = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] in "LMN")
    return fold("".join(kept))
