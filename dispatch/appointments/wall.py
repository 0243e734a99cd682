# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days and times as people write them, read as instants; the two DST nights are refused by name, never guessed."""

from __future__ import annotations

import datetime as dt
import re

from dispatch.appointments.findings import Refused
from dispatch.kit.clock import ROME, at_home
from dispatch.web.i18n import gettext as _

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def read_day(field: str, text: str, now: dt.datetime, furthest_days: int, *, past_ok: bool = False) -> dt.date:
    """A day within reach; raises Refused for what is no day, lies in the past, or is too far away."""
    day, today = written_day(field, text), at_home(now).date()
    if day < today and not past_ok:
        raise Refused(
            field, text, _("This day is in the past."), _("Choose a day from %(day)s on.") % {"day": today.isoformat()}
        )
    last = today + dt.timedelta(days=furthest_days)
    if day > last or (today - day).days > furthest_days:
        raise Refused(
            field, text, _("This day is too far away."), _("Choose a day up to %(day)s.") % {"day": last.isoformat()}
        )
    return day


def written_day(field: str, text: str) -> dt.date:
    """Any day that is written as one."""
    try:
        day = dt.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Refused(field, text, _("This is not a day."), _("Write it as year-month-day: 2026-11-30."))
    return day


def read_time(field: str, text: str) -> dt.time:
    """A time of the day on the wall; a zone or a date in it is refused, because the day says both."""
    found = TIME.fullmatch(text)
    if found is None:
        raise Refused(
            field,
            text,
            _("This is not a time of the day."),
            _("Write hours and minutes, as the clock shows them in Italy: 09:10."),
        )
    return dt.time(int(found[1]), int(found[2]))


def instant(field: str, day: dt.date, time: dt.time) -> dt.datetime:
    """The one UTC instant at which the clocks in Italy show this; refused where there is none, or two."""
    wall = dt.datetime.combine(day, time, ROME)
    shown = f"{day.isoformat()} {time:%H:%M}"
    there = wall.astimezone(dt.UTC)
    if at_home(there).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise Refused(
            field,
            shown,
            _("That night the clocks go forward: this time does not exist."),
            _("Choose a time before 02:00 or from 03:00 on."),
        )
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        raise Refused(
            field,
            shown,
            _("That night the clocks go back: this time comes twice."),
            _("Choose a time before 02:00 or from 03:00 on."),
        )
    return there
