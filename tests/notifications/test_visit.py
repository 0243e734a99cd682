# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading how a visit went: every way people write a time, and nothing guessed where two readings are possible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.replies import Command, CommandName, Unclear, read

NINE, LATER = 9 * 60 + 5, 10 * 60 + 40


@pytest.mark.parametrize(
    "text",
    [
        "FATTO 9:05 10:40",
        "fatto 9.05 10.40",
        "Fatto 905 1040",
        "fatto 0905 1040",
        "fatto dalle 9:05 alle 10:40",
        "FATTO 9:05-10:40",
        "fatto 9h05 10h40 grazie",
        "Fatto, 9,05 – 10,40!",
        "done from 9:05 to 10:40",
        "fatto ٩:٠٥ 10:40",
        "9:05 10:40 fatto",
    ],
)
def test_times_are_read_as_people_write_them(text: str) -> None:
    """Colon, point, comma, h, or nothing between hours and minutes; with words of courtesy around."""
    assert read(text) == Command(CommandName.DONE, None, (NINE, LATER))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FATTO", Command(CommandName.DONE)),
        ("Fatto grazie", Command(CommandName.DONE)),
        ("FATTO 412", Command(CommandName.DONE, 412)),
        ("fatto n. 412", Command(CommandName.DONE, 412)),
        ("FATTO 412 9:05 10:40", Command(CommandName.DONE, 412, (NINE, LATER))),
        ("FATTO 412 905 1040", Command(CommandName.DONE, 412, (NINE, LATER))),
        ("fatto 9 10", Command(CommandName.DONE, None, (540, 600))),
        ("fatto 9 10.30", Command(CommandName.DONE, None, (540, 630))),
        ("ASSENTE", Command(CommandName.ABSENT)),
        ("assente 412", Command(CommandName.ABSENT, 412)),
        ("ABSENT 412", Command(CommandName.ABSENT, 412)),
        ("non si è presentata 412", Command(CommandName.ABSENT, 412)),
    ],
)
def test_codes_and_outcomes(text: str, wanted: Command) -> None:
    """One number is a code, two are times, three a code and times; the end before the start is judged later."""
    assert read(text) == wanted


@pytest.mark.parametrize("text", ["fatto 9:05", "fatto 412 9:05", "fatto 25:00 26:00", "fatto 9:75 10:00", "fatto 7",
                                  "fatto 412 9:05 10:40 12", "fatto 412 9 99", "fatto 12345", "fatto 412 513 9 10"])  # fmt: skip
def test_numbers_that_are_no_two_times_are_asked_again(text: str) -> None:
    """A single time may be either end, and no clock shows 25:00."""
    reading = read(text)
    assert isinstance(reading, Command)
    assert (reading.name, reading.times, reading.unsure) == (CommandName.DONE, None, True)


@pytest.mark.parametrize(
    "text", ["fatto ma in ritardo", "non fatto", "fatto?", "fatto assente", "fatto 9:05 10:40 e poi altro", "sì fatto",
             "domani sono assente", "alle 9", "9:05 10:40", "dalle 9 alle 10"],
)  # fmt: skip
def test_a_word_too_many_is_for_a_person(text: str) -> None:
    """What says more than an outcome is never cut down to one."""
    assert read(text) == Unclear(text)


@given(
    text=st.text(alphabet="fato 0123456789:.,h", max_size=24),
)
@settings(deadline=None)
def test_times_are_always_on_the_clock(text: str) -> None:
    """Whatever is typed, times that are read are minutes of one day."""
    reading = read(f"fatto {text}")
    if isinstance(reading, Command) and reading.times is not None:
        assert all(0 <= minute < 1440 for minute in reading.times)
