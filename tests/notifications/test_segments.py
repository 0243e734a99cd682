# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting segments as the carriers do."""

from __future__ import annotations

import pytest

from notifications.segments import BASIC, EXTENSION, Alphabet, measure, plain_signs


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "segments"),
    [
        ("", Alphabet.GSM7, 0, 1),
        ("a" * 160, Alphabet.GSM7, 160, 1),
        ("a" * 161, Alphabet.GSM7, 161, 2),
        ("a" * 306, Alphabet.GSM7, 306, 2),
        ("a" * 307, Alphabet.GSM7, 307, 3),
        ("€" * 80, Alphabet.GSM7, 160, 1),
        ("€" * 80 + "a", Alphabet.GSM7, 161, 2),
        ("è" * 160, Alphabet.GSM7, 160, 1),
        ("È" * 70, Alphabet.UCS2, 70, 1),
        ("È" + "a" * 70, Alphabet.UCS2, 71, 2),
        ("ș" * 134, Alphabet.UCS2, 134, 2),
        ("ș" * 135, Alphabet.UCS2, 135, 3),
        ("👍" * 35, Alphabet.UCS2, 70, 1),
        ("👍" * 36, Alphabet.UCS2, 72, 2),
        ("👍" * 67, Alphabet.UCS2, 134, 3),
    ],
)
def test_segments_are_counted(text: str, alphabet: Alphabet, units: int, segments: int) -> None:
    """160/153 in GSM-7 and 70/67 in UCS-2, signs of two units counted twice."""
    size = measure(text)
    assert (size.alphabet, size.units, size.segments) == (alphabet, units, segments)


def test_sign_of_two_units_is_never_split_between_parts() -> None:
    """The 153rd unit of a part stays empty rather than hold half a euro sign."""
    assert measure("a" * 152 + "€" + "a" * 152).units == 306
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3


def test_table_has_the_size_of_the_standard() -> None:
    """The basic table of 3GPP TS 23.038 has 127 signs besides the escape, its extension ten."""
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize("sign", ["È", "Ê", "ê", "ë", "á", "í", "ó", "ș", "ț", "’", "“", "–"])
def test_signs_that_double_the_price(sign: str) -> None:
    """These signs force UCS-2; the lower-case Italian ones do not."""
    assert measure(sign).alphabet is Alphabet.UCS2
    assert measure("àèéìòù").alphabet is Alphabet.GSM7


def test_typographic_signs_become_plain() -> None:
    """Curly quotes, long dashes, dots in one sign and odd white space are replaced before counting."""
    assert plain_signs("l’“ora” 9–10…\u00a0e\n poi") == 'l\'"ora" 9-10... e poi'
