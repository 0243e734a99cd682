# SPDX-License-Identifier: AGPL-3.0-or-later
"""Right-to-left texts: on the screen every time, date, phone number, link and Latin name reads as it was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.compose import compose
from notifications.direction import LRM, RLM, mark
from notifications.message import MessageKind
from notifications.nearest import RIGHT_TO_LEFT
from tests.notifications.bidi import shown
from tests.notifications.words import CONFIRMED, OFFER, ORDINARY, VISIT

LANGUAGES = sorted(RIGHT_TO_LEFT)


def on_screen(kind: MessageKind, language: str) -> str:
    """An ordinary text as it stands on the screen, its signs from left to right."""
    return shown(compose(kind, language, ORDINARY[kind]).body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(MessageKind))
def test_text_starts_at_the_right(kind: MessageKind, language: str) -> None:
    """Our Latin name comes first, and still the whole text runs from right to left."""
    assert on_screen(kind, language).endswith("Ponte")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [MessageKind.OFFER, MessageKind.CANCELLED, MessageKind.NOTED, MessageKind.ASK_TIMES])
def test_times_and_dates_are_never_turned(kind: MessageKind, language: str) -> None:
    """9:00-10:30 stays 9:00-10:30, 24/11 stays 24/11, and the date is read before the time."""
    screen = on_screen(kind, language)
    assert "9:00-10:30 24/11" in screen
    assert "412" in screen


@pytest.mark.parametrize("language", LANGUAGES)
def test_confirmation_keeps_its_pieces(language: str) -> None:
    """Desk, street, place, name with telephone and link each stand whole, one after the other from right to left."""
    screen = on_screen(MessageKind.CONFIRMED, language)
    pieces = ["ponte.example/m/7fK2", "Anna 035 940000", "Trescore Balneario", "via Lotto 15", "IC Trescore"]
    assert [screen.index(piece) for piece in pieces] == sorted(screen.index(piece) for piece in pieces)


@pytest.mark.parametrize("contact", ["035 940000", "+39 035 940000", "+39 035940000", "035-940000", "035/940.000"])
def test_phone_number_alone_stays_one_piece(contact: str) -> None:
    """A contact that is only a number reads in the order in which it is dialled."""
    for language in LANGUAGES:
        body = compose(MessageKind.CONFIRMED, language, replace(CONFIRMED, contact=contact)).body
        assert contact in shown(body)


def test_the_command_example_reads_in_order() -> None:
    """ "تم 412 9:05 10:40" is read, and copied, from right to left: the word, the code, the start, the end."""
    assert "10:40 9:05 412 مت" in on_screen(MessageKind.ASK_TIMES, "ar")
    assert "9-13 ءاثالثلا" in on_screen(MessageKind.ASK_SHIFT, "ar")


def test_brackets_of_a_latin_name_stay_with_it() -> None:
    """A name with a bracket at its end does not lose it to the other side."""
    words = replace(OFFER, language="Darija (Marocco)", link=None, comune="Zogno")
    assert "Darija (Marocco)" in shown(compose(MessageKind.OFFER, "ar", words).body)


def test_without_the_marks_times_are_turned() -> None:
    """Control: the same text without its marks shows the end before the start, in a line from left to right."""
    body = compose(MessageKind.CANCELLED, "ar", VISIT).body
    bare = shown(body.replace(RLM, "").replace(LRM, ""))
    assert "10:30-9:00" in bare
    assert bare.startswith("Ponte")


def test_marks_are_the_old_ones_and_few() -> None:
    """No isolate of 2013, which an old phone shows as a box, and never more than one mark in ten signs."""
    for language in LANGUAGES:
        for kind, words in ORDINARY.items():
            body = compose(kind, language, words).body
            assert not set(body) & set("\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")
            assert body.count(RLM) + body.count(LRM) <= len(body) / 10


def test_left_to_right_languages_have_no_marks() -> None:
    """A mark in a Latin text would more than double its price."""
    for language in ("it", "en", "fr", "zh", "hi"):
        for kind, words in ORDINARY.items():
            assert not {RLM, LRM} & set(compose(kind, language, words).body)


@given(
    name=st.lists(st.sampled_from(["Via", "Roma", "12", "IC", "Sotto", "il", "Monte", "d'Adda", "(BG)", "S.", "2/B", "12/14"]), min_size=1, max_size=6)
)  # fmt: skip
@settings(deadline=None, max_examples=200)
def test_any_latin_address_stands_whole(name: list[str]) -> None:
    """Whatever words and numbers an address has, once it begins with a letter it reads from left to right."""
    address = " ".join(["Via", *name, "Roma"])
    assert address in shown(mark(f"Ponte: تم تأكيد {address}، شكرا"))
