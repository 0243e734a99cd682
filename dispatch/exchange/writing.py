# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes tables as CSV that Excel opens right (`;`, BOM) or as one XLSX workbook; no cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from dispatch.exchange.sheets import guarded

WIDEST = 40


@dataclass(frozen=True)
class Table:
    """A sheet to be written; ``name`` is that of its file."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def as_csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in table.header])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return ("\ufeff" + out.getvalue()).encode()


def as_workbook(tables: Iterable[Table]) -> bytes:
    """One sheet for each table, with a bold header that stays in sight."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name[:31])
        sheet.freeze_panes = "A2"
        for number, name in enumerate(table.header):
            longest = max([len(name), *(len(row[number]) for row in table.rows)])
            sheet.column_dimensions[get_column_letter(number + 1)].width = min(WIDEST, longest + 2)
        sheet.append([_bold(sheet, name) for name in table.header])
        for row in table.rows:
            sheet.append([_printable(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _printable(text: str) -> str:
    """A cell without the signs that no workbook holds: one of them in one name would keep all the rows back."""
    return guarded(ILLEGAL_CHARACTERS_RE.sub("", text))


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=_printable(text))
    cell.font = Font(bold=True)
    return cell
