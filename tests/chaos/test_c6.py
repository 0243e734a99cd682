# SPDX-License-Identifier: AGPL-3.0-or-later
"""C6 in full: every labelled reply, every slip of it, and 20,000 yeses with a word that nobody knows."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.replies import read
from tests.chaos import figures
from tests.notifications.fuzz import PLACES_FOR_A_WORD, WORDS_OUTSIDE, with_word, yeses
from tests.notifications.labelled import FULL, booked, judge, labelled, slipped_into_yes, slips

ROWS = labelled()
FUZZED = 20_000


@pytest.mark.chaos
def test_no_false_yes(chaos_figures: figures.Write) -> None:
    """No yes that nobody gave, 95 % right, the rest to a person."""
    began = time.monotonic()
    score = judge(read, ROWS)
    assert score.false_yes == score.wrong == ()
    assert score.right >= 0.95 * len(ROWS)
    assert slipped_into_yes(read, ROWS, FULL) == []
    fuzz()
    tried = sum(1 for row in ROWS if not row.means_yes for _ in slips(row.text))
    chaos_figures(
        row="C6",
        size=f"{len(ROWS)} labelled replies in 14 languages, {tried:,} slips, {FUZZED:,} fuzzed",
        result=f"false yes 0, right {score.right / len(ROWS):.1%}, {score.to_person} more to a person",
        seconds=time.monotonic() - began,
    )


@settings(deadline=None, max_examples=FUZZED, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(start=st.sampled_from(yeses(ROWS)), word=WORDS_OUTSIDE, at=st.sampled_from(PLACES_FOR_A_WORD))
def fuzz(start: str, word: str, at: str) -> None:
    """A yes with a word more books nothing."""
    assert booked(read(with_word(start, word, at))) == frozenset()
