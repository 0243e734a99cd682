# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables as files that Excel in Italy opens at a double click: CSV with `;`, comma and BOM, or XLSX with real numbers.

A text is never a formula, whoever typed it. In CSV a text that a spreadsheet would calculate gets an apostrophe before
it, which `as_typed` takes off again; in XLSX the cell itself says that it holds a text.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from starlette.responses import Response

from dispatch.kit.clock import at_home

Cell = str | int | float | dt.date | dt.datetime | None

# What Excel, LibreOffice and their East Asian editions calculate when a cell begins with it (OWASP, "CSV Injection").
CALCULATED = tuple("=+-@\t\r\n＝＋－＠")
BOM = "\ufeff"
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """``decimals`` is how many digits its numbers show after the comma; ``width`` is in characters."""

    title: str
    decimals: int = 0
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One table; ``title`` is the name of its tab."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def harmless(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would calculate it: "=1+1" becomes "'=1+1"."""
    return f"'{text}" if text.lstrip("'").startswith(CALCULATED) else text


def as_typed(text: str) -> str:
    """What ``harmless`` was given: whoever reads such a file again loses nothing."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(CALCULATED) else text


def csv_file(sheet: Sheet) -> bytes:
    """The table as CSV. Every cell is quoted, so that none falls apart where another separator is expected."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(harmless(column.title) for column in sheet.columns)
    for row in sheet.rows:
        writer.writerow(_written(value, column) for value, column in zip(row, sheet.columns, strict=True))
    return (BOM + lines.getvalue()).encode()


def xlsx_file(*sheets: Sheet) -> bytes:
    """The tables as one workbook, a tab each; the header stays in sight while one scrolls."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        tab: Any = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.title)[:31])
        tab.freeze_panes = "A2"
        for number, column in enumerate(sheet.columns, start=1):
            tab.column_dimensions[get_column_letter(number)].width = column.width
        tab.append([_cell(tab, column.title, column, bold=True) for column in sheet.columns])
        for row in sheet.rows:
            tab.append([_cell(tab, value, column) for value, column in zip(row, sheet.columns, strict=True)])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def download(name: str, kind: str, *sheets: Sheet) -> Response:
    """The file as an answer that a browser saves as ``name``; ``kind`` is csv (the first sheet alone) or xlsx."""
    content = csv_file(sheets[0]) if kind == "csv" else xlsx_file(*sheets)
    saved_as = f"attachment; filename*=UTF-8''{quote(f'{name}.{kind}')}"
    return Response(content, media_type=KINDS[kind], headers={"Content-Disposition": saved_as})


def _written(value: Cell, column: Column) -> str:
    """A value as an Italian types it."""
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case dt.datetime():
            return at_home(value).strftime("%d/%m/%Y %H:%M")
        case dt.date():
            return value.strftime("%d/%m/%Y")
        case _:
            return f"{value:.{column.decimals}f}".replace(".", ",")


def _cell(tab: Any, value: Cell, column: Column, *, bold: bool = False) -> Any:
    """A typed cell: texts as texts, moments on the clocks of Italy (a spreadsheet knows no zones), numbers as numbers."""
    if isinstance(value, str):
        cell = WriteOnlyCell(tab, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
    elif isinstance(value, dt.datetime):
        cell = WriteOnlyCell(tab, value=at_home(value).replace(tzinfo=None))
        cell.number_format = "dd/mm/yyyy hh:mm"
    else:
        cell = WriteOnlyCell(tab, value=value)  # type: ignore[arg-type]  # the stubs forget dates, openpyxl does not
        cell.number_format = _number_format(value, column)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _number_format(value: Cell, column: Column) -> str:
    if isinstance(value, dt.date):
        return "dd/mm/yyyy"
    return f"0.{'0' * column.decimals}" if column.decimals else "0"
