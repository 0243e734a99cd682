# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reply reaches the right question or a person (row C1), and three simpler rules are caught crediting the wrong one."""

from __future__ import annotations

import pytest

from tests.dispatch.offers.reply_machine import LatestOpen, Machine, OnlyOpenOne, OpenWithinTwoHours, walk

IN_SECONDS = 200  # of the 20,000 that tests/chaos/test_c1.py walks


def test_a_reply_reaches_the_question_meant_or_a_person() -> None:
    """Hundreds of phones of forty steps each: no answer is credited to a question that its sender did not mean."""
    walk(Machine, IN_SECONDS)


@pytest.mark.parametrize("naive", [LatestOpen, OnlyOpenOne, OpenWithinTwoHours])
def test_naive_rules_are_caught(naive: type[Machine]) -> None:
    """Control: the same walk catches each of the three rules that read a bare answer more boldly."""
    with pytest.raises(AssertionError, match="was credited to"):
        walk(naive, IN_SECONDS)
