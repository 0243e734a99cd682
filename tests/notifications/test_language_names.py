# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a spoken language is called for whoever reads the SMS: in her language where there is a word, else in English."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from notifications import language_names
from notifications.catalog import languages
from notifications.language_names import language_name
from notifications.segments import Alphabet, measure

TERRITORY = Path(__file__).parents[2] / "config" / "territory" / "languages.csv"


def spoken() -> list[dict[str, str]]:
    """The territory's table of spoken languages."""
    with TERRITORY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def named(code: str, reader: str) -> str:
    """The name of a language of that table."""
    row = next(row for row in spoken() if row["code"] == code)
    return language_name(code, reader, italian=row["short_it"], english=row["name_en"])


@pytest.mark.parametrize(
    ("code", "reader", "name"),
    [
        *[("ar", "it", "arabo"), ("ar", "en", "Arabic"), ("ar", "fr", "arabe"), ("ar", "ar", "العربية")],
        *[("ar", "es", "arabe"), ("sq", "es", "albanés"), ("fr", "ro", "franceza"), ("zh", "zh", "中文")],
        *[("ary", "es", "arabe marroqui"), ("pnb", "ur", "پنجابی (پاکستان)"), ("prs", "ru", "дари")],
        *[("tw", "it", "twi"), ("tw", "fr", "twi"), ("ff", "fr", "peul"), ("ti", "it", "tigrino")],
        *[("ise", "fr", "Italian Sign Language (LIS)"), ("skr", "hi", "Saraiki")],
    ],
)  # fmt: skip
def test_a_language_is_named_for_its_reader(code: str, reader: str, name: str) -> None:
    """Our own names first, then CLDR's, then English; without accents where the whole catalog goes without."""
    assert named(code, reader) == name


def test_plain_letter_languages_stay_in_gsm7() -> None:
    """No name of a language doubles the price of a Spanish, Albanian or Romanian offer."""
    for reader in ("es", "sq", "ro"):
        assert [row["code"] for row in spoken() if measure(named(row["code"], reader)).alphabet is Alphabet.UCS2] == []


def test_our_own_names_are_of_languages_that_are_asked_for() -> None:
    """No name is kept for a reader or for a language that the tables do not know."""
    path = Path(language_names.__file__).with_suffix(".toml")
    ours = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(ours) == set(languages()) - {"it", "en"}
    assert {code for names in ours.values() for code in names} <= {row["code"] for row in spoken()}
    assert max(len(name) for names in ours.values() for name in names.values()) < 24
