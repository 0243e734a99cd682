# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pace of a sender: never faster than its bucket allows, and never slower than it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dispatch.line.bucket import charge, take

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
RATES, BURSTS = st.integers(1, 200), st.integers(1, 50)


def draws(waits: Sequence[int], per_second: int, burst: int) -> list[dt.datetime]:
    """When the tokens are drawn by somebody who pauses these milliseconds between, and waits as told."""
    now, until, drawn = NOON, None, []
    for wait in waits:
        now += dt.timedelta(milliseconds=wait)
        until, seconds = take(until, now, per_second=per_second, burst=burst)
        if seconds:
            now += dt.timedelta(seconds=seconds) + dt.timedelta(microseconds=1)
            until, again = take(until, now, per_second=per_second, burst=burst)
            assert again == 0
        drawn.append(now)
    return drawn


@given(st.lists(st.integers(0, 300), min_size=2, max_size=60), RATES, BURSTS)
def test_no_stretch_of_time_sees_more_than_the_burst_and_the_rate(waits: list[int], rate: int, burst: int) -> None:
    """Of any two draws, those between them fit into burst + rate x time (a microsecond of rounding a step)."""
    drawn = draws(waits, rate, burst)
    for first in range(len(drawn)):
        for last in range(first, len(drawn)):
            seconds = (drawn[last] - drawn[first]).total_seconds() + 1e-5
            assert last - first + 1 <= burst + seconds * rate * (1 + 1e-3) + 1e-6


@given(RATES, BURSTS)
def test_after_a_rest_the_whole_burst_leaves_at_once_and_then_one_a_step(rate: int, burst: int) -> None:
    """The bucket fills to its burst and no further, however long the rest."""
    drawn = draws([3_600_000] + [0] * (burst + 1), rate, burst)
    assert drawn[0] == drawn[burst - 1]
    waited = (drawn[burst] - drawn[burst - 1]).total_seconds()
    assert abs(waited - 1 / rate) < 1e-4


def test_a_long_sms_makes_the_next_one_wait_for_its_segments() -> None:
    """Three segments at ten a second, no burst: the next leaves three tenths later."""
    until, _ = take(None, NOON, per_second=10, burst=1)
    until = charge(until, NOON, 2, per_second=10)
    _same, seconds = take(until, NOON, per_second=10, burst=1)
    assert abs(seconds - 0.3) < 1e-6
