# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed links: short enough for an SMS, good for one purpose, and nothing to guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.access.links import ALPHABET, Purpose, make, read

SECRET = b"test"


@given(st.integers(0, 2**63 - 1), st.sampled_from(Purpose))
def test_a_link_is_read_back(number: int, purpose: Purpose) -> None:
    """What was made here is read here."""
    assert read(purpose, make(purpose, number, SECRET), SECRET) == number


@given(st.integers(0, 10**7), st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_changed_sign_is_no_link(number: int, place: int, sign: str) -> None:
    """Whoever changes a sign of a link holds nothing."""
    token = make(Purpose.OFFER, number, SECRET)
    place %= len(token)
    changed = token[:place] + sign + token[place + 1 :]
    assert (read(Purpose.OFFER, changed, SECRET) is None) == (changed != token)


def test_a_link_opens_one_thing_of_one_installation() -> None:
    """An offer's link is no agenda, and another installation's link is worth nothing."""
    token = make(Purpose.OFFER, 42, SECRET)
    assert read(Purpose.AGENDA, token, SECRET) is None
    assert read(Purpose.OFFER, token, b"another") is None


def test_ten_million_offers_fit_in_twelve_signs() -> None:
    """An SMS has 160 characters and the link shares them with the offer."""
    assert len(make(Purpose.OFFER, 9_999_999, SECRET)) <= 12


@pytest.mark.parametrize("text", ["", "2", "\ud800" * 9, "é" * 12, "0" * 12, "A" * 5000, "\x00" * 12])
def test_any_other_text_is_no_link(text: str) -> None:
    """Old, cut or invented links are read as nothing."""
    assert read(Purpose.OFFER, text, SECRET) is None


def test_a_leading_zero_digit_is_no_second_spelling() -> None:
    """One offer has one link, so what is logged or revoked is the whole of it."""
    token = make(Purpose.OFFER, 42, SECRET)
    assert read(Purpose.OFFER, ALPHABET[0] + token, SECRET) is None
