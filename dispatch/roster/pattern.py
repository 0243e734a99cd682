# SPDX-License-Identifier: AGPL-3.0-or-later
"""The weekly pattern as it is typed: lines into shifts and back, and what can be done about two that overlap."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from dispatch.errors import FieldProblem
from dispatch.roster.decisions import in_words, overlap
from dispatch.roster.entries import ShiftEntry
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date
from dispatch.web.register_forms import LAST_MINUTE, FormReader, as_clock
from dispatch.web.register_words import WEEKDAYS

LINE = re.compile(r"shift-([0-9]{1,3})-day", re.ASCII)
How = Literal["join", "keep", "take"]


@dataclass(frozen=True)
class Overlap:
    """The numbers of two lines that overlap: ``old`` stands already, or was typed first."""

    old: int
    new: int


def lines(values: FormValues) -> dict[int, int]:
    """The number of every line with its weekday, whatever stands in it; a day that is none is left out."""
    return {
        int(found[1]): int(value)
        for name, value in values.pairs
        if (found := LINE.fullmatch(name)) and value in WEEKDAYS
    }


def read(reader: FormReader) -> dict[int, ShiftEntry]:
    """The shifts by the number of their line; a line without times says nothing."""
    shifts: dict[int, ShiftEntry] = {}
    for number, weekday in lines(reader.values).items():
        name = f"shift-{number}"
        if not (reader.text(f"{name}-from") or reader.text(f"{name}-to")):
            continue
        low, high = reader.minute(f"{name}-from"), reader.minute(f"{name}-to")
        for end in ("from", "to"):
            if reader.text(f"{name}-{end}") is None:
                reader.refuse(f"{name}-{end}", "", _("One of the two times is missing."), _("Give both."))
        shift = ShiftEntry(
            weekday=weekday,
            from_minute=low or 0,
            to_minute=high or LAST_MINUTE,  # 0:00 as an end is midnight at the end of the day
            valid_from=reader.day(f"{name}-since"),
            valid_until=reader.day(f"{name}-until"),
        )
        shifts[number] = shift
    return shifts


def where_typed(problems: Iterable[FieldProblem], numbers: Sequence[int]) -> list[FieldProblem]:
    """An entry counts the shifts it was given; the form numbers its lines."""
    found = []
    for problem in problems:
        head, _dot, place = problem.field.partition(".")
        number = numbers[int(place)] if head == "availability" and place.isdigit() else None
        found.append(problem if number is None else replace(problem, field=f"shift-{number}-from"))
    return found


def values_of(shifts: Mapping[int, ShiftEntry]) -> FormValues:
    """Shifts as lines of the form."""
    given: dict[str, str] = {}
    for number, shift in shifts.items():
        given |= {
            f"shift-{number}-day": str(shift.weekday),
            f"shift-{number}-from": as_clock(shift.from_minute),
            f"shift-{number}-to": as_clock(shift.to_minute % LAST_MINUTE),
            f"shift-{number}-since": shift.valid_from.isoformat() if shift.valid_from else "",
            f"shift-{number}-until": shift.valid_until.isoformat() if shift.valid_until else "",
        }
    return FormValues.of(given)


def with_line(values: FormValues, weekday: int) -> FormValues:
    """The same with an empty line for this day."""
    number = max(lines(values), default=-1) + 1
    return FormValues((*values.pairs, (f"shift-{number}-day", str(weekday))))


def without_line(values: FormValues, number: int) -> FormValues:
    return FormValues(tuple(pair for pair in values.pairs if not pair[0].startswith(f"shift-{number}-")))


def overlaps(shifts: Mapping[int, ShiftEntry], standing: Collection[ShiftEntry]) -> Iterator[Overlap]:
    """Every two shifts that hold at the same time; the one that stands already is the old one."""
    for one, other in combinations(sorted(shifts), 2):
        if overlap(shifts[one], shifts[other]):
            swapped = shifts[other] in standing and shifts[one] not in standing
            yield Overlap(other, one) if swapped else Overlap(one, other)


def resolve(shifts: Mapping[int, ShiftEntry], how: How, two: Overlap) -> dict[int, ShiftEntry]:
    """The pattern after a choice: one shift out of both, or only one of the two."""
    if how == "keep":
        return {number: shift for number, shift in shifts.items() if number != two.new}
    if how == "take":
        return {number: shift for number, shift in shifts.items() if number != two.old}
    rest = {number: shift for number, shift in shifts.items() if number != two.new}
    return rest | {two.old: joined(shifts[two.old], shifts[two.new])}


def joined(one: ShiftEntry, other: ShiftEntry) -> ShiftEntry:
    """One shift from the earlier begin to the later end, valid as long as either."""
    return ShiftEntry(
        weekday=one.weekday,
        from_minute=min(one.from_minute, other.from_minute),
        to_minute=max(one.to_minute, other.to_minute),
        # No bound is the widest of all.
        valid_from=min(one.valid_from, other.valid_from) if one.valid_from and other.valid_from else None,
        valid_until=max(one.valid_until, other.valid_until) if one.valid_until and other.valid_until else None,
    )


def line_in_words(shift: ShiftEntry) -> str:
    """A shift with the days it is valid: "lun 9:00-13:00, dal 1 gennaio 2027"."""
    words = [in_words(shift)]
    if shift.valid_from:
        words.append(_("valid from %(day)s") % {"day": long_date(shift.valid_from)})
    if shift.valid_until:
        words.append(_("until %(day)s") % {"day": long_date(shift.valid_until)})
    return ", ".join(words)


def week_in_words(shifts: Iterable[ShiftEntry]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each weekday with its times, Monday first; a day without any is there too."""
    rows = list(shifts)
    return tuple(
        (_(word), tuple(line_in_words(shift).partition(" ")[2] for shift in rows if shift.weekday == int(day)))
        for day, word in WEEKDAYS.items()
    )
