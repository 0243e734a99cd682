# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files are read whatever program saved them, and refused in words when they cannot be."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from dispatch.errors import NotUnderstood
from dispatch.exchange import sheets
from dispatch.exchange.registers import register_of
from dispatch.exchange.sheets import Sheet, read_file
from dispatch.exchange.writing import Table, as_csv, as_workbook

HOSTILE = ["=1+1", "+39 333", "-5", "@SUM(A1)", "'=x", "\tx", "à è €", 'a "b"; c', "'quoted'", "riga\naltra"]


def read(content: bytes) -> Sheet:
    [sheet] = read_file("mediatori.csv", content)
    return sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_whoever_saved_it(encoding: str, separator: str) -> None:
    """Every encoding and separator that spreadsheets use, with empty lines that keep their numbers."""
    text = f"codice{separator}città\r\n\r\nm1{separator}Almè\r\n"
    sheet = read(text.encode(encoding))
    assert sheet.header == ("codice", "città")
    assert [(line.number, line.cells) for line in sheet.lines] == [(3, ("m1", "Almè"))]


def test_a_cell_over_two_lines_keeps_the_count() -> None:
    """The line told is the one on which the row begins."""
    sheet = read(b'codice;nome\nm1;"Amina\nB."\nm2;Li\n')
    assert [line.number for line in sheet.lines] == [2, 4]


@pytest.mark.parametrize("written", [as_csv, lambda table: as_workbook([table])])
def test_no_cell_is_run_as_a_formula_and_all_read_back_equal(written: object) -> None:
    """Cells that begin with = + - @ carry an apostrophe, and reading takes exactly that away."""
    table = Table("mediatori", ["codice", "nome"], [[f"m{n}", text] for n, text in enumerate(HOSTILE)])
    content: bytes = written(table)  # type: ignore[operator]  # one of the two writers above
    [sheet] = read_file("mediatori", content)
    assert [line.cells[1] for line in sheet.lines] == HOSTILE


def test_a_workbook_holds_no_formula() -> None:
    """The control, seen by another reader: the cell is a text with its apostrophe."""
    content = as_workbook([Table("x", ["a"], [["=1+1"]])])
    cell = load_workbook(io.BytesIO(content))["x"]["A2"]
    assert (cell.value, cell.data_type) == ("'=1+1", "s")


def test_a_sign_that_no_workbook_holds_is_left_out() -> None:
    """One such name would keep the export of everything back; what is left is still no formula."""
    content = as_workbook([Table("x", ["co\x0bdice"], [["Ami\x01na"], ["\x1f=1+1"]])])
    rows = load_workbook(io.BytesIO(content))["x"].values
    assert list(rows) == [("codice",), ("Amina",), ("'=1+1",)]


def test_cells_of_a_workbook_read_as_typed() -> None:
    """Days, times, numbers and truth become what a person would have written."""
    book = Workbook()
    values = [
        dt.datetime(2026, 12, 2),
        dt.datetime(2026, 12, 2, 9, 30),
        dt.time(9, 5),
        dt.timedelta(hours=28),
        27.5,
        3.0,
    ]
    sheet = book.create_sheet("Foglio", 0)
    sheet.append([f"c{n}" for n in range(8)])
    sheet.append([*values, True, None])
    out = io.BytesIO()
    book.save(out)
    [found] = read_file("x.xlsx", out.getvalue())
    assert found.lines[0].cells == ("02/12/2026", "02/12/2026 9:30", "9:05", "28:00", "27,5", "3", "sì")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MOST_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vuoto"),
        (b"\n\n", "vuoto"),
        (b"\xd0\xcf\x11\xe0old", ".xls"),
        (b"PK\x03\x04 not a zip", ".xlsx"),
        (b"a;b\n" + b"1;2\n" * (sheets.MOST_ROWS + 1), "20000"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, says: str) -> None:
    """Empty, of the old kind, broken, or too long: each in words, with a remedy."""
    with pytest.raises(NotUnderstood) as caught:
        read_file("mediatori.csv", content)
    [problem] = caught.value.fields
    assert says in problem.message + problem.remedy
    assert problem.remedy


def test_a_workbook_that_swells_is_refused() -> None:
    """A few kilobytes that would unpack to more than the limit are not unpacked."""
    with pytest.raises(NotUnderstood, match="troppo grande"):
        read_file("x.xlsx", bomb())


def workbook(rows: str, sheets_in_it: int = 1) -> bytes:
    """A workbook with these rows as they stand in its file, on each of its sheets."""
    book, out = Workbook(), io.BytesIO()
    for _ in range(sheets_in_it - 1):
        book.create_sheet()
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in given.namelist():
            text = given.read(part)
            if part.startswith("xl/worksheets/"):
                text = re.sub(
                    rb"<sheetData ?/>|<sheetData></sheetData>", b"<sheetData>%s</sheetData>" % rows.encode(), text
                )
            packed.writestr(part, text)
    return out.getvalue()


