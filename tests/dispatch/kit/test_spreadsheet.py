# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files for Excel come back as they went out, read as an Italian writes, and calculate nothing that somebody typed."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dispatch.kit.spreadsheet import Column, Sheet, as_typed, csv_file, download, harmless, xlsx_file

HOSTILE = ["=1+1", "+39340", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''+2", "'"]
COLUMNS = (Column("Mediatrice", width=30), Column("Ore", decimals=2), Column("Giorno"), Column("Quando"), Column("Km"))
NIGHT = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)  # 2:30 on the clocks in Italy, for the second time
ROW = ("Amina; «B»", 7.5, dt.date(2026, 11, 3), NIGHT, None)


def read_csv(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_csv_reads_as_an_italian_writes() -> None:
    """BOM, semicolons, decimal comma, day before month, time on the wall; nothing is an empty cell."""
    file = csv_file(Sheet("Carico", COLUMNS, [ROW, ("", -3.25, None, None, 12)]))
    assert file.startswith(b"\xef\xbb\xbf")
    assert read_csv(file) == [
        ["Mediatrice", "Ore", "Giorno", "Quando", "Km"],
        ["Amina; «B»", "7,50", "03/11/2026", "25/10/2026 02:30", ""],
        ["", "-3,25", "", "", "12"],
    ]


def test_an_xlsx_holds_real_numbers_and_dates_under_a_header_that_stays() -> None:
    """A spreadsheet can add the hours up, and the header does not scroll away."""
    tab = load_workbook(io.BytesIO(xlsx_file(Sheet("Carico: 11/2026", COLUMNS, [ROW]))))["Carico  11 2026"]
    assert [cell.value for cell in tab[2]] == ["Amina; «B»", 7.5, dt.datetime(2026, 11, 3), dt.datetime(2026, 10, 25, 2, 30), None]  # fmt: skip
    assert (tab["B2"].number_format, tab["C2"].number_format, tab["E2"].number_format) == ("0.00", "dd/mm/yyyy", "0")
    assert (tab.freeze_panes, tab["A1"].font.bold, tab.column_dimensions["A"].width) == ("A2", True, 30)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_a_formula(text: str) -> None:
    """What looks like a formula is quoted in CSV and a plain text in XLSX, in a header too."""
    sheet = Sheet("t", (Column(text),), [[text]])
    for (cell,) in read_csv(csv_file(sheet)):
        assert not cell.startswith(tuple("=+-@\t\r\n＝"))
        assert as_typed(cell) == text
    tab = load_workbook(io.BytesIO(xlsx_file(sheet))).active
    assert tab is not None
    assert [cell.data_type for (cell,) in tab.iter_rows()] == ["s", "s"]


def test_without_the_quoting_it_would_be_one() -> None:
    """The control: a number below zero is no text and stays bare, and openpyxl itself takes "=1+1" for a formula."""
    assert read_csv(csv_file(Sheet("t", (Column("x"),), [[-2]])))[1] == ["-2"]
    assert harmless("a=1") == "a=1"


@given(st.text())
def test_nothing_is_lost_by_quoting(text: str) -> None:
    """Whoever imports an exported file gets every text as it was."""
    assert as_typed(harmless(text)) == text
    file = csv_file(Sheet("t", (Column("x"),), [[text]])) if text.isprintable() else b""
    assert not file or as_typed(read_csv(file)[1][0]) == text


def test_signs_that_a_workbook_cannot_hold_are_left_out() -> None:
    """A control character in a name stops no export."""
    tab = load_workbook(io.BytesIO(xlsx_file(Sheet("t", (Column("x"),), [["A\x00m\x08ina"]])))).active
    assert tab is not None
    assert tab["A2"].value == "Amina"


@pytest.mark.parametrize(("kind", "opens"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_a_browser_saves_it_under_its_name(kind: str, opens: bytes) -> None:
    """The name survives accents, and the content is of the kind that was asked for."""
    answer = download("carico-novità", kind, Sheet("t", (Column("x"),), [[1]]))
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''carico-novit%C3%A0.{kind}"
    assert bytes(answer.body).startswith(opens)
