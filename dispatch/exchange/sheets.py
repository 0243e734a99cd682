# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a CSV or XLSX file into sheets of plain texts with their line numbers, whatever program saved it.

Cells that a spreadsheet would take for a formula are written with an apostrophe before them; reading takes it away.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.exchange.times import write_day, write_time
from dispatch.web.i18n import gettext as _

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024  # of an XLSX, which is a zip: a few kilobytes can swell to gigabytes
MOST_ROWS = 20_000
MOST_COLUMNS = 60
FURTHEST_ROW = 50_000  # blank rows are few bytes, or none at all, and each is still walked over
MOST_SHEETS = 30
LONGEST_CELL = 32_767  # Excel's own limit; one long text can stand in a million cells of a small file
SEPARATORS = ";,\t"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SIGNATURES = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True)
class Line:
    """One row with the line it stands on in its file; texts in the order of the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table of a file; ``name`` is the file's, or the sheet's of a workbook."""

    file: str
    name: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_file(file: str, content: bytes) -> list[Sheet]:
    """The filled sheets of a file; NotUnderstood says why it cannot be read and what to do."""
    if len(content) > MOST_BYTES:
        raise unreadable(
            file,
            _("The file has %(size)d MB.") % {"size": len(content) // 1024**2},
            _("Up to %(most)d MB are read: split it into several files.") % {"most": MOST_BYTES // 1024**2},
        )
    if content.startswith(OLD_EXCEL):
        message = _("This is a workbook of the old kind (.xls).")
        raise unreadable(file, message, _("Save it as .xlsx or as CSV, and import that."))
    tables = _workbook(file, content) if content.startswith(ZIP) else [(PurePath(file).stem, _csv(file, content))]
    sheets = [sheet for name, rows in tables if (sheet := _sheet(file, name, rows)) is not None]
    if not sheets:
        raise unreadable(file, _("The file is empty."), _("Write a header in the first line and a row below it."))
    return sheets


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def unreadable(file: str, message: str, remedy: str) -> NotUnderstood:
    return NotUnderstood(f"{file}: {message} {remedy}", fields=(FieldProblem(file, message, None, remedy),))


def _sheet(file: str, name: str, rows: Iterable[tuple[int, list[str]]]) -> Sheet | None:
    """The first filled row is the header; blank rows are left out but keep their numbers."""
    header: tuple[str, ...] | None = None
    lines: list[Line] = []
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if header is None:
            header = tuple(cells[:MOST_COLUMNS])
            continue
        if len(lines) == MOST_ROWS:
            message = _("The file has more than %(most)d rows.") % {"most": MOST_ROWS}
            raise unreadable(file, message, _("Split it into several files."))
        lines.append(Line(number, tuple(cells[:MOST_COLUMNS])))
    return None if header is None else Sheet(file, name, header, tuple(lines))


def _csv(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content).replace("\x00", "\ufffd")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    before = 0
    try:
        for cells in reader:
            yield before + 1, [unguarded(cell.strip()) for cell in cells]
            before = reader.line_num
    except csv.Error as trouble:
        message = _("The file cannot be read as a table from line %(line)d on.") % {"line": before + 1}
        raise unreadable(
            file, message, _("Save it again as CSV, and look for a quote that is never closed.")
        ) from trouble


def _decoded(content: bytes) -> str:
    for signature, encoding in SIGNATURES:
        if content.startswith(signature):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what Excel writes on Windows


def _separator(text: str) -> str:
    """The one that parts the header into the most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: _columns(first, sign))


def _columns(header: str, separator: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=separator), []))
    except csv.Error:  # a cell longer than any; whoever reads the rows says so if it stands with the right separator
        return 0


def _workbook(file: str, content: bytes) -> list[tuple[str, Iterator[tuple[int, list[str]]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True) if unpacked <= MOST_UNPACKED else None
    except Exception as trouble:  # of a workbook that is no such thing openpyxl and zipfile raise whatever comes
        raise _broken(file) from trouble
    if book is None:
        message = _("The workbook is too large once unpacked.")
        raise unreadable(file, message, _("Save it as CSV, and import that."))
    if len(book.worksheets) > MOST_SHEETS:
        message = _("The workbook has more than %(most)d sheets.") % {"most": MOST_SHEETS}
        raise unreadable(file, message, _("Keep one sheet for each register, and import that."))
    return [(sheet.title, _rows(file, sheet)) for sheet in book.worksheets]


def _rows(file: str, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers. openpyxl makes up each row that the file leaves out, so it is told where to stop."""
    sheet.reset_dimensions()  # a file may claim a million columns
    rows = sheet.iter_rows(max_row=FURTHEST_ROW + 1, max_col=MOST_COLUMNS, values_only=True)
    try:
        for number, row in enumerate(rows, start=1):
            if number > FURTHEST_ROW:
                raise _too_far(file)
            if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in row):
                raise _too_long(file)
            yield number, [_text(value) for value in row] if any(value is not None for value in row) else []
    except NotUnderstood:
        raise
    except Exception as trouble:  # the same while its rows are read
        raise _broken(file) from trouble


def _too_far(file: str) -> NotUnderstood:
    message = _("The file has more than %(most)d rows.") % {"most": FURTHEST_ROW}
    return unreadable(file, message, _("Save it as CSV, and import that."))


def _too_long(file: str) -> NotUnderstood:
    remedy = _("Keep it within %(max_length)s characters.") % {"max_length": LONGEST_CELL}
    return unreadable(file, _("This text is too long."), remedy)


def _broken(file: str) -> NotUnderstood:
    message = _("This is not a whole .xlsx file.")
    return unreadable(file, message, _("Open it, save it again as .xlsx, and import that."))


def _text(value: object) -> str:
    """A cell of a workbook as a person would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "sì" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return repr(value).replace(".", ",")
        case dt.datetime():
            minute = value.hour * 60 + value.minute
            return f"{write_day(value.date())} {write_time(minute)}" if minute else write_day(value.date())
        case dt.date():
            return write_day(value)
        case dt.time():
            return write_time(value.hour * 60 + value.minute)
        case dt.timedelta():
            return write_time(round(value.total_seconds() / 60))
        case _:
            return unguarded(str(value).replace("\x00", "\ufffd").strip())