def cell(row: int, text: str) -> str:
    return f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'


@pytest.mark.parametrize("far", [sheets.FURTHEST_ROW + 1, sheets.FURTHEST_ROW * 3])
def test_a_row_far_below_is_refused_without_walking_there(far: int) -> None:
    """A few bytes may name any row, and each one left out before it would be made up."""
    with pytest.raises(NotUnderstood, match=str(sheets.FURTHEST_ROW)):
        read_file("x.xlsx", workbook(cell(1, "codice") + cell(far, "m1")))


def test_the_rows_made_up_end_at_the_furthest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of it: however far the row is, openpyxl is asked for one more than are read."""
    asked: list[int] = []
    kind: Any = ReadOnlyWorksheet
    walk = kind._cells_by_row

    def watched(sheet: Any, *bounds: Any, **more: Any) -> Iterator[Any]:
        for row in walk(sheet, *bounds, **more):
            asked.append(1)
            assert len(asked) <= sheets.FURTHEST_ROW + 1
            yield row

    monkeypatch.setattr(kind, "_cells_by_row", watched)
    with pytest.raises(NotUnderstood, match="righe"):
        read_file("x.xlsx", workbook(cell(1, "codice") + cell(1_000_000_000, "m1")))
    assert len(asked) == sheets.FURTHEST_ROW + 1


def test_blank_rows_up_to_the_furthest_keep_their_numbers() -> None:
    """A sheet with a gap is an ordinary one."""
    [found] = read_file("x.xlsx", workbook(cell(1, "codice") + cell(sheets.FURTHEST_ROW, "m1")))
    assert [(line.number, line.cells) for line in found.lines] == [(sheets.FURTHEST_ROW, ("m1",))]


def test_a_workbook_of_countless_sheets_is_refused() -> None:
    """Each of them could have its own rows far below."""
    rows = cell(1, "codice") + cell(2, "m1")
    assert len(read_file("x.xlsx", workbook(rows, sheets.MOST_SHEETS))) == sheets.MOST_SHEETS
    with pytest.raises(NotUnderstood, match="più di 30 fogli"):
        read_file("x.xlsx", workbook(rows, sheets.MOST_SHEETS + 1))


def test_a_cell_longer_than_excel_knows_is_refused() -> None:
    """A text of megabytes stands once in the file and may be named by every cell."""
    with pytest.raises(NotUnderstood, match=str(sheets.LONGEST_CELL)):
        read_file("x.xlsx", workbook(cell(1, "codice") + cell(2, "m" * (sheets.LONGEST_CELL + 1))))


@pytest.mark.parametrize("text", ["a" * 200_000, "codice\n" + "a" * 200_000])
def test_a_cell_longer_than_any_of_a_csv_is_a_finding(text: str) -> None:
    """In the header, where the separator is looked for, as well as below it."""
    with pytest.raises(NotUnderstood) as caught:
        read(text.encode())
    assert caught.value.fields[0].remedy


def test_a_damaged_workbook_never_stops_the_import() -> None:
    """Whatever bytes were lost on the way, either it is read or the file is named with a remedy."""
    whole = as_workbook([Table("mediatori", ["codice", "nome"], [[f"m{n}", "Amina"] for n in range(20)])])
    dice, refused = Random(4), 0
    for _ in range(80):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            damaged[dice.randrange(4, len(damaged))] = dice.randrange(256)
        try:
            read_file("x.xlsx", bytes(damaged[: dice.choice((len(damaged), dice.randrange(30, len(damaged))))]))
        except NotUnderstood as trouble:
            refused += bool(trouble.fields[0].remedy)
    assert refused > 30


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its size and the limit."""
    monkeypatch.setattr(sheets, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(NotUnderstood, match="1 MB"):
        read_file("x.csv", b"x" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("file", "header", "register"),
    [
        ("Elenco mediatori 2026.csv", ("x",), "mediatori"),
        ("ferie.csv", ("x",), "assenze"),
        ("turni-in-piu.csv", ("x",), "turni-in-piu"),
        ("export (3).csv", ("Codice", "Nome", "Sesso", "Cellulare", "Cooperativa", "Residenza", "Lingue"), "mediatori"),
        ("dati.csv", ("progetto", "ambito", "monte ore"), "budget"),
    ],
)
def test_a_register_is_known_by_name_or_headers(file: str, header: tuple[str, ...], register: str) -> None:
    """A cooperative's own names are good enough."""
    sheet = Sheet(file, file.removesuffix(".csv"), header, ())
    assert register_of(sheet).name == register


def test_a_strange_file_is_named() -> None:
    """With the names that would do."""
    with pytest.raises(NotUnderstood, match="mediatori"):
        register_of(Sheet("foglio1.csv", "foglio1", ("a", "b"), ()))
