# SPDX-License-Identifier: AGPL-3.0-or-later
"""The token bucket of a sender, kept as one instant: until when its past SMS have used up its pace.

The instant stands in a row, so all workers draw from one bucket. `burst` SMS may leave at once after a rest; then one
leaves each 1/`per_second`. An SMS of three segments takes three tokens, because carriers count segments.
"""

from __future__ import annotations

import datetime as dt


def take(
    paced_until: dt.datetime | None, now: dt.datetime, *, per_second: int, burst: int
) -> tuple[dt.datetime | None, float]:
    """Draw one token: the new instant and 0, or the old one and how many seconds to wait for it."""
    step = dt.timedelta(seconds=1 / per_second)
    used = max(paced_until or now, now)
    early = (used - step * (burst - 1) - now).total_seconds()
    if early > 0:
        return paced_until, early
    return used + step, 0.0


def charge(paced_until: dt.datetime | None, now: dt.datetime, tokens: int, *, per_second: int) -> dt.datetime:
    """Draw tokens for what has been taken already: whoever comes next waits for them."""
    return max(paced_until or now, now) + dt.timedelta(seconds=tokens / per_second)
