# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drawn presence as a coordinator enters it: owned by the desk, or by the ambito that sends somebody there."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from dispatch.kit.clock import at_home
from dispatch.presences.schemas import WEEKDAYS
from dispatch.records.territory import Desk
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.draws import happens

TERRITORIAL, MAY_LEAVE = 40, 50  # percent owned by an ambito; percent that an urgent call may empty


def entered(asked: Asked, desk: Desk) -> dict[str, Any]:
    """The body of ``POST /api/v1/presences`` that says what the request would have said."""
    random = Random(f"presence {asked.body['desk']} {asked.start.isoformat()}")
    starts = at_home(asked.start)
    ends = at_home(asked.start + dt.timedelta(minutes=asked.minutes))
    is_territorial = happens(random, TERRITORIAL)
    owner = {"ambito": desk.place.ambito_code, "place": desk.place.code} if is_territorial else {"desk": desk.code}
    return owner | {
        "name": ("Presidio territoriale, " if is_territorial else "Sportello fisso, ") + desk.name[:100],
        "kind": asked.body["kind"],
        "weekdays": [WEEKDAYS[starts.weekday()]],
        "from": f"{starts:%H:%M}",
        "to": f"{ends:%H:%M}",
        "first_day": starts.date().isoformat(),
        "last_day": asked.body["repeat"]["until"],
        "cover": "may_leave" if happens(random, MAY_LEAVE) else "always",
        "project": asked.body["project"],
    }
