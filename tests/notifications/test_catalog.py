# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalogs: complete, used, with the same placeholders, and never silently in another language."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.plurals import get_plural

from notifications import wording
from notifications.catalog import (
    LOCALE_FOLDER,
    Catalog,
    MissingText,
    catalog,
    languages,
    nearest_language,
    read_by,
)

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def used() -> set[str]:
    """Every msgid that the writers name in their source."""
    found = set()
    for path in Path(wording.__file__).parent.glob("*.py"):
        for _, message, _, _ in extract("python", BytesIO(path.read_bytes()), {"Written": None, "say": None}):
            found.add(str(message))
    return found


def finished() -> set[str]:
    """The msgids of finished texts, which begin with our name; the others are parts of them."""
    return {msgid for msgid in used() if msgid.startswith("Ponte: ")}


FOURTEEN = {"it", "en", "fr", "es", "ar", "ur", "pa", "bn", "hi", "sq", "ro", "uk", "ru", "zh"}


def test_the_fourteen_languages_are_there() -> None:
    """Every language that messages are written in has its catalog."""
    assert set(languages()) == FOURTEEN


@pytest.mark.parametrize("language", languages())
def test_catalog_is_complete_and_holds_nothing_else(language: str) -> None:
    """Every text that is used is translated, and no text is kept that nothing uses."""
    assert {msgid for msgid, text in catalog(language).texts.items() if text} == used()


@pytest.mark.parametrize("language", languages())
def test_every_finished_text_has_a_budget(language: str) -> None:
    """A budget stands above each finished text and above no other."""
    assert set(catalog(language).budgets) == finished()


@pytest.mark.parametrize("language", languages())
def test_placeholders_are_those_of_the_msgid(language: str) -> None:
    """A translation uses the values it is given, and forgets none."""
    for msgid, text in catalog(language).texts.items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(msgid))


def test_missing_text_is_named_with_its_place() -> None:
    """A text or budget that is not there is an error that says where to add it, never English by accident."""
    empty = Catalog("it", {"known": ""}, {})
    for act in (lambda: empty.say("known"), lambda: empty.say("other"), lambda: empty.budget("known")):
        with pytest.raises(MissingText, match=r"add it to notifications/locale/it/LC_MESSAGES/notifications\.po"):
            act()


def untranslated(texts: Catalog) -> list[str]:
    """The msgids whose text is the msgid, which is the English one, or the Italian one."""
    italian = catalog("it").texts
    return [msgid for msgid, text in texts.texts.items() if text in (msgid, italian[msgid])]


@pytest.mark.parametrize("language", sorted(FOURTEEN - {"it", "en"}))
def test_no_text_is_left_in_another_language(language: str) -> None:
    """A text equal to its key, to the English or to the Italian one was forgotten."""
    assert untranslated(catalog(language)) == []


def test_a_forgotten_text_is_found() -> None:
    """Control: one text copied from English and one from Italian are both named."""
    texts = dict(catalog("fr").texts) | {"school": "school", "by phone": "al telefono"}
    assert untranslated(replace(catalog("fr"), texts=texts)) == ["by phone", "school"]


def test_texts_that_no_native_speaker_has_read_say_so() -> None:
    """A header names who has read a catalog; "no" is nobody, and nobody may be named without having read it."""
    assert {language for language in languages() if catalog(language).read_by_native is None} == FOURTEEN


@pytest.mark.parametrize(
    ("header", "reader"), [("no", None), ("", None), ("Amina B., 2026-12-01", "Amina B., 2026-12-01")]
)
def test_the_reader_of_a_catalog_is_told(tmp_path: Path, header: str, reader: str | None) -> None:
    """The admin page learns from the catalog itself who has read it."""
    path = tmp_path / "notifications.po"
    path.write_text(f'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"X-Read-By-Native: {header}\\n"\n', encoding="utf-8")
    assert read_by(path) == reader


def test_plural_forms_are_those_of_the_language() -> None:
    """A catalog's plural rule is its language's own (CLDR, through Babel), so that a later plural text counts right."""
    for language in languages():
        found = re.search(r"Plural-Forms: nplurals=(\d);", po(language))
        assert found is not None
        assert int(found[1]) == get_plural(language).num_plurals


def po(language: str) -> str:
    """The catalog of a language as it stands."""
    return (LOCALE_FOLDER / language / "LC_MESSAGES" / "notifications.po").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tag", "language"), [
        *[("it", "it"), ("en", "en"), ("en-GB", "en"), ("en_US", "en"), ("xx", "it"), ("", "it")],
        *[("ary", "ar"), ("arq", "ar"), ("ar-MA", "ar"), ("pnb", "ur"), ("pa", "pa"), ("pa-Guru", "pa"), ("pa-PK", "ur")],
        *[("pa-Arab-PK", "ur"), ("pa_Arab", "ur"), ("zh-Hans", "zh"), ("zh-Hant-HK", "zh"), ("yue", "zh"), ("syl", "bn")],
        *[("bin", "en"), ("mnk", "fr"), ("ro-MD", "ro"), ("prs", "it"), ("fa", "it"), ("tw", "it"), ("wo", "it")],
    ],
)  # fmt: skip
def test_nearest_language(tag: str, language: str) -> None:
    """A regional tag finds its language; one without a catalog gets Italian."""
    assert nearest_language(tag) == language


def test_every_language_of_the_territory_is_written_as_its_table_says() -> None:
    """A spoken language is written in its own catalog, or in that of its calendar, or of what it is a dialect of."""
    table = Path(__file__).parents[2] / "config" / "territory" / "languages.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for row in rows:
        read = (row["code"], row["cldr"], row["dialect_of"])
        assert nearest_language(row["code"]) == next((one for one in read if one in FOURTEEN), "it"), row["code"]
