# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who enters a presence, when, under which policy, and on which days the services of the territory are shut."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from config.policy import PresencePolicy
from dispatch.access.visitor import Visitor
from dispatch.kit.clock import at_home
from dispatch.kit.recurrence import Closures


@dataclass(frozen=True)
class Reader:
    """``past_ok``: the first day may have passed, because the presence exists already."""

    session: Session
    visitor: Visitor
    now: dt.datetime
    policy: PresencePolicy
    closures: Closures
    past_ok: bool = False

    @property
    def today(self) -> dt.date:
        return at_home(self.now).date()
