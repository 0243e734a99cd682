# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of all SMS texts: each language, each kind, what it costs, and whether a native speaker has read it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from config.policy import load_policy
from dispatch.kit.session import Database
from dispatch.policy import messages
from dispatch.policy.messages import messages_page
from dispatch.records.statuses import Role
from dispatch.web.i18n import speaking
from notifications.catalog import MissingText, languages, read_by
from notifications.message import WORDS_OF, MessageKind
from notifications.samples import ORDINARY
from tests import make

SMS = load_policy().sms


def test_there_is_a_sample_of_every_kind() -> None:
    """A kind without sample values would be missing on the page; values of another kind would not compose."""
    assert {kind: type(words) for kind, words in ORDINARY.items()} == WORDS_OF


@pytest.mark.parametrize("language", languages())
def test_every_text_is_written_within_its_budget(language: str) -> None:
    """All kinds, each with a body, its alphabet and a cost that follows from its segments."""
    with speaking("it"):
        texts = messages_page(language, SMS).texts
    assert [text.kind for text in texts] == list(MessageKind)
    assert [text.kind for text in texts if text.trouble or not 1 <= text.segments <= text.allowed] == []
    assert {text.alphabet for text in texts} <= {"GSM-7", "UCS-2"}


def test_the_cost_is_the_policys() -> None:
    """Twice the price of a segment, twice the cost of a text."""
    with speaking("it"):
        dear = msgspec.structs.replace(SMS, cost_per_segment=SMS.cost_per_segment * 2)
        assert messages.sample(MessageKind.OFFER, "it", SMS).cost == messages.euros(SMS.cost_per_segment)
        assert messages.sample(MessageKind.OFFER, "it", dear).cost == messages.euros(2 * SMS.cost_per_segment)


def test_a_text_that_cannot_be_written_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that lacks a text shows it, instead of a page that breaks."""

    def refuse(*_: object) -> None:
        raise MissingText("text 'x' has no it translation")

    monkeypatch.setattr(messages, "compose", refuse)
    with speaking("en"):
        page = messages_page("it", SMS)
    assert page.shown.troubles == len(MessageKind)
    assert page.texts[0].trouble == "text 'x' has no it translation"


@pytest.mark.parametrize(("header", "wanted"), [("no", None), ("", None), ("Amina B., 2026", "Amina B., 2026")])
def test_who_has_read_a_catalog_stands_in_its_head(tmp_path: Path, header: str, wanted: str | None) -> None:
    """A name counts; an empty header or a plain no is nobody."""
    file = tmp_path / "notifications.po"
    file.write_text(f'msgid ""\nmsgstr ""\n"X-Read-By-Native: {header}\\n"\n', encoding="utf-8")
    assert read_by(file) == wanted


def test_the_page_over_http(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A coordinator reads it, in the language that she asks for; an unknown one gives the Italian texts."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
    door = make.client(database)
    door.headers["Accept-Language"] = "it"
    make.signed_in(door, "marta")
    assert "Rispondi SI 412 o NO 412" in door.get("/policy/messages").text
    assert "Rispondi SI 412 o NO 412" in door.get("/policy/messages?language=xx").text
    english = door.get("/policy/messages?language=en").text
    assert '<span lang="en" dir="ltr">Ponte:' in english
    assert "Rispondi SI" not in english
    assert "/policy/messages" in door.get("/policy").text
