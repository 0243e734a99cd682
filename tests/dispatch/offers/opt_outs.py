# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way in which people write that they want no more SMS: keyword × language × spelling × what the carrier tells."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from notifications.replies.consent import keywords

# Words of an Advanced Opt-Out that we do not know: there the carrier's own word counts.
ONLY_THE_CARRIER = ("FERMATI", "Basta così", "STOP PONTE", "KRAJ")
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "small": str.lower,
    "title": str.title,
    "blanks": lambda word: f"  {word}\t\n",
    "full stop": lambda word: f"{word}.",
    "cried": lambda word: f"{word.upper()}!!!",
    "quoted": lambda word: f"«{word}»",
    "spelled": lambda word: " ".join(word),
    "dotted": lambda word: ".".join(word) + ".",
    "without accents": lambda word: word.translate(str.maketrans("àèéêëìîòùûçșțñ", "aeeeeiiouucstn")),
    "wide": lambda word: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in word),
    "with a sign": lambda word: f"{word} 🛑",
    "marked": lambda word: f"\u200f{word}\u200e",
}


@dataclass(frozen=True)
class OptOut:
    """One SMS; `told` is the OptOutType that comes with it, empty where Advanced Opt-Out is off."""

    language: str
    spelling: str
    text: str
    told: str


def every_opt_out() -> Iterator[OptOut]:
    """All of them, once with and once without the carrier's own word."""
    for language, words in keywords()["stop"].items():
        for word in words:
            for name, spell in SPELLINGS.items():
                for told in ("", "STOP"):
                    yield OptOut(language, name, spell(word), told)
    for word in ONLY_THE_CARRIER:
        yield from (OptOut("own", name, spell(word), "STOP") for name, spell in SPELLINGS.items())


def some_opt_outs(size: int, seed: int) -> list[OptOut]:
    """`size` of them, every language among them."""
    whole = list(every_opt_out())
    return whole if size >= len(whole) else random.Random(seed).sample(whole, size)
