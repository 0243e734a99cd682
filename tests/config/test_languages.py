# SPDX-License-Identifier: AGPL-3.0-or-later
"""The languages of the field are complete, well spelled and found however people type them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel import Locale

from config.territory import Language, ReferenceFileError, find_language, load_languages, suggest_language
from config.territory.languages import FILE

LANGUAGES = load_languages()

# Unicode names begin with these words for the letters of each ISO 15924 script.
LETTERS = {
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Hebr": ("HEBREW",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Khmr": ("KHMER",),
    "Kore": ("HANGUL",),
    "Latn": ("LATIN", "COMBINING", "MODIFIER"),
    "Mlym": ("MALAYALAM",),
    "Mymr": ("MYANMAR",),
    "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
    "Zxxx": ("LATIN",),
}


def by_code(language: Language) -> str:
    """How a failing case is called."""
    return language.code


def test_there_are_at_least_eighty_languages() -> None:
    """The widest profile of the rehearsal needs eighty."""
    assert len(LANGUAGES) >= 80


def test_the_demand_of_a_province_adds_up_to_a_hundred() -> None:
    """The shares are percent; the groups are those of the field's own figures."""
    share = {language.code: language.demand_share for language in LANGUAGES}
    assert sum(share.values()) == pytest.approx(100)
    assert share["ar"] + share["ary"] == 19
    assert share["pa"] + share["pnb"] == 7
    assert share["en"] + share["pcm"] + share["tw"] == 5
    assert share["mnk"] + share["bm"] + share["dyu"] == 4


@pytest.mark.parametrize("language", LANGUAGES, ids=by_code)
def test_dates_can_be_written_in_every_language(language: Language) -> None:
    """Babel has the locale, with names for the months rather than M01, and it runs the same way as the script."""
    locale = Locale.parse(language.cldr)
    assert not re.match(r"M\d", locale.months["format"]["wide"][1])
    assert locale.text_direction == language.direction


@pytest.mark.parametrize("language", LANGUAGES, ids=by_code)
def test_every_language_names_itself_in_its_own_script(language: Language) -> None:
    """A letter of another alphabet in the own name is a slip of the keyboard."""
    letters = [sign for sign in language.autonym if unicodedata.category(sign)[0] in "LM"]
    assert letters
    for letter in letters:
        assert unicodedata.name(letter).startswith(LETTERS[language.script]), unicodedata.name(letter)


def test_texts_are_in_one_unicode_form() -> None:
    """NFC throughout, so that equal names are equal strings."""
    text = FILE.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", LANGUAGES, ids=by_code)
def test_every_name_of_a_language_leads_to_it(language: Language) -> None:
    """Code, Italian name, short name, English name, own name and other names, in capitals too."""
    for name in language.names:
        assert find_language(name) == find_language(f" {name.upper()} ") == language


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Arabo marocchino", "ary"),
        ("DARIJA", "ary"),
        ("Bengali", "bn"),
        ("cinese mandarino", "zh"),
        ("moldavo", "ro"),
        ("Guarani", "gn"),
        ("malinke", "emk"),
        ("lis", "ise"),
        ("اردو", "ur"),
        ("УКРАЇНСЬКА", "uk"),
    ],
)
def test_languages_are_found_as_services_write_them(typed: str, code: str) -> None:
    """The words of the field lead to the code."""
    found = find_language(typed)
    assert found is not None
    assert found.code == code


def test_an_unknown_language_is_not_guessed() -> None:
    """No language is better than a wrong one."""
    assert find_language("xx") is None
    assert find_language("") is None


@pytest.mark.parametrize(
    ("typed", "first"), [("tigrigno", "ti"), ("bengalesse", "bn"), ("ucrano", "uk"), ("arabbo", "ar")]
)
def test_a_misspelt_language_is_offered_first(typed: str, first: str) -> None:
    """Did you mean …"""
    assert suggest_language(typed)[0] == first


def test_a_hopeless_word_still_gets_examples() -> None:
    """A code like nothing else is answered with the most requested languages."""
    assert suggest_language("xx") == ["ary", "ur", "bn"]


# What was, what stands there instead, and the column and remedy the refusal must name (line 3 is Darija).
BROKEN = {
    "a code twice": ("ary,ary,arabo", "ar,ary,arabo", "code", "stands in line 2 already"),
    "a code in capitals": ("ary,ary,arabo", "ARY,ary,arabo", "code", "look the code up in ISO 639"),
    "a short ISO code": ("ary,ary,arabo", "ary,ar,arabo", "iso639_3", "look the code up in ISO 639"),
    "a script that is none": ("الدارجة,Arab,rtl", "الدارجة,arab,rtl", "script", "ISO 15924"),
    "too long for an SMS": (",darija,Moroccan", ",darija marocc,Moroccan", "short_it", "room for 12"),
    "Arabic from left to right": ("الدارجة,Arab,rtl", "الدارجة,Arab,ltr", "direction", "contradicts the script Arab"),
    "an unknown direction": ("الدارجة,Arab,rtl", "الدارجة,Arab,up", "direction", "write one of ltr, rtl"),
    "a share beyond everything": (",ar,11,ar", ",ar,111,ar", "demand_share", "between 0 and 100"),
    "a parent that is not there": (",ar,11,ar", ",ar,11,xx", "dialect_of", "the code of another row"),
    "a dialect of a dialect": (",ar,11,ar", ",ar,11,arz", "dialect_of", "that is itself no dialect"),
    "no own name": (",الدارجة المغربية,", ",,", "autonym", "must not be empty"),
    "a name of two languages": ("darija;marocchino", "darija;urdu", "code", "a name may mean one language"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_language_is_refused_at_its_cell(tmp_path: Path, fault: str) -> None:
    """The refusal carries line, column and remedy."""
    was, instead, column, remedy = BROKEN[fault]
    text = FILE.read_text(encoding="utf-8")
    assert text.count(was) == 1
    file = tmp_path / "languages.csv"
    file.write_text(text.replace(was, instead), encoding="utf-8")
    with pytest.raises(ReferenceFileError) as caught:
        load_languages(file)
    assert caught.value.column == column
    assert remedy in caught.value.remedy


def test_an_untouched_copy_loads(tmp_path: Path) -> None:
    """The control of the refusals above."""
    file = tmp_path / "languages.csv"
    file.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_languages(file) == LANGUAGES
