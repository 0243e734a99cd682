# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's own pages speak the fourteen languages of the SMS, whole, each in its own words."""

from __future__ import annotations

import re

import pytest

from dispatch.web import i18n, phone_words
from dispatch.web.moments import ISOLATE, span
from notifications.catalog import languages
from tests.dispatch.web.sample_week import at
from tests.dispatch.web.test_pages import PHONE_PAGES, page

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
ALIKE = {(locale, "Agenda") for locale in ("es", "fr", "ro")} | {
    ("es", word) for word in ("Kind", "Note", "no")
}  # the same word in both languages


def texts(locale: str) -> dict[str, str]:
    """The words of one language, empty ones too."""
    return {str(entry.id): str(entry.string) for entry in i18n.read_catalog(locale, i18n.PHONE) if entry.id}


def copied(locale: str, found: dict[str, str]) -> list[str]:
    """The words left in English, which is their key, or in Italian."""
    italian = i18n.translations("it")
    left = [word for word, said in found.items() if said in (word, italian.gettext(word))]
    return [word for word in left if (locale, word) not in ALIKE]


def test_her_pages_speak_what_her_sms_speak() -> None:
    assert set(i18n.phone_locales()) == set(languages())
    assert i18n.locales() == ("it", "en")


@pytest.mark.parametrize("locale", phone_words.only_on_phones())
def test_every_word_is_translated_and_keeps_its_values(locale: str) -> None:
    """No word is missing, none is kept that no page says, and a translation uses the values that it is given."""
    found = texts(locale)
    assert set(found) == phone_words.phone_words()
    assert [word for word, said in found.items() if not said] == []
    kept = {word: sorted(PLACEHOLDER.findall(said)) for word, said in found.items()}
    assert kept == {word: sorted(PLACEHOLDER.findall(word)) for word in found}


@pytest.mark.parametrize("locale", phone_words.only_on_phones())
def test_no_word_is_left_in_english_or_italian(locale: str) -> None:
    assert copied(locale, texts(locale)) == []


def test_a_copied_word_is_found() -> None:
    """Control: one word in English and one in Italian are both named."""
    found = texts("fr") | {"When": "When", "Where": "Dove"}
    assert sorted(copied("fr", found)) == ["When", "Where"]


def test_whatever_she_hears_elsewhere_is_said_somewhere() -> None:
    """The list of words from other modules names none that the code has dropped."""
    assert set(phone_words.SAID_TO_HER_TOO) <= set(i18n.spoken())


def test_nobody_is_named_who_has_not_read_them() -> None:
    assert {phone_words.read_by(locale) for locale in phone_words.only_on_phones()} == {None}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", PHONE_PAGES)
def test_her_pages_are_whole_in_every_language(name: str, language: str) -> None:
    """Each opens in her language and direction, leads to all the others by their own names, and says nothing in English."""
    source = page(name, language, path="/m/7fK2")
    assert f'<html lang="{language}" dir="{i18n.direction(language)}">' in source
    assert source.count(' lang="') == len(languages()) + 1
    assert "العربية" in source


def test_hours_keep_their_order_from_right_to_left() -> None:
    """The start stands before the end for who reads Arabic too; who reads Italian gets no invisible sign."""
    with i18n.speaking("ar"):
        assert span(at(1, 8), at(1, 9)).startswith(ISOLATE)
    with i18n.speaking("it"):
        assert ISOLATE not in span(at(1, 8), at(1, 9))


def test_her_row_says_the_language_until_she_chooses() -> None:
    """Her register wins over the browser's language, and her choice over both; Moroccan Arabic is read in Arabic."""
    with i18n.speaking("en", chosen=False):
        phone_words.speak_to("ary")
        assert i18n.gettext("When") == "متى"
    with i18n.speaking("fr", chosen=True):
        phone_words.speak_to("ary")
        assert i18n.current_locale() == "fr"


def test_a_word_without_translation_comes_in_italian() -> None:
    """What only the desk's pages say falls back to Italian, not to English."""
    with i18n.speaking("bn"):
        assert i18n.gettext("Sign out") == "Esci"
