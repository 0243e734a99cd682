# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads how a visit went: "FATTO", "FATTO 9:05 10:40", "FATTO 412 9.05 10.40", "ASSENTE 412"; times never guessed.

A clock is written 9:05, 9.05, 9h05, 905 or 9. Two numbers are start and end, three are a code before them, and one
alone is a code. Whatever else the numbers are, the command comes back ``unsure``: then the sender is asked again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from notifications.replies.normalise import tokens
from notifications.replies.words import Sense, is_code, longest_phrases

_NUMBER: Final = re.compile(r"(?<!\d)(?P<hour>\d{1,2})[:.,hH点时](?P<minute>\d{2})(?!\d)|\d+")
_BESIDE: Final = (Sense.COURTESY, Sense.LABEL, Sense.CLOCK)
TELLING: Final = (Sense.DONE, Sense.ABSENT)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of which visit; ``times`` are minutes since midnight, ``unsure`` that the numbers are no two times."""

    sense: Sense
    code: int | None = None
    times: tuple[int, int] | None = None
    unsure: bool = False


def read_telling(text: str) -> Telling | None:
    """The telling in ``text``; None for any other text, and for one with a word too many, which a person reads."""
    plain = "".join(_plain_digit(sign) for sign in unicodedata.normalize("NFKC", text))
    words = tokens(_NUMBER.sub(" ", plain))
    senses = longest_phrases(words) if words else None
    if not senses:
        return None
    meant = {sense for sense, _ in senses if sense not in _BESIDE}
    if len(meant) != 1 or not meant <= set(TELLING):
        return None
    return _with_numbers(meant.pop(), list(_NUMBER.finditer(plain)))


def _plain_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _with_numbers(sense: Sense, found: Sequence[re.Match[str]]) -> Telling:
    first = found[0][0] if found else ""
    code = int(first) if len(found) in (1, 3) and is_code(first) else None
    clocks = list(_clocks(found[1:] if code is not None else found))
    if code is not None and len(found) == 1:
        return Telling(sense, code)
    if None in clocks or len(clocks) not in (0, 2) or _is_mixed(found):
        return Telling(sense, code, unsure=True)
    times = [clock for clock in clocks if clock is not None]
    return Telling(sense, code, (times[0], times[1]) if times else None)


def _is_mixed(found: Sequence[re.Match[str]]) -> bool:
    """ "412 9:05" is a code and half of the times far more often than 4:12 to 9:05."""
    bare = [one[0] for one in found if one["hour"] is None]
    return len(found) == 2 and len(bare) == 1 and len(bare[0]) > 2  # of a start and an end, and longer than hours


def _clocks(found: Sequence[re.Match[str]]) -> Iterator[int | None]:
    """Minutes since midnight of each number; None for one that no clock shows."""
    for one in found:
        hour, minute = one["hour"], one["minute"]
        if hour is None:
            digits = one[0]
            hour, minute = (digits, "0") if len(digits) < len("900") else (digits[:-2], digits[-2:])
        shown = len(hour) <= len("23") and int(hour) < 24 and int(minute) < 60
        yield int(hour) * 60 + int(minute) if shown else None
