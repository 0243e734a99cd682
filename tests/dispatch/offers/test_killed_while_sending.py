# SPDX-License-Identifier: AGPL-3.0-or-later
"""B1 at a tenth: workers are killed and frozen in the middle of sending, and no SMS is lost and none goes out twice."""

from __future__ import annotations

import dataclasses

from dispatch.kit.session import Database
from tests.dispatch.offers.crew import Seen, Size, send_under_fire
from tests.dispatch.offers.sending_worker import QUICK

TENTH = Size(sms=60, kills=5, lags=(0.0, 0.5), rules=QUICK)


def test_a_killed_worker_loses_and_doubles_nothing(database: Database) -> None:
    """60 SMS, 5 kills and freezes, 429s, 500s after accepting, hangs: every message final, each taken exactly once."""
    seen = send_under_fire(database, TENTH)
    assert (seen.lost, seen.twice) == (0, 0)
    assert seen.frozen > 0


def test_without_the_mark_the_same_kills_send_twice(database: Database) -> None:
    """Control: a worker that does not commit `sending` before the post repeats what it was killed at."""
    seen: Seen = send_under_fire(database, dataclasses.replace(TENTH, kills=6), marked=False)
    assert seen.twice > 0
