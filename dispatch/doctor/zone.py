# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether this machine knows the time of Italy; asked before anything else, because nothing of the service loads without."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from dispatch.doctor.finding import Finding, fine, wrong

ABOUT = "time zone"
REMEDY = "Install the system's tzdata, or the Python package of that name."
# Noon of a summer's and of a winter's day, and how far Italy's clocks are from UTC then.
KNOWN = ((dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC), 2), (dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC), 1))


def examine_zone() -> Finding:
    """Europe/Rome is there, and has summer and winter time."""
    try:
        rome = zoneinfo.ZoneInfo("Europe/Rome")
    except zoneinfo.ZoneInfoNotFoundError:
        return wrong(ABOUT, "this machine has no data of Europe/Rome", REMEDY)
    for noon, hours in KNOWN:
        if noon.astimezone(rome).utcoffset() != dt.timedelta(hours=hours):
            return wrong(ABOUT, f"the data of Europe/Rome are wrong for {noon:%B %Y}", REMEDY)
    return fine(ABOUT, "Europe/Rome, summer and winter")
