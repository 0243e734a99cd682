# SPDX-License-Identifier: AGPL-3.0-or-later
"""Instants as people read them: Europe/Rome, in the words of the page's language; the templates' filters (and numbers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import format_decimal

from dispatch.kit.clock import at_home
from dispatch.web.i18n import current_locale, direction, gettext

EN_DASH = "–"
ISOLATE, END_OF_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# CLDR has no skeleton for a whole day with its month in full and no year; these are the orders people write.
WHOLE_DAY = {
    **dict.fromkeys(("it", "en", "fr"), "EEEE d MMMM"),
    **dict.fromkeys(("ro", "ru", "uk", "sq", "bn", "hi", "pa"), "EEEE, d MMMM"),
    **dict.fromkeys(("ar", "ur"), "EEEE، d MMMM"),
    "es": "EEEE d 'de' MMMM",
    "zh": "M月d日EEEE",
}


def _home(instant: dt.datetime) -> dt.datetime:
    """The instant on a wall clock at home; a naive one is a mistake of the page, not a time."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone: pass aware instants, in UTC, to the pages")
    return at_home(instant)


def _date(when: dt.datetime | dt.date) -> dt.date:
    return _home(when).date() if isinstance(when, dt.datetime) else when


def day(when: dt.datetime | dt.date) -> str:
    """The whole day: "martedì 24 novembre"."""
    locale = current_locale()
    if locale in WHOLE_DAY:
        return format_date(_date(when), WHOLE_DAY[locale], locale=locale)
    return format_skeleton("MMMEd", _date(when), locale=locale)


def short_day(when: dt.datetime | dt.date) -> str:
    """A day for a narrow column: "mar 24 nov"."""
    return format_skeleton("MMMEd", _date(when), locale=current_locale())


def weekday(number: int) -> str:
    """The name of a day of the week, Monday being 0."""
    names: Mapping[int, str] = get_day_names("wide", "stand-alone", locale=current_locale())
    return names[number]


def short_date(when: dt.datetime | dt.date) -> str:
    """A day for a narrow column where the year may not be this one: "mar 24 nov 2026"."""
    return format_skeleton("yMMMEd", _date(when), locale=current_locale())


def column_day(when: dt.datetime | dt.date) -> str:
    """A day as the head of a column of a week that is named above: "mar 24"."""
    return format_skeleton("Ed", _date(when), locale=current_locale())


def day_and_month(when: dt.datetime | dt.date) -> str:
    """A day in a list of days: "8/12"."""
    if current_locale() == "it":
        return format_date(_date(when), "d/M", locale="it")
    return format_skeleton("MMMd", _date(when), locale=current_locale())


def long_date(when: dt.datetime | dt.date) -> str:
    """A day with its year: "24 novembre 2026"."""
    return format_date(_date(when), "long", locale=current_locale())


def month_and_year(when: dt.datetime | dt.date) -> str:
    """The month a day lies in, as a heading: "Novembre 2026"."""
    return format_skeleton("yMMMM", _date(when), locale=current_locale()).capitalize()


def day_number(when: dt.datetime | dt.date) -> str:
    """The day in its month alone: "24"."""
    return str(_date(when).day)


def clock_time(instant: dt.datetime) -> str:
    """The time on the wall, without a leading zero, as SMS and people write it: "9:05"."""
    home = _home(instant)
    return f"{home.hour}:{home.minute:02d}"


def clock_input(instant: dt.datetime) -> str:
    """The time as an input of type "time" wants it: "09:05"."""
    return f"{_home(instant):%H:%M}"


def span(start: dt.datetime, end: dt.datetime) -> str:
    """From–to within a day: "9:00–10:30", in this order also inside a text that runs from right to left."""
    shown = f"{clock_time(start)}{EN_DASH}{clock_time(end)}"
    return f"{ISOLATE}{shown}{END_OF_ISOLATE}" if direction(current_locale()) == "rtl" else shown


def moment(instant: dt.datetime) -> str:
    """A day with its time: "mar 24 nov, 9:00"."""
    return f"{short_day(instant)}, {clock_time(instant)}"


def deadline(instant: dt.datetime, now: dt.datetime) -> str:
    """Until when, as one would say it today: "oggi alle 16:00", "domani alle 9:30", "mar 24 nov alle 15:00"."""
    days = (_home(instant).date() - _home(now).date()).days
    if days == 0:
        return gettext("today at %(time)s") % {"time": clock_time(instant)}
    if days == 1:
        return gettext("tomorrow at %(time)s") % {"time": clock_time(instant)}
    return gettext("%(day)s at %(time)s") % {"day": short_day(instant), "time": clock_time(instant)}


def duration(minutes: int) -> str:
    """Whole minutes as hours and minutes: "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


def machine_time(when: dt.datetime | dt.date) -> str:
    """What a <time datetime> holds: ISO 8601, with the offset at home."""
    return _home(when).isoformat(timespec="minutes") if isinstance(when, dt.datetime) else when.isoformat()


def decimal(number: float) -> str:
    """At most two digits after the comma, in the language's own sign: "0,3"."""
    return format_decimal(round(number, 2), locale=current_locale())


FILTERS = {
    "decimal": decimal,
    "day": day,
    "short_day": short_day,
    "column_day": column_day,
    "day_number": day_number,
    "weekday": weekday,
    "long_date": long_date,
    "clock_time": clock_time,
    "clock_input": clock_input,
    "moment": moment,
    "deadline": deadline,
    "duration": duration,
    "machine_time": machine_time,
}
