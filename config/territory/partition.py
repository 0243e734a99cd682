# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ambiti share out the comuni exactly: nothing missing, nothing twice, nothing far from its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from config.territory.pack import Pack
from config.territory.table import ReferenceFileError, Row

EARTH_KM = 6371.0088  # mean radius, IUGG


def refuse_bad_partition(folder: Path, pack: Pack, ambiti: list[Row], comuni: list[Row]) -> None:
    """Raise ReferenceFileError at the first row (or total) that breaks the partition; rows are already readable."""
    members = _members(ambiti, comuni)
    for ambito in ambiti:
        _refuse_wrong_sums(ambito, members[ambito.text("code")])
    _refuse_wrong_totals(folder, pack, ambiti, comuni)
    for group in members.values():
        _refuse_strays(pack, group)


def _members(ambiti: list[Row], comuni: list[Row]) -> dict[str, list[Row]]:
    codes = [ambito.text("code") for ambito in ambiti]
    members: dict[str, list[Row]] = defaultdict(list)
    for comune in comuni:
        if comune.text("ambito") not in codes:
            raise comune.refuse("ambito", f"is no ambito of this territory; write one of {', '.join(codes)}")
        members[comune.text("ambito")].append(comune)
    return members


def _refuse_wrong_sums(ambito: Row, members: list[Row]) -> None:
    if ambito.whole("comuni") != len(members):
        raise ambito.refuse("comuni", f"but comuni.csv gives it {len(members)}; correct the list or the number")
    if ambito.whole("population") != (people := _population(members)):
        raise ambito.refuse("population", f"but its comuni sum to {people}; correct a population or the sum")


def _refuse_wrong_totals(folder: Path, pack: Pack, ambiti: list[Row], comuni: list[Row]) -> None:
    found = {"ambiti": len(ambiti), "comuni": len(comuni), "population": _population(comuni)}
    for key, value in found.items():
        if (said := getattr(pack, key)) != value:
            raise ReferenceFileError(
                folder / "pack.toml", None, key, said, f"but the tables give {value}; correct one of them"
            )


def _refuse_strays(pack: Pack, members: list[Row]) -> None:
    """An ambito is one connected area: a comune far from all its fellows has a wrong ambito or wrong coordinates."""
    for comune in members:
        others = [_kilometres(comune, other) for other in members if other is not comune]
        if others and min(others) > pack.neighbour_km:
            remedy = f"the nearest comune of that ambito is {min(others):.1f} km away: check ambito, lat and lon"
            raise comune.refuse("ambito", remedy)


def _population(comuni: Iterable[Row]) -> int:
    return sum(comune.whole("population") for comune in comuni)


def _kilometres(one: Row, other: Row) -> float:
    """Great-circle distance (haversine)."""
    lat_a, lon_a, lat_b, lon_b = (radians(float(row.text(column))) for row in (one, other) for column in ("lat", "lon"))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
