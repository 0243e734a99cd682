# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads days, hours and weekly shifts as people write them: 02/12/2026, 9:30, "lun-mer 9-13; gio 14-18"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from config.territory.words import fold
from dispatch.exchange.cells import Cell, refused
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.findings import Refused
from dispatch.roster.entries import ShiftEntry
from dispatch.web.i18n import gettext as _

DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::00)?)?")
WEEKDAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOKEN = re.compile(
    r"(?P<day>lun|mar|mer|gio|ven|sab|dom|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
    r"|(?P<time>\d{1,2}(?:[:.h]\d{2})?)"
    r"|(?P<to>-|–|alle|al|a\b)"
    r"|(?P<filler>dalle|dal|da\b|ore|h\b|e\b|,|;|\.|/|\||:)|(?P<unknown>\S+)"
)
MIDNIGHT = 1440
YEARS = range(2000, 2200)  # a day elsewhere is a slip


def read_day(text: str) -> dt.date:
    """A day, gg/mm/aaaa or ISO; an hour of midnight after it comes from a spreadsheet and says nothing."""
    plain = re.sub(r"[ T]0{1,2}:00(:00)?$", "", text.strip())
    day = None
    try:
        if ISO_DAY.fullmatch(plain):
            day = dt.date.fromisoformat(plain)
        elif (found := DAY.fullmatch(plain)) is not None:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            day = dt.date(year, int(found[2]), int(found[1]))
    except ValueError:
        day = None
    if day is not None and day.year in YEARS:
        return day
    raise refused(text, _("This is not a day."), _("Write it as 02/12/2026."))


def write_day(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")


def read_time(text: str) -> int:
    """Minutes since midnight of "9", "9:30", "9.30"; 24:00 is the end of the day."""
    if (found := TIME.fullmatch(text.strip())) is not None:
        minutes = int(found[1]) * 60 + int(found[2] or 0)
        if int(found[2] or 0) < 60 and minutes <= MIDNIGHT:
            return minutes
    raise refused(text, _("This is not a time of the day."), _("Write hours and minutes, from 0:00 to 24:00: 9:30."))


def write_time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def read_begin(text: str) -> dt.datetime:
    """An instant: a day alone begins at its midnight."""
    return _instant(text, whole_day=0)


def read_end(text: str) -> dt.datetime:
    """An instant: a day alone lasts to its end."""
    return _instant(text, whole_day=MIDNIGHT)


def write_begin(instant: dt.datetime) -> str:
    return _written(instant, instant)


def write_end(instant: dt.datetime) -> str:
    """An end at midnight is the whole day before."""
    return _written(instant, instant - dt.timedelta(minutes=1))


def at(day: dt.datetime, minute: int) -> dt.datetime:
    """The instant at this time of the day on which ``day`` falls at home."""
    return from_wall(at_home(day).date(), minute)


def read_weekdays(text: str) -> tuple[int, ...]:
    """The days that "lun", "lunedì e martedì" or "lun-ven" mean."""
    return tuple(dict.fromkeys(_groups_of_days(text, list(_tokens(text)))))


def read_shifts(text: str) -> tuple[ShiftEntry, ...]:
    """A weekly pattern in one cell: "lun 9-13 e 14-18; mar, mer 14-18"."""
    days: list[re.Match[str]] = []
    hours: list[int] = []
    found: list[ShiftEntry] = []
    fresh = True
    for token in _tokens(text):
        if token["day"] is not None:
            days = [token] if not fresh else [*days, token]
            fresh = True
        elif token["to"] is not None and fresh and days and not hours:
            days.append(token)
        elif token["time"] is not None:
            fresh = False
            hours.append(read_time(token["time"]))
            if len(hours) == 2:
                found += _shifts(text, days, hours)
                hours = []
    if hours or not found:
        raise _no_pattern(text)
    return tuple(found)


def write_shifts(shifts: Sequence[ShiftEntry]) -> str:
    """The pattern without its days of validity, which a cell cannot hold."""
    lines = []
    for weekday, name in enumerate(WEEKDAYS):
        own = sorted((shift for shift in shifts if shift.weekday == weekday), key=lambda shift: shift.from_minute)
        spans = [f"{write_time(shift.from_minute)}-{write_time(shift.to_minute)}" for shift in own]
        lines += [f"{name} {' e '.join(spans)}"] if spans else []
    return "; ".join(lines)


def _instant(text: str, whole_day: int) -> dt.datetime:
    plain = text.strip()
    try:  # an instant with its offset is what we write in the night when the clock goes back
        if "T" in plain and (exact := dt.datetime.fromisoformat(plain)).tzinfo is not None and exact.year in YEARS:
            return exact.astimezone(dt.UTC)
    except ValueError:
        pass
    day, _space, hour = plain.replace("T", " ").partition(" ")
    hour = re.sub(r"^(ore|h)\s*", "", hour.strip())
    if hour.endswith(":00") and hour.count(":") == 2:
        hour = hour.removesuffix(":00")
    return from_wall(read_day(day), read_time(hour) if hour else whole_day)


def _written(instant: dt.datetime, shown: dt.datetime) -> str:
    wall, day = at_home(instant), at_home(shown).date()
    minute = wall.hour * 60 + wall.minute
    if from_wall(wall.date(), minute) != instant:
        return wall.isoformat()
    return write_day(day) if minute == 0 else f"{write_day(wall.date())} {write_time(minute)}"


def _tokens(text: str) -> Iterator[re.Match[str]]:
    for token in TOKEN.finditer(fold(text)):
        if token["unknown"] is not None:
            raise _no_pattern(text)
        if token["filler"] is None:
            yield token


def _groups_of_days(text: str, tokens: Sequence[re.Match[str]]) -> Iterator[int]:
    """The weekdays named; with "to" between two of them all that lie between."""
    before, through = -1, False
    for token in tokens:
        if token["day"] is None:
            if token["to"] is None or before < 0:
                raise _no_pattern(text)
            through = True
            continue
        day = (WEEKDAYS.index(token["day"]) if token["day"] in WEEKDAYS else ENGLISH.index(token["day"])) % 7
        yield from range(before + 1, day) if through and before < day else ()
        yield day
        before, through = day, False


def _shifts(text: str, days: Sequence[re.Match[str]], hours: Sequence[int]) -> list[ShiftEntry]:
    weekdays = list(dict.fromkeys(_groups_of_days(text, days)))
    if not weekdays:
        raise _no_pattern(text)
    return [ShiftEntry(weekday=day, from_minute=hours[0], to_minute=hours[1]) for day in weekdays]


def _no_pattern(text: str) -> Refused:
    return refused(text, _("This cannot be read as days and hours."), _("Write it as: lun 9-13; mar, gio 14-18."))


DAY_CELL = Cell(read_day, write_day)
TIME_CELL = Cell(read_time, write_time)
BEGIN = Cell(read_begin, write_begin)
END = Cell(read_end, write_end)
WEEKDAYS_CELL = Cell(read_weekdays, lambda days: ", ".join(WEEKDAYS[day] for day in days))
SHIFTS = Cell(read_shifts, write_shifts)
