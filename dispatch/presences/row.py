# SPDX-License-Identifier: AGPL-3.0-or-later
"""A presence's row and what was entered: each said in the words of the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dispatch.kit.recurrence import Recurrence
from dispatch.presences.decisions import Pattern, weeks_between
from dispatch.presences.reading import Reading
from dispatch.presences.schemas import WEEKDAYS
from dispatch.presences.words import typed_clock
from dispatch.records.presences import Presence
from dispatch.records.statuses import Every


def body_of(presence: Presence) -> dict[str, Any]:
    """The presence as somebody would enter it now."""
    return {
        "name": presence.name,
        "desk": presence.desk.code if presence.desk else None,
        "ambito": presence.ambito_code,
        "place": presence.place.code,
        "kind": presence.kind,
        "weekdays": [WEEKDAYS[number] for number in presence.weekdays],
        "from": typed_clock(presence.from_minute),
        "to": typed_clock(presence.to_minute),
        "first_day": presence.first_day.isoformat(),
        "last_day": last_day_of(presence).isoformat(),
        "every": presence.every,
        "keep_holidays": presence.keep_holidays,
        "school_days_only": presence.school_days_only,
        "languages": [{"code": code, "level": level} for code, level in presence.languages.items()],
        "cover": presence.cover,
        "mediator": presence.mediator.code if presence.mediator else None,
        "project": presence.project_code,
    }


def pattern_of(presence: Presence) -> Pattern:
    """The dates of a presence as it stands."""
    recurrence = Recurrence(
        first=presence.first_day,
        last=last_day_of(presence),
        weeks=weeks_between(Every(presence.every)),
        weekdays=tuple(presence.weekdays),
        keep_holidays=presence.keep_holidays,
        school_days_only=presence.school_days_only,
    )
    return Pattern(recurrence, presence.from_minute, presence.to_minute)


def last_day_of(presence: Presence) -> dt.date:
    """The last day on which it is held, stopped early or not."""
    return presence.ended_on or presence.last_day


def columns_of(reading: Reading, now: dt.datetime) -> dict[str, Any]:
    """The columns that come from what was entered; the owner and the first day never change."""
    pattern = reading.pattern
    return {
        "name": reading.body.name.strip(),
        "place": reading.place,
        "place_id": reading.place.id,
        "kind": reading.body.kind,
        "weekdays": list(pattern.recurrence.weekdays),
        "from_minute": pattern.from_minute,
        "to_minute": pattern.to_minute,
        "last_day": pattern.recurrence.last,
        "every": reading.body.every,
        "keep_holidays": reading.body.keep_holidays,
        "school_days_only": reading.body.school_days_only,
        "languages": reading.languages,
        "cover": reading.body.cover,
        "mediator": reading.mediator,
        "project_code": reading.project.code if reading.project else None,
        "changed_at": now,
    }
