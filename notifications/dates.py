# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates and times as a recipient reads them: Europe/Rome, CLDR skeletons, short enough for an SMS."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from notifications.nearest import PLAIN_LETTERS
from notifications.segments import without_accents

ROME: Final = ZoneInfo("Europe/Rome")
# CLDR "en" writes the month first; whoever reads English in Bergamo expects the day first.
_CLDR: Final = {"en": "en_GB"}
# Chinese puts the month first; "11月24日周二" cannot be taken for the eleventh of another month, "11/24" can.
_DAY: Final = {"zh": "MMMEd"}
# CLDR's commas, full stops after a weekday and direction marks only cost; compose sets the marks that are needed.
_SPARE: Final = re.compile(r"[,،\u200e\u200f]|(?<=\D)\.|\.$")


def day(instant: datetime, language: str) -> str:
    """Weekday and date of an aware instant, e.g. "mar 24/11"; digits are 0-9 in every language, as people reply."""
    written = _written(_DAY.get(language, "MEd"), _local(instant), language)
    # Bengali and Punjabi write 24-11, which beside 9-13 reads like hours.
    plain = _SPARE.sub("", written).replace("-", "/")
    return without_accents(plain) if language in PLAIN_LETTERS else plain


def clock(instant: datetime, language: str) -> str:
    """Time of an aware instant on the 24-hour clock without a leading zero, e.g. "9:00"."""
    shown = _written("Hm", _local(instant), language)
    return shown[1:] if shown[0] == "0" else shown


def span(start: datetime, end: datetime, language: str) -> str:
    """Day and times of a visit, e.g. "mar 24/11 9:00-10:30"; the end is understood to be after the start."""
    return f"{day(start, language)} {clock(start, language)}-{clock(end, language)}"


@lru_cache(maxsize=1024)  # a text that is shortened by steps is written several times with the same instants
def _written(skeleton: str, local: datetime, language: str) -> str:
    return format_skeleton(skeleton, local, locale=_CLDR.get(language, language), fuzzy=False)


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
