# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reference territory adds up, and a territory that does not is refused where it is wrong."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from config.territory import Confidence, ReferenceFileError, load_territory
from config.territory.places import ROOT
from config.territory.table import read_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference territory under another name, free to break."""
    return Path(shutil.copytree(ROOT / "bergamo", tmp_path / "elsewhere"))


def test_the_reference_province_has_14_ambiti_and_243_comuni() -> None:
    """The counts and the sum of residents are those of the public registers."""
    territory = load_territory("bergamo")
    assert (len(territory.ambiti), len(territory.comuni)) == (14, 243)
    assert sum(comune.population for comune in territory.comuni) == 1_116_212


def test_the_ambiti_share_out_the_comuni_exactly() -> None:
    """Every comune belongs to one ambito, and the ambiti's own figures are those of their comuni."""
    territory = load_territory("bergamo")
    shared = [comune for ambito in territory.ambiti for comune in territory.comuni_of(ambito.code)]
    assert sorted(one.istat_code for one in shared) == sorted(one.istat_code for one in territory.comuni)
    for ambito in territory.ambiti:
        members = territory.comuni_of(ambito.code)
        assert (ambito.comuni, ambito.population) == (len(members), sum(one.population for one in members))


def test_how_sure_each_list_is_stays_with_it() -> None:
    """An ambito whose comuni no page lists says so, and so do its comuni."""
    territory = load_territory("bergamo")
    sure = {ambito.code: ambito.list_confidence for ambito in territory.ambiti}
    assert sure["BG03"] is Confidence.CONFIRMED
    assert sure["BG01"] is Confidence.UNCONFIRMED
    assert all(comune.ambito_confidence is sure[comune.ambito] for comune in territory.comuni)


def test_the_incidence_of_the_regional_plan_is_kept() -> None:
    """The seven ambiti of the plan carry its figures, the others none."""
    given = {one.code: one.incidence_percent for one in load_territory("bergamo").ambiti if one.incidence_percent}
    expected = {"BG03": 10.7, "BG04": 15.7, "BG05": 13.8, "BG06": 14.7, "BG07": 11.2, "BG08": 6.4, "BG09": 4.1}
    assert given == expected


@pytest.mark.parametrize("typed", ["016218", "Trescore Balneario", "  trescore  balneario ", "TRESCORE"])
def test_a_comune_is_found_however_it_is_typed(typed: str) -> None:
    """Code, name and SMS name lead to the same comune."""
    found = load_territory("bergamo").find_comune(typed)
    assert found is not None
    assert (found.istat_code, found.ambito, found.sms_name) == ("016218", "BG05", "Trescore")


def test_a_comune_that_does_not_exist_is_not_found_but_a_near_one_is_offered() -> None:
    """A slip of the pen gets a suggestion instead of a guess."""
    territory = load_territory("bergamo")
    assert territory.find_comune("Trescorre Balneari") is None
    assert territory.suggest_comune("Trescorre Balneari")[0] == "016218"
    assert territory.suggest_comune("qqqq") == []


def test_the_typed_membership_and_the_compiled_list_agree() -> None:
    """A change to one file without compiling the other would split them."""
    with (ROOT / "bergamo" / "membership.csv").open(encoding="utf-8", newline="") as stream:
        typed = list(csv.DictReader(stream))
    with (ROOT / "bergamo" / "comuni.csv").open(encoding="utf-8", newline="") as stream:
        compiled = list(csv.DictReader(stream))
    shared = ("istat_code", "name", "short_name", "ambito", "ambito_confidence", "population")
    assert [[row[key] for key in shared] for row in typed] == [[row[key] for key in shared] for row in compiled]


def test_another_territory_is_another_folder(folder: Path) -> None:
    """The control of every refusal below: the untouched copy loads under its own name."""
    territory = load_territory("elsewhere", folder.parent)
    assert (territory.code, territory.comuni) == ("elsewhere", load_territory("bergamo").comuni)


def test_an_unknown_territory_names_the_ones_there_are(folder: Path) -> None:
    """A wrong setting is answered with the right ones."""
    with pytest.raises(ReferenceFileError, match="PONTE_TERRITORY may be: elsewhere"):
        load_territory("nowhere", folder.parent)


