# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes dates as an iCalendar file (RFC 5545) that calendars of phones and offices read, in Europe/Rome's own time.

Whoever writes one gives each date a name that never changes, and says when it last changed: a calendar then moves what
moved and strikes out what fell away, instead of keeping both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from icalendar import Calendar, Event, Timezone

from dispatch.kit.clock import ROME, at_home

MEDIA_TYPE = "text/calendar; charset=utf-8"
SEQUENCES_SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # seconds from here fit a calendar's 32 bits for 68 years
LOOK_AGAIN = "PT1H"
# The rule of the European Union since 1996; the zone file would add a century of changes to every answer.
ITALY = """\
BEGIN:VTIMEZONE
TZID:Europe/Rome
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
""".replace("\n", "\r\n")


class Standing(StrEnum):
    """How sure a date is."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Date:
    """One date: ``name`` is its own for ever, ``changed`` the instant of its last change."""

    name: str
    start: dt.datetime
    end: dt.datetime
    changed: dt.datetime
    title: str
    place: str = ""
    about: str = ""
    standing: Standing = Standing.CONFIRMED


def calendar_file(dates: Iterable[Date], title: str) -> bytes:
    """The whole file; the same dates give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Ponte//calendar//IT")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    calendar.add("x-published-ttl", LOOK_AGAIN)
    calendar.add_component(Timezone.from_ical(ITALY))
    for date in sorted(dates, key=lambda one: (one.start, one.name)):
        calendar.add_component(_event(date))
    written: bytes = calendar.to_ical()
    return written


def _event(date: Date) -> Event:
    event = Event()
    event.add("uid", f"{date.name}@ponte")
    event.add("sequence", max(0, int((date.changed - SEQUENCES_SINCE).total_seconds())))
    event.add("dtstamp", date.changed.astimezone(dt.UTC))
    event.add("last-modified", date.changed.astimezone(dt.UTC))
    for name, instant in (("dtstart", date.start), ("dtend", date.end)):
        event.add(name, at_home(instant).replace(tzinfo=ROME))
    event.add("summary", date.title)
    if date.place:
        event.add("location", date.place)
    if date.about:
        event.add("description", date.about)
    event.add("status", date.standing.value)
    event.add("transp", "TRANSPARENT" if date.standing is Standing.CANCELLED else "OPAQUE")
    return event
