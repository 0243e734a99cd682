# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads "OCCUPATO mar 9-13" and its like into a day as written and minutes; what is doubtful comes back unsure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from notifications.replies.normalise import tokens
from notifications.replies.shifts.day import Day
from notifications.replies.shifts.words import Meant, Sign, is_month_too, understood, words_of
from notifications.replies.words import longest_phrases

_PIECE: Final = re.compile(
    r"(?P<iso>(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<date>(?<!\d)\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<chinese>(?<!\d)\d{1,2}月\d{1,2}[日号]?)"
    r"|(?P<clock>(?<!\d)\d{1,2}[:.,hH]\d{2}(?!\d))"
    r"|(?P<number>\d+)"
    r"|(?P<dash>[-\u2010-\u2015~])"
    r"|(?P<words>[^\d\-\u2010-\u2015~]+)"
)
# The order of a message as one letter for each piece: D day, N number without a sign, T clock, F from, U until, P part.
_DAYS: Final = r"(?:F?DUD|DFDU|D)"
_HOURS: Final = r"(?:F?[NT]U?[NT]|[NT]F[NT]U|P)"
_WHOLE: Final = re.compile(rf"(?P<days>{_DAYS})(?:{_HOURS})?|{_HOURS}(?P<after>{_DAYS})|F?NUD")
EARLIEST: Final = 6 * 60  # "2-6" is the afternoon for many who write it: who means the night is asked


class ShiftSay(StrEnum):
    """What is said of a time."""

    FREE = "free"
    BUSY = "busy"


class PartOfDay(StrEnum):
    """A part of the day; from when to when is the policy's to say."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class Shift:
    """Free or busy from the first day to the last (None: the same), all day unless minutes or a part are given.

    ``unsure`` says that day or hours could not be read without guessing, so that they must be asked for; ``alone``
    that nothing stood beside the word, which may then be about a question that is open.
    """

    say: ShiftSay
    first: Day | None = None
    last: Day | None = None
    minutes: tuple[int, int] | None = None
    part: PartOfDay | None = None
    unsure: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of the order: its letter, and what it says."""

    letter: str
    day: Day = field(default_factory=Day)
    minute: int | None = None
    number: int = 0
    part: str = ""
    vague: bool = False


def read_shift(text: str) -> Shift | None:
    """What is said of her time; None for any other text, and for one with a word too many, which a person reads."""
    plain = "".join(str(unicodedata.decimal(s)) if s.isdecimal() else s for s in unicodedata.normalize("NFKC", text))
    pieces: list[_Piece] = []
    said: set[ShiftSay] = set()
    for found in _PIECE.finditer(plain):
        if found["words"] is None:
            pieces.append(_number_piece(found))
            continue
        words = words_of(found["words"])
        meanings = None if words is None else understood(words)
        if meanings is None:
            return None
        for meant, word in meanings:
            if meant.sign in (Sign.FREE, Sign.BUSY):
                said.add(ShiftSay(meant.sign.value))
            elif meant.sign not in (Sign.AROUND, Sign.ALL_DAY):
                pieces.append(_word_piece(meant, word))
    if len(said) != 1:
        return None
    if not pieces:  # "libero" alone may answer a question: where the lists of the replies know it, they have the word
        return None if longest_phrases(tokens(text) or ()) else Shift(said.pop(), unsure=True, alone=True)
    return _put_together(said.pop(), _dates(pieces))


def _number_piece(found: re.Match[str]) -> _Piece:
    if found["dash"]:
        return _Piece("U")
    if found["iso"]:
        parts = [int(part) for part in found["iso"].split("-")]
        return _Piece("D", Day(day=parts[2], month=parts[1], year=parts[0]))
    if found["date"] or found["chinese"]:
        numbers = [int(part) for part in re.findall(r"\d+", found[0])]
        day, month = (numbers[1], numbers[0]) if found["chinese"] else (numbers[0], numbers[1])
        year = numbers[2] if len(numbers) > 2 else None
        return _Piece("D", Day(day=day, month=month, year=year if year is None or year > 99 else 2000 + year))
    if found["clock"]:
        hour, minute = map(int, re.findall(r"\d+", found["clock"]))
        if "." in found["clock"] and hour > 24:  # "28.11" is no clock
            return _Piece("D", Day(day=hour, month=minute))
        return _Piece("T", minute=_minute(hour, minute))
    digits = found["number"]
    if len(digits) <= len("28"):
        return _Piece("N", minute=_minute(int(digits), 0), number=int(digits))
    if len(digits) > len("1030"):  # no clock and no day: a telephone number, most likely
        return _Piece("T")
    return _Piece("T", minute=_minute(int(digits[:-2]), int(digits[-2:])))


