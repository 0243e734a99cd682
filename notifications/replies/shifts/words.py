# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words for days, times, free and busy: our list of 14 languages, with CLDR's weekdays and months."""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from notifications.replies.normalise import tokens
from notifications.replies.words import Sense, WordLists, longest_phrases

LANGUAGES: Final = ("it", "en", "fr", "es", "ar", "ur", "pa", "bn", "hi", "sq", "ro", "uk", "ru", "zh")
_FILE: Final = Path(__file__).parent / "words.toml"
_WEEKDAYS: Final = tuple(day.lower() for day in calendar.day_abbr)  # mon … sun, as the list names them
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_BESIDE: Final = frozenset({Sense.COURTESY, Sense.REGRET, Sense.LABEL, Sense.CLOCK})


class Sign(StrEnum):
    """What a word or phrase stands for."""

    FREE = "free"
    BUSY = "busy"
    WEEKDAY = "weekday"
    MONTH = "month"
    AHEAD = "ahead"
    FROM = "from"
    TO = "to"
    PART = "part"
    ALL_DAY = "all_day"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Meant:
    """A sign with its number: of the weekday, of the month, of the days ahead; of the part of the day, its name."""

    sign: Sign
    value: int | str = 0


_SECTIONS: Final[Mapping[str, Meant]] = {
    "today": Meant(Sign.AHEAD, 0),
    "tomorrow": Meant(Sign.AHEAD, 1),
    "after_tomorrow": Meant(Sign.AHEAD, 2),
    **{part: Meant(Sign.PART, part) for part in ("morning", "afternoon", "evening")},
    **{name: Meant(Sign.WEEKDAY, number) for number, name in enumerate(_WEEKDAYS)},
    **{sign.value: Meant(sign) for sign in (Sign.FREE, Sign.BUSY, Sign.FROM, Sign.TO, Sign.ALL_DAY, Sign.AROUND)},
}

Phrase = tuple[str, ...]


def words_of(text: str) -> list[str] | None:
    """The folded words; Chinese comes apart sign by sign. None where a sign is left that nobody has explained."""
    found = tokens(text)
    if found is None:
        return None
    return [piece for word in found for piece in (list(word) if _CHINESE.search(word) else [word])]


@cache
def phrases() -> Mapping[Phrase, Meant]:
    """Every phrase with its one meaning: our list first, then CLDR's names that it leaves open.

    A name that is a weekday here and another there, or a weekday and a month ("mar" is martedì and marzo), is what
    stands alone in a message: the weekday. Two different weekdays are nobody's.
    """
    found = gather(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    for sign, names in ((Sign.WEEKDAY, _cldr_days()), (Sign.MONTH, _cldr_months())):
        named: dict[Phrase, set[int]] = {}
        for phrase, number in names:
            named.setdefault(phrase, set()).add(number)
        for phrase, numbers in named.items():
            if phrase and len(numbers) == 1:
                found.setdefault(phrase, Meant(sign, min(numbers)))
    return found


def gather(sections: Mapping[str, Sequence[str]]) -> dict[Phrase, Meant]:
    """Our list as phrases. Raises WordLists for an unknown section, or a phrase with two meanings."""
    found: dict[Phrase, Meant] = {}
    for section, entries in sections.items():
        if section not in _SECTIONS:
            raise WordLists(f"{_FILE.name}: section {section!r} is unknown; use one of {', '.join(_SECTIONS)}")
        for entry in entries:
            phrase = tuple(words_of(entry) or ())
            if not phrase or found.setdefault(phrase, _SECTIONS[section]) != _SECTIONS[section]:
                raise WordLists(f"{_FILE.name}: {entry!r} has no word in it, or two meanings; keep one")
    return found


def is_month_too(word: str) -> bool:
    """Whether a weekday's name is a month's as well, so that beside a number nobody can tell."""
    return any(phrase == (word,) for phrase, _ in _cldr_months())


def understood(words: Sequence[str]) -> list[tuple[Meant, str]] | None:
    """The meanings from the left, longest phrase first, without courtesy; None when a word is in no list."""
    known, found, at = phrases(), [], 0
    widest = max(map(len, known))
    while at < len(words):
        length = next((n for n in range(widest, 0, -1) if tuple(words[at : at + n]) in known), 0)
        if length:
            phrase = tuple(words[at : at + length])
            found.append((known[phrase], " ".join(phrase)))
        else:
            length = _courtesy(words[at:])
            if not length:
                return None
        at += length
    return found


def _courtesy(words: Sequence[str]) -> int:
    """How many of the first words are said around an answer ("grazie mille"), as the lists of the replies know them."""
    for length in range(min(len(words), 4), 0, -1):
        senses = longest_phrases(words[:length])
        if senses is not None and {sense for sense, _ in senses} <= _BESIDE:
            return length
    return 0


def _cldr_days() -> Iterator[tuple[Phrase, int]]:
    # "short" is left out: two letters ("me", "di", "sa") are words of their own in other languages.
    for locale in map(Locale.parse, LANGUAGES):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.days[context][width].items():
                    yield tuple(words_of(name) or ()), number


def _cldr_months() -> Iterator[tuple[Phrase, int]]:
    for locale in map(Locale.parse, LANGUAGES):
        if locale.language == "zh":
            continue  # written 11月28日, which the numbers say already
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    yield tuple(words_of(name) or ()), number
