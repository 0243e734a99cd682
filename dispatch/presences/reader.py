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
from dispatch.records.presences import Presence


@dataclass(frozen=True)
class Reader:
    """``standing`` is the presence that is changed: its first day may have passed, and its mediator stays hers."""

    session: Session
    visitor: Visitor
    now: dt.datetime
    policy: PresencePolicy
    closures: Closures
    standing: Presence | None = None

    @property
    def past_ok(self) -> bool:
        return self.standing is not None

    @property
    def today(self) -> dt.date:
        return at_home(self.now).date()