# What was, what stands there instead, and the column and remedy the refusal must name.
BROKEN = {
    "a code twice": ("016002,Adrara", "016001,Adrara", "istat_code", "stands in line 2 already"),
    "a name twice": (",Adrara San Rocco,", ",Adrara San Martino,", "name", "stands in line 2 already"),
    "a lost zero": ("016002,Adrara", "16002,Adrara", "istat_code", "six digits"),
    "an unknown ambito": ("S.Rocco,BG06", "S.Rocco,BG99", "ambito", "write one of BG01, BG02"),
    "latitude and longitude swapped": ("45.71578,9.95906", "9.95906,45.71578", "lat", "between 45.35 and 46.15"),
    "a decimal comma": ("45.71578,9.95906,807", '"45,71578",9.95906,807', "lat", "decimal point"),
    "too far east": ("45.71578,9.95906", "45.71578,10.95906", "lon", "between 9.4 and 10.25"),
    "far from its ambito": ("45.71578,9.95906", "46.03541,10.00832", "ambito", "km away: check ambito, lat and lon"),
    "letters for a number": (",807,", ",many,", "population", "whole number"),
    "nobody lives there": (",807,", ",0,", "population", "1 or more"),
    "an unknown mark": ("807,union_confirmed", "807,sure", "ambito_confidence", "confirmed, count_confirmed"),
    "no source": ("GeoNames 6534952; ANPR 2024-01-10", "", "source", "must not be empty"),
    "no room in an SMS": ("Adrara S.Rocco", "Adrara San Rocco", "short_name", "room for 14"),
    "a dear letter in an SMS": ("Adrara S.Rocco", "Adrara S.Roccó", "short_name", "doubles the price"),
    "two comuni of one SMS name": ("Adrara S.Rocco", "Adrara S.Mart.", "short_name", "already means 016001"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_comune_is_refused_at_its_cell(folder: Path, fault: str) -> None:
    """The refusal carries file, line, column, value and remedy."""
    was, instead, column, remedy = BROKEN[fault]
    refusal = refusal_after(folder, "comuni.csv", was, instead)
    assert (refusal.file.name, refusal.line, refusal.column) == ("comuni.csv", 3, column)
    assert remedy in refusal.remedy
    assert all(part in str(refusal) for part in ("comuni.csv, line 3", f"column {column}", repr(refusal.value), remedy))


@pytest.mark.parametrize(
    ("was", "instead", "column", "remedy"),
    [
        (",17,147698,", ",18,147698,", "comuni", "comuni.csv gives it 17"),
        (",17,147698,", ",17,147699,", "population", "its comuni sum to 147698"),
        ("BG02,", "BG01,", "code", "stands in line 2 already"),
        ("Comune di Dalmine,confirmed,", "Comune di Dalmine,sure,", "lead_status", "confirmed, partly, unconfirmed"),
    ],
)
def test_a_broken_ambito_is_refused_at_its_cell(folder: Path, was: str, instead: str, column: str, remedy: str) -> None:
    """The ambito's own figures are checked against its comuni."""
    refusal = refusal_after(folder, "ambiti.csv", was, instead)
    assert (refusal.file.name, refusal.line, refusal.column) == ("ambiti.csv", 3, column)
    assert remedy in refusal.remedy


@pytest.mark.parametrize(
    ("was", "instead", "words"),
    [
        ("ambiti = 14", "ambiti = 15", "tables give 14"),
        ("comuni = 243", "comuni = 242", "tables give 243"),
        ("population = 1116212", "population = 1116213", "tables give 1116212"),
        ("comuni = 243", 'comuni = "243"', "Expected `int`, got `str`"),
        ("comuni = 243", "comunes = 243", "unknown field `comunes`"),
        ("latitude = [45.35, 46.15]", "latitude = [46.15, 45.35]", "lower number first"),
        ("comuni = 243", "comuni = ", "correct the value"),
    ],
)
def test_a_pack_that_does_not_add_up_is_refused(folder: Path, was: str, instead: str, words: str) -> None:
    """The totals of the pack are those of its tables, and every key is checked."""
    assert words in str(refusal_after(folder, "pack.toml", was, instead))


@pytest.mark.parametrize(
    ("was", "instead", "words"),
    [
        ("istat_code,name,", "code,name,", "the header must read istat_code,name"),
        ("016002,Adrara San Rocco", "016002,Adrara, San Rocco", "10 cells instead of 9"),
    ],
)
def test_a_table_of_another_shape_is_refused(folder: Path, was: str, instead: str, words: str) -> None:
    """A spreadsheet that renames a column or splits a cell is told so."""
    assert words in str(refusal_after(folder, "comuni.csv", was, instead))


def test_a_missing_or_empty_table_is_refused(folder: Path) -> None:
    """A territory without its comuni is not an empty territory."""
    file = folder / "comuni.csv"
    file.write_text("istat_code,name\n", encoding="utf-8")
    with pytest.raises(ReferenceFileError, match="has no rows"):
        read_table(file, ("istat_code", "name"))
    file.unlink()
    with pytest.raises(ReferenceFileError, match=r"comuni\.csv: 'comuni\.csv': is missing"):
        load_territory("elsewhere", folder.parent)


def refusal_after(folder: Path, file: str, was: str, instead: str) -> ReferenceFileError:
    """What loading the territory says once `was` (which stands in `file` exactly once) reads `instead`."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1, f"{was!r} stands {text.count(was)} times in {file}"
    path.write_text(text.replace(was, instead), encoding="utf-8")
    with pytest.raises(ReferenceFileError) as caught:
        load_territory("elsewhere", folder.parent)
    return caught.value
