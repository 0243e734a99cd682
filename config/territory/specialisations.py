# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fields a mediator may be trained for, as requests and mediators name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.territory.table import Row, read_table, refuse_twins
from config.territory.words import closest, fold

FILE = Path(__file__).with_name("specialisations.csv")
COLUMNS = ("code", "name_it", "name_en", "note")


@dataclass(frozen=True)
class Specialisation:
    """One field: the code that requests carry, its names, and in Italian what belongs to it."""

    code: str
    name_it: str
    name_en: str
    note: str


@cache
def load_specialisations(file: Path = FILE) -> tuple[Specialisation, ...]:
    """Every field, in the order of the file; raises ReferenceFileError."""
    rows = read_table(file, COLUMNS)
    for column in ("code", "name_it", "name_en"):
        refuse_twins(rows, column)
    return tuple(map(_specialisation, rows))


def suggest_specialisation(text: str) -> list[str]:
    """Up to three codes that `text` may have meant, the likeliest first; possibly none."""
    names = {fold(name): one.code for one in load_specialisations() for name in (one.code, one.name_it, one.name_en)}
    return closest(text, names)


def _specialisation(row: Row) -> Specialisation:
    if not re.fullmatch("[a-z][a-z_]*", row.text("code")):
        raise row.refuse("code", "must be lower-case letters and underscores, such as mental_health")
    return Specialisation(row.text("code"), row.text("name_it"), row.text("name_en"), row.text("note"))
