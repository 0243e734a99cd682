# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a reference CSV strictly: what is wrong is refused with file, line, column, value and remedy."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

# The letters of an Italian SMS that keep it in GSM-7: one É or curly apostrophe would double its price.
SMS_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .'-()àèéìòù")


class ReferenceFileError(ValueError):
    """A reference file says something impossible; the text names the place, the value and what to do."""

    def __init__(self, file: Path, line: int | None, column: str | None, value: object, remedy: str) -> None:
        """`line` counts from 1 as an editor does; `line` and `column` are None when the whole file is meant."""
        where = ", ".join([str(file), *([f"line {line}"] if line else []), *([f"column {column}"] if column else [])])
        super().__init__(f"{where}: {value!r}: {remedy}")
        self.file, self.line, self.column, self.value, self.remedy = file, line, column, value, remedy


@dataclass(frozen=True)
class Row:
    """One line of a reference CSV with its place, so that every refusal can point at it."""

    file: Path
    line: int
    cells: dict[str, str]

    def refuse(self, column: str, remedy: str) -> ReferenceFileError:
        """The error to raise about this row's `column`."""
        return ReferenceFileError(self.file, self.line, column, self.cells[column], remedy)

    def optional(self, column: str) -> str:
        """The trimmed text, possibly empty."""
        return self.cells[column].strip()

    def text(self, column: str) -> str:
        """The trimmed text; empty is refused."""
        value = self.optional(column)
        if not value:
            raise self.refuse(column, "must not be empty; write the value")
        return value

    def sms_text(self, column: str, longest: int) -> str:
        """Text for an SMS: at most `longest` characters, all of them GSM-7."""
        value = self.text(column)
        if len(value) > longest:
            raise self.refuse(column, f"has {len(value)} characters; an SMS has room for {longest}: shorten it")
        if strange := sorted(set(value) - SMS_LETTERS):
            raise self.refuse(column, f"holds {' '.join(strange)}, which doubles the price of an SMS: write it plainly")
        return value

    def whole(self, column: str, low: int = 0) -> int:
        """A whole number, `low` or more."""
        try:
            value = int(self.text(column))
        except ValueError as error:
            raise self.refuse(column, "is not a whole number; write digits only") from error
        if value < low:
            raise self.refuse(column, f"must be {low} or more")
        return value

    def decimal(self, column: str, low: float, high: float) -> float:
        """A number with a decimal point from `low` to `high`."""
        try:
            value = float(self.text(column))
        except ValueError as error:
            raise self.refuse(column, "is not a number; write it with a decimal point") from error
        if not low <= value <= high:
            raise self.refuse(column, f"must lie between {low:g} and {high:g}")
        return value

    def day(self, column: str) -> date:
        """A calendar day written as 2026-09-12."""
        try:
            return date.fromisoformat(self.text(column))
        except ValueError as error:
            raise self.refuse(column, "is not a day; write it as 2026-09-12") from error

    def one_of(self, column: str, choices: type[Choice]) -> Choice:
        """One word of a closed list."""
        try:
            return choices(self.text(column))
        except ValueError as error:
            raise self.refuse(column, f"is unknown; write one of {', '.join(choices)}") from error


def read_table(file: Path, columns: tuple[str, ...]) -> list[Row]:
    """The rows of `file`, whose header must be exactly `columns`; a row with too many or few cells is refused."""
    if not file.is_file():
        raise ReferenceFileError(file, None, None, file.name, "is missing; restore it from the repository")
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(_rows(file, csv.reader(stream), columns))
    if not rows:
        raise ReferenceFileError(file, None, None, file.name, "has no rows; restore it from the repository")
    return rows


def refuse_twins(rows: Iterable[Row], column: str) -> None:
    """Refuse a value that stands in `column` twice; empty cells may repeat."""
    seen: dict[str, int] = {}
    for row in rows:
        value = row.optional(column)
        if value and value in seen:
            raise row.refuse(column, f"stands in line {seen[value]} already; each may appear once")
        seen[value] = row.line


def _rows(file: Path, reader: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[Row]:
    header = tuple(next(reader, []))
    if header != columns:
        raise ReferenceFileError(file, 1, None, ",".join(header), f"the header must read {','.join(columns)}")
    for line, cells in enumerate(reader, start=2):
        if len(cells) != len(columns):
            remedy = f"has {len(cells)} cells instead of {len(columns)}; put text with a comma between double quotes"
            raise ReferenceFileError(file, line, None, ",".join(cells), remedy)
        yield Row(file, line, dict(zip(columns, cells, strict=True)))
