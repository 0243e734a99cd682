# SPDX-License-Identifier: AGPL-3.0-or-later
"""B2 and B5 at full size: a thousand SMS meet a carrier that is down for ten minutes; one urgent SMS among two thousand."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.line_trials import outage, urgent_among
from tests.dispatch.offers.test_line import DRAINED, LONGEST_URGENT, MOST_IN_VAIN

DUE = 1_000  # More could not leave within two minutes at ten a second, the shipped pace.
QUEUED = 2_000


@pytest.mark.chaos
def test_b2_the_carrier_is_down_for_ten_minutes(database: Database, chaos_figures: Write) -> None:
    """No more posts in vain than for sixty SMS: the first few, then a trial each half minute; drained within two minutes, nothing late or twice."""
    began = time.monotonic()
    seen = outage(database, DUE)
    chaos_figures(
        row="B2",
        size=f"{DUE:,} SMS queued, 10 minutes of 100 % 500",
        result=f"{seen.posts_in_vain} posts in vain, drained {seen.drained:.0f} s after, "
        f"late {seen.too_late}, twice {seen.taken_twice}, kept at home {seen.kept_at_home}",
        seconds=time.monotonic() - began,
    )
    assert seen.posts_in_vain <= MOST_IN_VAIN
    assert seen.drained <= DRAINED
    assert (seen.too_late, seen.taken_twice) == (0, 0)
    assert seen.sent + seen.kept_at_home == DUE


@pytest.mark.chaos
def test_b5_one_urgent_sms_among_two_thousand(database: Database, chaos_figures: Write) -> None:
    """It waits for the sender's pace and for nobody before it."""
    began = time.monotonic()
    waited = urgent_among(database, QUEUED, priority=0)
    chaos_figures(
        row="B5",
        size=f"{QUEUED:,} queued, 1 urgent",
        result=f"urgent waited {waited:.2f} s on the trial's clock, at most {LONGEST_URGENT:.0f} s asserted",
        seconds=time.monotonic() - began,
    )
    assert waited <= LONGEST_URGENT
