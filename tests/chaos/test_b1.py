# SPDX-License-Identifier: AGPL-3.0-or-later
"""B1 at full size: five thousand SMS, two hundred workers killed or frozen, a carrier with moods, lists up to five seconds late."""

from __future__ import annotations

import time

import msgspec
import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.crew import Size, send_under_fire
from tests.dispatch.offers.sending_worker import QUICK

# 1 s marked + 3 s frozen + 1 s post + 5 s lag, and two to spare.
FULL = Size(
    sms=5_000,
    kills=200,
    lags=(0.0, 1.0, 5.0),
    rules=msgspec.structs.replace(QUICK, settle_seconds=12),
    posts=4,
    frozen_seconds=3.0,
)


@pytest.mark.chaos
def test_b1_no_sms_is_lost_and_none_goes_out_twice(database: Database, chaos_figures: Write) -> None:
    """3 % 429, 5 % 500 after accepting, hangs and resets, SIGKILL and SIGSTOP: each taken exactly once, all final."""
    began = time.monotonic()
    seen = send_under_fire(database, FULL, seconds=600)
    chaos_figures(
        row="B1",
        size=f"{FULL.sms:,} SMS, {FULL.kills} workers killed or frozen ({seen.frozen} frozen), list lag 0/1/5 s",
        result=f"lost {seen.lost}, twice {seen.twice}, all final",
        seconds=time.monotonic() - began,
    )
    assert (seen.lost, seen.twice) == (0, 0)
