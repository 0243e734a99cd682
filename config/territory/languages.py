# SPDX-License-Identifier: AGPL-3.0-or-later
"""The languages of the field: what Italian services call them, their own names, and how to write dates in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.territory.table import Row, read_table, refuse_twins
from config.territory.words import closest, fold

FILE = Path(__file__).with_name("languages.csv")
RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"})
SHORT_NAME = 12


class Direction(StrEnum):
    """Which way the script runs, as HTML's `dir` wants it."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True)
class Language:
    """One spoken (or signed) language.

    code: BCP 47 as the field uses it (`ar`, `ary`, `pnb`); iso639_3: three letters; name_it, name_en: what services
    call it; short_it: for an SMS, at most 12 GSM-7 characters; autonym: its own name in its own script;
    also: other names people type; script: ISO 15924; cldr: the locale Babel has for its dates;
    demand_share: percent of a province's requests, for the rehearsal; 0 when it is not among the usual ones;
    dialect_of: the wider language of this table a service may also try, or "". It is a hint, never a substitution.
    """

    code: str
    iso639_3: str
    name_it: str
    short_it: str
    name_en: str
    autonym: str
    also: tuple[str, ...]
    script: str
    direction: Direction
    cldr: str
    demand_share: float
    dialect_of: str

    @property
    def names(self) -> tuple[str, ...]:
        """Everything `find_language` accepts for this language."""
        return (self.code, self.iso639_3, self.name_it, self.short_it, self.name_en, self.autonym, *self.also)


@cache
def load_languages(file: Path = FILE) -> tuple[Language, ...]:
    """Every language of `file`, in its order; raises ReferenceFileError at the first cell that cannot be true."""
    rows = read_table(file, tuple(field.name for field in fields(Language)))
    for column in ("code", "iso639_3", "short_it", "autonym"):
        refuse_twins(rows, column)
    languages = tuple(_language(row) for row in rows)
    _refuse_unknown_parents(rows)
    _refuse_shared_names(rows, languages)
    return languages


def find_language(text: str) -> Language | None:
    """The language that `text` names (code, Italian, own or English name; case and accents do not matter), or None."""
    return _by_name().get(fold(text))


def suggest_language(text: str) -> list[str]:
    """Up to three codes that `text` may have meant, the likeliest first; for "did you mean …".

    Never empty: where nothing looks like `text`, the most requested languages stand as examples of a code.
    """
    likely = closest(text, {name: language.code for name, language in _by_name().items()})
    return likely or [language.code for language in sorted(load_languages(), key=lambda one: -one.demand_share)[:3]]


@cache
def _by_name() -> dict[str, Language]:
    return {fold(name): language for language in load_languages() for name in language.names}


def _language(row: Row) -> Language:
    for column, pattern in (("code", "[a-z]{2,3}"), ("iso639_3", "[a-z]{3}"), ("script", "[A-Z][a-z]{3}")):
        if not re.fullmatch(pattern, row.text(column)):
            raise row.refuse(column, f"must match {pattern}; look the code up in ISO 639 or ISO 15924")
    script, direction = row.text("script"), row.one_of("direction", Direction)
    if (direction is Direction.RTL) != (script in RIGHT_TO_LEFT):
        raise row.refuse("direction", f"contradicts the script {script}; correct one of the two")
    return Language(
        code=row.text("code"),
        iso639_3=row.text("iso639_3"),
        name_it=row.text("name_it"),
        short_it=row.sms_text("short_it", SHORT_NAME),
        name_en=row.text("name_en"),
        autonym=row.text("autonym"),
        also=tuple(name.strip() for name in row.optional("also").split(";") if name.strip()),
        script=script,
        direction=direction,
        cldr=row.text("cldr"),
        demand_share=row.decimal("demand_share", 0, 100),
        dialect_of=row.optional("dialect_of"),
    )


def _refuse_unknown_parents(rows: list[Row]) -> None:
    """A wider language must be a row of its own and stand at the top: a hint of a hint helps nobody."""
    parent_of = {row.text("code"): row.optional("dialect_of") for row in rows}
    for row in rows:
        parent = row.optional("dialect_of")
        if parent and parent_of.get(parent, "missing") != "":
            raise row.refuse("dialect_of", "must be the code of another row that is itself no dialect, or empty")


def _refuse_shared_names(rows: list[Row], languages: tuple[Language, ...]) -> None:
    """What a person types must lead to one language only."""
    owners: dict[str, str] = {}
    for row, language in zip(rows, languages, strict=True):
        for name in map(fold, language.names):
            owner = owners.setdefault(name, language.code)
            if owner != language.code:
                raise row.refuse("code", f"is also called {name!r}, as is {owner}; a name may mean one language")