def _minute(hour: int, minute: int) -> int | None:
    """Minutes since midnight; 24:00 is the end of a day, and no clock shows more."""
    total = hour * 60 + minute
    return total if minute < 60 and total <= 24 * 60 else None


def _word_piece(meant: Meant, word: str) -> _Piece:
    match meant.sign:
        case Sign.WEEKDAY:
            return _Piece("D", Day(weekday=int(meant.value)), vague=is_month_too(word))
        case Sign.AHEAD:
            return _Piece("D", Day(ahead=int(meant.value)))
        case Sign.MONTH:
            return _Piece("M", number=int(meant.value))
        case Sign.PART:
            return _Piece("P", part=str(meant.value))
        case _:
            return _Piece("F" if meant.sign is Sign.FROM else "U")


def _dates(pieces: Sequence[_Piece]) -> list[_Piece]:
    """ "28 novembre" is one day, "sab 28/11" too; "3 mar" stays a number and a weekday, which nobody can tell."""
    joined: list[_Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if piece.letter == "M" and before is not None and before.letter == "N":
            joined[-1] = piece = _Piece("D", Day(day=before.number, month=piece.number))
            before = joined[-2] if len(joined) > 1 else None
            if _is_weekday(before):
                joined[-2:] = [_with_weekday(piece, before)]
        elif piece.letter == "D" and piece.day.day is not None and _is_weekday(before):
            joined[-1] = _with_weekday(piece, before)
        else:
            joined.append(piece)
    return joined


def _is_weekday(piece: _Piece | None) -> bool:
    return piece is not None and piece.letter == "D" and piece.day.weekday is not None and piece.day.day is None


def _with_weekday(date: _Piece, weekday: _Piece | None) -> _Piece:
    assert weekday is not None
    return replace(date, day=replace(date.day, weekday=weekday.day.weekday), vague=False)


def _put_together(say: ShiftSay, pieces: Sequence[_Piece]) -> Shift:
    order = "".join(piece.letter for piece in pieces)
    whole = _WHOLE.fullmatch(order)
    if whole is None or any(_could_be_a_month(pieces, at) for at in range(len(pieces))):
        return Shift(say, unsure=True)
    days = list(_days(pieces))
    part = next((PartOfDay(piece.part) for piece in pieces if piece.letter == "P"), None)
    clocks = [] if whole["days"] is None and whole["after"] is None else _clocks(pieces)
    minutes = (clocks[0], clocks[1]) if len(clocks) == 2 else None
    if minutes is not None and (None in minutes or not _is_a_shift(*minutes)):
        return Shift(say, unsure=True)
    several = len(days) == 2
    if several and (minutes is not None or part is not None):  # each day those hours, or one long time?
        return Shift(say, unsure=True)
    hours = None if minutes is None else (minutes[0] or 0, minutes[1] or 0)
    return Shift(say, days[0], days[1] if several else None, hours, part)


def _days(pieces: Sequence[_Piece]) -> Iterator[Day]:
    """The days named; "dal 24 al 28/11" gives its month to the first."""
    last = [piece.day for piece in pieces if piece.letter == "D"]
    if [piece.letter for piece in pieces if piece.letter != "F"] == ["N", "U", "D"]:
        (number,) = (piece.number for piece in pieces if piece.letter == "N")
        yield Day(day=number, month=last[0].month, year=last[0].year)
    yield from last


def _clocks(pieces: Sequence[_Piece]) -> list[int | None]:
    return [piece.minute for piece in pieces if piece.letter in "NT"]


def _is_a_shift(start: int | None, end: int | None) -> bool:
    return start is not None and end is not None and EARLIEST <= start < end


def _could_be_a_month(pieces: Sequence[_Piece], at: int) -> bool:
    """ "3 mar": the third of March, or Tuesday from three on."""
    return pieces[at].vague and at > 0 and pieces[at - 1].letter == "N"
