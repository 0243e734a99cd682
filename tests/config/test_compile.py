# SPDX-License-Identifier: AGPL-3.0-or-later
"""The compile step joins registers and typed facts, and refuses what does not fit (no register is needed here)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.territory import Pack, ReferenceFileError
from config.territory.compile import (
    MEMBER_COLUMNS,
    Place,
    compile_comuni,
    differences,
    write_comuni,
)
from config.territory.places import COMUNE_COLUMNS
from config.territory.table import Row, read_table

PACK = Pack(
    name="Provincia di prova",
    region="Lombardia",
    province="XX",
    ambiti=1,
    comuni=2,
    population=300,
    population_day=date(2024, 1, 10),
    latitude=(45.0, 46.0),
    longitude=(9.0, 10.0),
    neighbour_km=8.0,
)
NAMES = {"999001": "Almè", "999002": "Val Lunga"}
PLACES = [
    Place("11", "Alme", 45.5, 9.5),
    Place("12", "Lunga", 45.6, 9.6),
    Place("13", "Almè", 41.0, 15.0),
]
ALME, VALLE = (
    ("999001", "Almè", "", "XX01", "confirmed", "100", ""),
    ("999002", "Val Lunga", "", "XX01", "confirmed", "200", "12"),
)


def members(*lines: tuple[str, ...]) -> list[Row]:
    """Typed rows as membership.csv would give them."""
    file = Path("membership.csv")
    return [
        Row(file, number, dict(zip(MEMBER_COLUMNS, line, strict=True))) for number, line in enumerate(lines, start=2)
    ]


def test_a_row_is_joined_from_registers_and_typed_facts() -> None:
    """A place is found by name inside the bounds, or by its typed number, and then its own name is kept."""
    alme, valle = compile_comuni(PACK, NAMES, PLACES, members(ALME, VALLE))
    assert (alme["lat"], alme["lon"], alme["population"]) == ("45.50000", "9.50000", "100")
    assert alme["source"] == "GeoNames 11; ANPR 2024-01-10"
    assert (valle["lat"], valle["source"]) == ("45.60000", "GeoNames 12 'Lunga'; ANPR 2024-01-10")
    assert tuple(alme) == COMUNE_COLUMNS


@pytest.mark.parametrize(
    ("lines", "column", "remedy"),
    [
        ([ALME, ALME], "istat_code", "stands in line 2 already"),
        ([("999001", "Alme", *ALME[2:]), VALLE], "name", "ISTAT calls this code 'Almè'"),
        ([ALME], "istat_code", "no row: 999002"),
        ([ALME, (*VALLE[:-1], "")], "name", "leads to 0 places"),
        ([ALME, (*VALLE[:-1], "13")], "geonames_id", "inside the bounds"),
    ],
)
def test_typed_facts_that_do_not_fit_are_refused(lines: list[tuple[str, ...]], column: str, remedy: str) -> None:
    """A wrong name, a missing comune and a place nobody can find stop the compilation."""
    with pytest.raises(ReferenceFileError) as caught:
        compile_comuni(PACK, NAMES, PLACES, members(*lines))
    assert caught.value.column == column
    assert remedy in caught.value.remedy


def test_two_places_of_one_name_are_not_guessed() -> None:
    """The refusal lists the numbers to choose from."""
    with pytest.raises(ReferenceFileError, match=r"leads to 2 places \(11, 14\)"):
        compile_comuni(PACK, NAMES, [*PLACES, Place("14", "Almè", 45.7, 9.7)], members(ALME, VALLE))


def test_the_comparison_names_every_cell_that_differs() -> None:
    """Equal rows differ in nothing; a moved place and a row on one side only are each one sentence."""
    compiled = compile_comuni(PACK, NAMES, PLACES, members(ALME, VALLE))
    assert differences(compiled, compiled) == []
    moved = [{**compiled[0], "lat": "45.51000"}, {**compiled[1], "istat_code": "999003"}]
    assert differences(compiled, moved) == [
        "999002: only compiled",
        "999003: only kept",
        "999001 lat: kept '45.51000', compiled '45.50000'",
    ]


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """A second compilation right after the first finds nothing to change."""
    compiled = compile_comuni(PACK, NAMES, PLACES, members(ALME, VALLE))
    write_comuni(tmp_path / "comuni.csv", compiled)
    kept = [row.cells for row in read_table(tmp_path / "comuni.csv", COMUNE_COLUMNS)]
    assert differences(compiled, kept) == []
