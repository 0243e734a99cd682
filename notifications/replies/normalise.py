# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings a reply to plain lower-case words and digit groups, or says that it carries signs with a meaning."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Signs that only separate or decorate. A question mark, a plus, a percent sign mean something: not here.
_SEPARATORS: Final = frozenset(".,;:!¡()[]{}\"'`´’‘“”«»„-–—_*#/\\|~…<>·•،؛۔।॥。、「」『』")
# Before NFKC, which would make "no" of the sign for number: "nº 412" refuses nothing.
_NUMBER_SIGNS: Final = str.maketrans({"º": " ", "ª": " ", "°": " ", "№": " "})
# One letter on an Arabic, a Persian and an Urdu keyboard; two signs for one nasal in Hindi; the stroke that only fills.
_SAME_LETTER: Final = str.maketrans("ىیکہھەةںँ", "ييكهههه\u0646ं", "ـ")
# Vowel signs and the sign between joined consonants of the Indian scripts are letters there, not accents.
_NOT_ACCENTS: Final = (0, 9)
_THUMBS_AND_MARKS: Final = {
    "👍": " 👍 ",
    "👌": " 👌 ",
    "✅": " ✅ ",
    "✔": " ✅ ",
    "🆗": " ok ",
    "👎": " 👎 ",
    "❌": " ❌ ",
    "✖": " ❌ ",
}
_FRIENDLY: Final = frozenset("😊🙂😀😃😄😁😉😇🤗🙏👋💪🌹🌸🌺💐🌷🎉❤♥☺✨⭐")
# Skin tones, variation selectors and the keycap frame change how a sign looks, not what it says.
_DRESSING: Final = frozenset("\ufe0e\ufe0f\u20e3🏻🏼🏽🏾🏿")
_LETTERS_OR_DIGITS: Final = re.compile(r"\d+|[^\d\s]+")
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")


def tokens(text: str) -> list[str] | None:
    """The words and digit groups of `text`, folded; None when a sign is left that nobody has explained.

    Case, accents and letters held down ("siiii") fold away; digits of every script become 0–9; letters and
    digits that touch come apart ("si412"). "è" and "e" fold to the same word, which no list relies on.
    """
    pieces = [_plain(char) for char in unicodedata.normalize("NFKC", text.translate(_NUMBER_SIGNS))]
    if None in pieces:
        return None
    return _LETTERS_OR_DIGITS.findall(fold("".join(piece for piece in pieces if piece is not None)))


def fold(text: str) -> str:
    """Lower case without accents, each letter held three times or longer once. The word lists are folded alike."""
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(char for char in apart if unicodedata.combining(char) in _NOT_ACCENTS)
    return _DRAWN_OUT.sub(r"\1", unicodedata.normalize("NFC", bare).translate(_SAME_LETTER))


def _plain(char: str) -> str | None:
    """What stands for one character: itself, a space, nothing, or None when it has a meaning of its own."""
    if char in _THUMBS_AND_MARKS:
        return _THUMBS_AND_MARKS[char]
    if char in _DRESSING or unicodedata.category(char) == "Cf":
        return ""
    if char.isspace() or char in _SEPARATORS or char in _FRIENDLY:
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if unicodedata.category(char)[0] in "LM" else None
