# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalogs: complete, used, with the same placeholders, and never silently in another language."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from notifications import wording
from notifications.catalog import Catalog, MissingText, catalog, languages, nearest_language

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


def test_italian_and_english_are_there() -> None:
    """The two languages of the first release have catalogs."""
    assert {"it", "en"} <= set(languages())


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


@pytest.mark.parametrize(
    ("tag", "language"), [("it", "it"), ("en", "en"), ("en-GB", "en"), ("en_US", "en"), ("xx", "it"), ("", "it")]
)
def test_nearest_language(tag: str, language: str) -> None:
    """A regional tag finds its language; one without a catalog gets Italian."""
    assert nearest_language(tag) == language
