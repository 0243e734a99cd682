# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every word on a page is in both catalogs, every status has a word, and the reader's language is found."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from dispatch.records import statuses
from dispatch.web import i18n
from dispatch.web.status_words import WORDS, status_word

FAMILIES = {
    "request": statuses.RequestStatus,
    "appointment": statuses.AppointmentStatus,
    "slot": statuses.SlotStatus,
    "assignment": statuses.AssignmentStatus,
    "offer": statuses.OfferStatus,
    "message": statuses.MessageStatus,
    "planning_run": statuses.PlanningRunStatus,
    "attendance": statuses.AttendanceStatus,
    "outcome": statuses.Outcome,
}


def untranslated(catalog: Catalog) -> list[str]:
    """The words on our pages that this catalog lacks or leaves empty, with the place that uses them."""
    missing = []
    for message, places in i18n.spoken().items():
        entry = catalog.get(message if isinstance(message, str) else message[0])
        forms = (entry.string if isinstance(entry.string, tuple) else (entry.string,)) if entry else ("",)
        if not all(forms):
            missing.append(f"{places[0][0]}:{places[0][1]} {message!r}")
    return missing


@pytest.mark.parametrize("locale", ["it", "en"])
def test_every_word_is_translated(locale: str) -> None:
    """A word without translation is named here; `python -m dispatch.web.i18n` adds it to the catalogs."""
    assert untranslated(i18n.read_catalog(locale)) == []


def test_the_guard_sees_a_missing_word() -> None:
    """An Italian catalog without one of our words fails the guard above, so the guard looks at something."""
    catalog = i18n.read_catalog("it")
    before = len(untranslated(catalog))
    catalog.delete("Sign out")
    assert len(untranslated(catalog)) == before + 1
    assert len(i18n.spoken()) > 80


@pytest.mark.parametrize("family", FAMILIES)
def test_every_status_has_a_word(family: str) -> None:
    """No row can reach a status that a page cannot name."""
    assert set(WORDS[family]) == {status.value for status in FAMILIES[family]}


def test_an_unknown_status_is_refused_by_name() -> None:
    """A status that nobody gave a word fails loudly instead of showing its code to people."""
    with pytest.raises(ValueError, match="no word for offer in status 'lost'"):
        status_word("offer", "lost")


@pytest.mark.parametrize(
    ("chosen", "accepted", "locale"),
    [
        (None, None, "it"),
        ("en", "it", "en"),
        (None, "en-GB,en;q=0.8", "en"),
        (None, "fr-FR, en;q=0.5", "en"),
        ("xx", "zz", "it"),
    ],
)
def test_the_readers_language(chosen: str | None, accepted: str | None, locale: str) -> None:
    """A choice wins over the browser's wishes, and Italian is what remains."""
    assert i18n.negotiate(chosen, accepted) == locale


def test_plurals_follow_the_language() -> None:
    """One field is not "1 campi"."""
    with i18n.speaking("it"):
        assert i18n.ngettext("Check one field", "Check %(num)d fields", 1) == "Controlla un campo"
        assert i18n.ngettext("Check one field", "Check %(num)d fields", 3) == "Controlla %(num)d campi"


def test_languages_call_themselves_by_their_own_name() -> None:
    """The switch says "English" to who looks for English, and knows which way a script runs."""
    assert [i18n.autonym("it"), i18n.autonym("en")] == ["Italiano", "English"]
    assert i18n.direction("ar") == "rtl"
