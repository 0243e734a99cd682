# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates and times as a recipient reads them: Europe/Rome, CLDR skeletons, short enough for an SMS."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

ROME: Final = ZoneInfo("Europe/Rome")
# CLDR "en" writes the month first; whoever reads English in Bergamo expects the day first.
_CLDR: Final = {"en": "en_GB"}


def day(instant: datetime, language: str) -> str:
    """Weekday and date of an aware instant, e.g. "mar 24/11"."""
    return format_skeleton("MEd", _local(instant), locale=_CLDR.get(language, language)).replace(",", "")


def clock(instant: datetime, language: str) -> str:
    """Time of an aware instant on the 24-hour clock without a leading zero, e.g. "9:00"."""
    shown = format_skeleton("Hm", _local(instant), locale=_CLDR.get(language, language))
    return shown[1:] if shown[0] == "0" else shown


def span(start: datetime, end: datetime, language: str) -> str:
    """Day and times of a visit, e.g. "mar 24/11 9:00-10:30"; the end is understood to be after the start."""
    return f"{day(start, language)} {clock(start, language)}-{clock(end, language)}"


def same_day(one: datetime, other: datetime) -> bool:
    """Whether two aware instants fall on one day in Rome."""
    return _local(one).date() == _local(other).date()


def is_midnight(instant: datetime) -> bool:
    """Whether a day begins at this aware instant in Rome."""
    return _local(instant).time() == time()


def _local(instant: datetime) -> datetime:
    """The instant on Rome's clock. Raises ValueError for a naive one, which could mean either side of a DST night."""
    if instant.tzinfo is None:
        raise ValueError(f"instant {instant.isoformat()} has no time zone: give an aware one, for instance in UTC")
    # format_skeleton takes a naive value as it stands, so the zone is applied here and nowhere else.
    return instant.astimezone(ROME).replace(tzinfo=None)
