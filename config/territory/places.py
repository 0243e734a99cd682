# SPDX-License-Identifier: AGPL-3.0-or-later
"""The places of one territory: its ambiti and their comuni, read from a folder and cross-checked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.territory.pack import Pack, read_toml
from config.territory.partition import refuse_bad_partition
from config.territory.table import ReferenceFileError, Row, read_table, refuse_twins
from config.territory.words import closest, fold

ROOT = Path(__file__).parent
SMS_NAME = 14
COMUNE_COLUMNS = (
    "istat_code",
    "name",
    "short_name",
    "ambito",
    "lat",
    "lon",
    "population",
    "ambito_confidence",
    "source",
)


class Confidence(StrEnum):
    """How sure it is that a comune belongs to its ambito; shown where an administrator edits the territory."""

    CONFIRMED = "confirmed"  # a page lists the comuni of the ambito
    COUNT_CONFIRMED = "count_confirmed"  # a page gives their number
    UNION_CONFIRMED = "union_confirmed"  # a page lists several ambiti together
    BY_EXCLUSION = "by_exclusion"  # what is left when the others are taken away
    UNCONFIRMED = "unconfirmed"  # general knowledge


class LeadStatus(StrEnum):
    """How sure it is which body leads an ambito."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Ambito:
    """A social-service district: the unit of territory, budget and coordination.

    incidence_percent: residents from outside the EU per 100 residents, None where no figure was found;
    national_code: "" until somebody finds it; lead_entity: the body that leads it (*capofila*).
    """

    code: str
    name: str
    distretto: str
    lead_entity: str
    lead_status: LeadStatus
    lead_source: str
    comuni: int
    population: int
    incidence_percent: float | None
    national_code: str
    list_confidence: Confidence
    list_source: str


@dataclass(frozen=True)
class Comune:
    """A municipality: six-digit ISTAT code, decimal degrees (WGS 84), residents; sms_name has at most 14 characters."""

    istat_code: str
    name: str
    sms_name: str
    ambito: str
    lat: float
    lon: float
    population: int
    ambito_confidence: Confidence
    source: str


@dataclass(frozen=True)
class Territory:
    """One province (or any other area) whose ambiti share out its comuni exactly."""

    code: str
    pack: Pack
    ambiti: tuple[Ambito, ...]
    comuni: tuple[Comune, ...]

    def comuni_of(self, ambito: str) -> tuple[Comune, ...]:
        """The comuni of one ambito, by its code."""
        return tuple(comune for comune in self.comuni if comune.ambito == ambito)

    def find_comune(self, text: str) -> Comune | None:
        """The comune that `text` names: ISTAT code, name or SMS name; case and accents do not matter."""
        wanted = fold(text)
        return next((one for one in self.comuni if wanted in _names(one)), None)

    def suggest_comune(self, text: str) -> list[str]:
        """Up to three ISTAT codes that `text` may have meant, the likeliest first."""
        return closest(text, {name: one.istat_code for one in self.comuni for name in _names(one)})


@cache
def load_territory(name: str, root: Path = ROOT) -> Territory:
    """The territory in the folder `root/name`; raises ReferenceFileError at whatever cannot be true."""
    folder = root / name
    if not (folder / "pack.toml").is_file():
        there = ", ".join(sorted(path.parent.name for path in root.glob("*/pack.toml"))) or "none"
        raise ReferenceFileError(folder, None, None, name, f"is no territory; PONTE_TERRITORY may be: {there}")
    pack = read_toml(folder / "pack.toml", Pack)
    ambito_rows = read_table(folder / "ambiti.csv", tuple(field.name for field in fields(Ambito)))
    comune_rows = read_table(folder / "comuni.csv", COMUNE_COLUMNS)
    for rows, columns in ((ambito_rows, ("code", "name", "national_code")), (comune_rows, ("istat_code", "name"))):
        for column in columns:
            refuse_twins(rows, column)
    ambiti = tuple(map(_ambito, ambito_rows))
    comuni = tuple(_comune(row, pack) for row in comune_rows)
    _refuse_shared_sms_names(comune_rows, comuni)
    refuse_bad_partition(folder, pack, ambito_rows, comune_rows)
    return Territory(name, pack, ambiti, comuni)


def _ambito(row: Row) -> Ambito:
    return Ambito(
        code=row.text("code"),
        name=row.text("name"),
        distretto=row.text("distretto"),
        lead_entity=row.text("lead_entity"),
        lead_status=row.one_of("lead_status", LeadStatus),
        lead_source=row.text("lead_source"),
        comuni=row.whole("comuni", low=1),
        population=row.whole("population", low=1),
        incidence_percent=row.decimal("incidence_percent", 0, 100) if row.optional("incidence_percent") else None,
        national_code=row.optional("national_code"),
        list_confidence=row.one_of("list_confidence", Confidence),
        list_source=row.text("list_source"),
    )


def _comune(row: Row, pack: Pack) -> Comune:
    code = row.text("istat_code")
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise row.refuse("istat_code", "must be the six digits of ISTAT; a spreadsheet may have eaten the leading zero")
    named = "short_name" if row.optional("short_name") else "name"
    return Comune(
        istat_code=code,
        name=row.text("name"),
        sms_name=row.sms_text(named, SMS_NAME),
        ambito=row.text("ambito"),
        lat=row.decimal("lat", *pack.latitude),
        lon=row.decimal("lon", *pack.longitude),
        population=row.whole("population", low=1),
        ambito_confidence=row.one_of("ambito_confidence", Confidence),
        source=row.text("source"),
    )


def _names(comune: Comune) -> tuple[str, str, str]:
    return (comune.istat_code, fold(comune.name), fold(comune.sms_name))


def _refuse_shared_sms_names(rows: list[Row], comuni: tuple[Comune, ...]) -> None:
    """Two comuni under one name in an SMS would send a mediator to the wrong one."""
    owners: dict[str, str] = {}
    for row, comune in zip(rows, comuni, strict=True):
        for name in {fold(comune.name), fold(comune.sms_name)}:
            if owners.setdefault(name, comune.istat_code) != comune.istat_code:
                raise row.refuse("short_name", f"{name!r} already means {owners[name]}; choose another short name")
