# SPDX-License-Identifier: AGPL-3.0-or-later
"""The word lists of the replies: one TOML file a language, all of them read, since people mix languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from notifications.replies.normalise import tokens


class Sense(StrEnum):
    """What a word or a phrase of a reply stands for. CODE is any group of 2–4 digits; the rest is in the lists."""

    YES = "yes"
    NO = "no"
    HELP = "help"
    AGENDA = "agenda"
    WITHDRAW = "withdraw"
    DONE = "done"
    ABSENT = "absent"
    CLOCK = "clock"
    OPT_OUT = "opt_out"
    COURTESY = "courtesy"
    REGRET = "regret"
    LABEL = "label"
    AND = "and"
    CODE = "code"


class WordLists(ValueError):
    """A word list that cannot be used: the message names the file, the phrase and what to do."""


# Words that must not meet in one message, because together they mean something else in that language.
APART: Final = "apart"
_HERE: Final = Path(__file__).parent
_EMOJI: Final = {"👍": Sense.YES, "👌": Sense.YES, "✅": Sense.YES, "👎": Sense.NO, "❌": Sense.NO}

Phrase = tuple[str, ...]


@cache
def phrases() -> Mapping[Phrase, Sense]:
    """Every phrase of every language with its one sense."""
    return gather(sorted(_HERE.glob("*.toml")))


def gather(paths: Sequence[Path]) -> dict[Phrase, Sense]:
    """Read the lists. Raises WordLists when a section is unknown or a phrase has two senses in any two languages."""
    found: dict[Phrase, Sense] = {(sign,): sense for sign, sense in _EMOJI.items()}
    for path in paths:
        for section, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if section == APART:
                continue
            if section not in set(Sense) - {Sense.CODE}:
                raise WordLists(f"{path.name}: section {section!r} is unknown; use one of {', '.join(Sense)}")
            for entry in entries:
                _add(found, entry, Sense(section), path.name)
    return found


def _add(found: dict[Phrase, Sense], entry: str, sense: Sense, file: str) -> None:
    phrase = tuple(tokens(entry) or ())
    if not phrase:
        raise WordLists(f"{file}: {entry!r} has no word in it; write the word as people type it")
    if found.setdefault(phrase, sense) is not sense:
        raise WordLists(f"{file}: {entry!r} is {sense} here and {found[phrase]} elsewhere; keep one, or neither")


@cache
def kept_apart() -> tuple[frozenset[str], ...]:
    """The sets of words that send a message in which all of a set stand to a person."""
    lists = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(_HERE.glob("*.toml")))
    return tuple(frozenset(words) for one in lists for words in one.get(APART, ()))


def longest_phrases(words: Sequence[str]) -> list[tuple[Sense, str]] | None:
    """Cover all words from the left, longest phrase first; None when a word is in no list.

    The longest phrase wins, so that "non posso" is a no and never the yes of "posso".
    """
    known = phrases()
    widest = max(map(len, known))
    covered: list[tuple[Sense, str]] = []
    at = 0
    while at < len(words):
        step = _next(known, words[at : at + widest])
        if step is None:
            return None
        covered.append(step[0])
        at += step[1]
    return covered


def _next(known: Mapping[Phrase, Sense], words: Sequence[str]) -> tuple[tuple[Sense, str], int] | None:
    for length in range(len(words), 0, -1):
        phrase = tuple(words[:length])
        if phrase in known:
            return (known[phrase], " ".join(phrase)), length
    return ((Sense.CODE, words[0]), 1) if is_code(words[0]) else None


def is_code(word: str) -> bool:
    """A code has 2–4 digits and no leading zero, as Ponte gives them out."""
    return word.isascii() and word.isdigit() and 2 <= len(word) <= 4 and word[0] != "0"
