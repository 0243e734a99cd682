# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what people write in a cell and writes it back the same: texts, choices, yes and no, numbers, hours, money, lists.

A reader gets a cell that is not blank and raises ``Refused`` with what is wrong and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.territory.words import closest, fold
from dispatch.kit.findings import Refused
from dispatch.kit.notes import is_writable
from dispatch.web.i18n import gettext as _

NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,20})?")
HOURS = re.compile(r"(\d{1,5}):([0-5]\d)(:00)?")
YES, NO = {"si", "s", "x", "1", "vero", "true", "yes", "y"}, {"no", "n", "0", "falso", "false", "-"}


@dataclass(frozen=True)
class Cell:
    """How one kind of cell is read and written."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


def refused(value: str, message: str, remedy: str) -> Refused:
    """A refusal of a cell; which column it stands in is known by who reads the row."""
    return Refused("", value, message, remedy)


def chosen(words: Mapping[str, Iterable[str]]) -> Cell:
    """One of several codes; ``words`` are what people write for each, the first is written back."""
    known = {fold(word): code for code, names in words.items() for word in (code, *names)}
    written = {code: next(iter(names)) for code, names in words.items()}

    def read(text: str) -> str:
        if (code := known.get(fold(text))) is not None:
            return code
        likely = [written[code] for code in closest(text, known)] or list(written.values())
        remedy = _("Write one of: %(codes)s.") % {"codes": ", ".join(likely)}
        raise refused(text, _("This word is not known here."), remedy)

    return Cell(read, lambda code: written[str(code)])


def several(one: Cell) -> Cell:
    """A list of cells of one kind, with commas or semicolons between."""
    return Cell(
        lambda text: tuple(dict.fromkeys(one.read(part) for part in parts(text))),
        lambda values: ", ".join(one.write(value) for value in values),
    )


def parts(text: str) -> list[str]:
    """What stands between commas, semicolons and line ends; a comma inside brackets parts nothing."""
    found = re.split(r"[,;\n](?![^(]*\))", text)
    return [part.strip() for part in found if part.strip()]


def read_text(text: str) -> str:
    if not is_writable(text):
        raise refused(text, _("This text has signs that cannot be stored."), _("Write it again without them."))
    return text


def read_yes_no(text: str) -> bool:
    word = fold(text)
    if word not in YES | NO:
        raise refused(text, _("This is neither yes nor no."), _("Write sì or no."))
    return word in YES


def read_number(text: str) -> float:
    """A number with a comma or a point before its decimals; thousands are written without a sign."""
    if not NUMBER.fullmatch(plain := text.replace(" ", "").replace("\u00a0", "")):
        raise refused(text, _("This is not a number."), _("Write digits with a comma before the decimals: 27,50."))
    return float(plain.replace(",", "."))


def read_whole(text: str) -> int:
    if (number := read_number(text)) != int(number):
        raise refused(text, _("This is not a whole number."), _("Write it without decimals."))
    return int(number)


def write_number(number: float) -> str:
    """With a comma, and every digit that is needed to read it back the same."""
    return repr(float(number)).removesuffix(".0").replace(".", ",")


def read_hours(text: str) -> int:
    """Hours as minutes: 36, 7,5 or 7:30; Excel adds seconds to the last."""
    if (clock := HOURS.fullmatch(text.strip())) is not None:
        return int(clock[1]) * 60 + int(clock[2])
    minutes = read_number(re.sub(r"\s*(ore|h)\s*$", "", text.strip(), flags=re.IGNORECASE)) * 60
    if minutes < 0 or abs(minutes - round(minutes)) > 0.31:  # two decimals of an hour are 0.6 minutes
        raise refused(text, _("This is no number of hours."), _("Write hours as 36, 7,5 or 7:30."))
    return round(minutes)


def write_hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}" if rest else str(hours)


def read_money(text: str) -> int:
    """Euro as cents."""
    cents = read_number(text.replace("€", "").replace("EUR", "").strip()) * 100
    if abs(cents - round(cents)) > 1e-6:
        raise refused(text, _("Money has two decimals."), _("Write euro with a comma before the cents: 27,50."))
    return round(cents)


def write_money(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def read_phone(text: str) -> str:
    """A spreadsheet eats the plus of an Italian number, and people leave its prefix out."""
    digits = re.sub(r"[\s./()-]", "", text)
    italian = re.fullmatch(r"(?:\+?39)?(3\d{8,9})", digits)
    return f"+39{italian[1]}" if italian else digits


def write_phone(number: str) -> str:
    """As Italians write it; a space keeps a spreadsheet from making it a number."""
    if (italian := re.fullmatch(r"\+39(\d{3})(\d+)", number)) is not None:
        return f"{italian[1]} {italian[2]}"
    return number


TEXT = Cell(read_text, str)
YES_NO = Cell(read_yes_no, lambda value: "sì" if value else "no")
NUMERIC = Cell(read_number, write_number)
WHOLE = Cell(read_whole, str)
HOURS_CELL = Cell(read_hours, write_hours)
MONEY = Cell(read_money, write_money)
PHONE = Cell(read_phone, write_phone)
LIST = several(TEXT)
