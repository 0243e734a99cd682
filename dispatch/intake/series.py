# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates of a series: each line of ``when`` comes back by its rule, as what was said later from some day on bends it.

A request keeps what was asked first, and under ``changes`` what was said about "this date and the following", in order.
A date is known by its line and its week, so it stays the same date when its day, its time or an answer changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from dispatch.kit.clock import monday_of
from dispatch.kit.recurrence import Closures, Recurrence, dates, left_out

# What one date may answer otherwise than the rest of its request; everything else is said of the whole.
DATE_ANSWERS = (
    "duration",
    "mode",
    "fallback_modes",
    "place",
    "people",
    "languages",
    "any_language",
    "gender",
    "same_mediator",
    "skills",
)
WEEKS = {"week": 1, "two_weeks": 2}
SHIFT = "shift"  # days between the one that the line gives and the one that the date is held on
DateKey = tuple[int, dt.date]


def key_of(line: int, day: dt.date) -> DateKey:
    """Which date of a request this is: the line, and the Monday of the week it belongs to."""
    return line, monday_of(day)


@dataclass(frozen=True)
class RuleChange:
    """What holds from ``since`` on: of one line a shift of days, "from" and "tolerance"; of all lines date answers."""

    since: dt.date
    line: int | None
    answers: Mapping[str, Any]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> RuleChange:
        answers = {name: value for name, value in stored.items() if name not in ("since", "line")}
        return cls(dt.date.fromisoformat(stored["since"]), stored.get("line"), answers)

    def stored(self) -> dict[str, Any]:
        line = {} if self.line is None else {"line": self.line}
        return {"since": self.since.isoformat(), **line, **self.answers}


def changes_in(body: Mapping[str, Any]) -> tuple[RuleChange, ...]:
    return tuple(RuleChange.read(stored) for stored in body.get("changes", ()))


def said_of(changes: Iterable[RuleChange], line: int, day: dt.date) -> dict[str, Any]:
    """What was said about the date that ``line`` gives on ``day``; the later word wins."""
    said: dict[str, Any] = {}
    for change in changes:
        if change.since <= day and change.line in (None, line):
            said |= change.answers
    return said


def unsaid(
    changes: Iterable[RuleChange], line: int | None, names: Collection[str], since: dt.date = dt.date.min
) -> tuple[RuleChange, ...]:
    """The changes without these answers of this line (None: those of all lines), where they begin at ``since`` or later."""
    left = []
    for change in changes:
        if change.line == line and change.since >= since:
            rest = {name: value for name, value in change.answers.items() if name not in names}
            change = RuleChange(change.since, line, rest)
        if change.answers:
            left.append(change)
    return tuple(left)


def relined(changes: Iterable[RuleChange], now_at: Mapping[int, int]) -> tuple[RuleChange, ...]:
    """The changes after the lines were written anew; those of a line that is gone go with it."""
    return tuple(
        change if change.line is None else RuleChange(change.since, now_at[change.line], change.answers)
        for change in changes
        if change.line is None or change.line in now_at
    )


@dataclass(frozen=True)
class Rule:
    """How every line comes back. ``skipped`` are single days on which nothing is held."""

    until: dt.date
    weeks: int = 1
    skipped: frozenset[dt.date] = frozenset()
    keep_holidays: bool = True
    school_days_only: bool = False


@dataclass
class LineDates:
    """The dates of one line: the day the line gives with the day it is held on, and the days left out, with why."""

    held: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    left_out: dict[dt.date, str] = field(default_factory=dict)


def dates_of(
    line: int, first: dt.date, rule: Rule | None, changes: Sequence[RuleChange], closures: Closures
) -> LineDates:
    """Where the line falls. Feasts and closures are judged on the day it is held on, after any shift."""
    found = LineDates()
    pattern = [first] if rule is None else dates(Recurrence(first, rule.until, rule.weeks), closures)

    def shift_on(day: dt.date) -> int:
        return int(said_of(changes, line, day).get(SHIFT, 0))

    for days, run in groupby(pattern, shift_on):
        shift, given = dt.timedelta(days=days), list(run)
        out = {} if rule is None else left_out(_moved(rule, given[0], given[-1], shift), closures)
        found.left_out |= out
        found.held += [(day, day + shift) for day in given if day + shift not in out]
    return found


def _moved(rule: Rule, first: dt.date, last: dt.date, shift: dt.timedelta) -> Recurrence:
    """A stretch of the rule, moved; a week that was left out stays left out."""
    return Recurrence(
        first + shift,
        last + shift,
        rule.weeks,
        skipped=rule.skipped | {day + shift for day in rule.skipped if first <= day <= last},
        keep_holidays=rule.keep_holidays,
        school_days_only=rule.school_days_only,
    )


def aligned(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Where each old line of ``when`` stands now: the one of the same day and time, of the same day, or of its place."""
    found: dict[int, int] = {}
    for old, new in _pairs(before, after):
        if old not in found and new not in found.values():
            found[old] = new
    return found


def _pairs(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    everywhere = [(old, new) for old in range(len(before)) for new in range(len(after))]
    for names in (("day", "from"), ("day",)):
        yield from (
            (old, new) for old, new in everywhere if all(before[old][name] == after[new][name] for name in names)
        )
    if len(before) == len(after):
        yield from ((place, place) for place in range(len(before)))
