# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weeks, days and months as an address names them and as a page says them."""

from __future__ import annotations

import datetime as dt
import re

from babel.dates import format_interval

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import monday_of
from dispatch.web.i18n import current_locale, gettext

YEARS = range(2000, 2200)  # a week before and after them is still a date


def monday_named(week: str) -> dt.date:
    """The Monday of "2026-W48", or of any date of the week."""
    try:
        iso = dt.datetime.strptime(f"{week}-1", "%G-W%V-%u") if "W" in week else None  # noqa: DTZ007 - a date, no instant
        day = iso.date() if iso else dt.date.fromisoformat(week)
        if day.year not in YEARS:
            raise ValueError(week)
        return monday_of(day)
    except ValueError:
        field = FieldProblem("week", gettext("This is not a week."), week, gettext("Write it as 2026-W48."))
        raise NotUnderstood(gettext("The week cannot be read."), fields=(field,)) from None


def day_named(day: str) -> dt.date:
    """The day "2026-11-24"."""
    try:
        found = dt.date.fromisoformat(day)
        if found.year not in YEARS:
            raise ValueError(day)
    except ValueError:
        field = FieldProblem("day", gettext("This is not a day."), day, gettext("Write it as 2026-11-24."))
        raise NotUnderstood(gettext("The day cannot be read."), fields=(field,)) from None
    return found


def week_name(monday: dt.date) -> str:
    """The ISO name of a week: "2026-W48"."""
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02d}"


def week_title(monday: dt.date, last: dt.date | None = None) -> str:
    """The week in words, up to Friday unless it goes on: "Settimana 23–27 nov 2026"."""
    shown = format_interval(monday, last or monday + dt.timedelta(days=4), "yMMMd", locale=current_locale())
    return gettext("Week %(days)s") % {"days": re.sub(r"\b0", "", shown)}  # "4 dic", not "04 dic"
