# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which appointments a request means: each line of ``when`` is one, and ``repeat`` gives each again (see ``series``).

A tolerance widens the starts an appointment may have: none = the asked one; half_hour = within half an hour; same_day
= any start that day within service hours; same_week = the same on every working day of that week. Starts step from
the asked time, so 09:10 is always one of them. What has passed is cut away.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from config.policy import IntakePolicy
from dispatch.appointments.findings import Findings, Refused
from dispatch.appointments.wall import instant, read_day, read_time, written_day
from dispatch.intake.schemas import Repeat, When
from dispatch.intake.series import DATE_ANSWERS, WEEKS, DateKey, Rule, RuleChange, dates_of, key_of, said_of
from dispatch.kit.clock import at_home, from_wall, monday_of
from dispatch.kit.recurrence import LONGEST, Closures
from dispatch.records.statuses import Tolerance
from dispatch.web.i18n import gettext as _

Window = tuple[dt.datetime, dt.datetime]
SATURDAY = 5
A_CENTURY = 36_525
AS_ASKED = "{}"


@dataclass(frozen=True)
class Occurrence:
    """One dated appointment: the asked start and the windows of allowed starts, in UTC, in order of time.

    ``line`` and ``day`` say which date of the request it is; ``said`` is JSON of what it answers otherwise than the rest.
    """

    asked: dt.datetime
    tolerance: Tolerance
    windows: tuple[Window, ...]
    line: int
    day: dt.date
    said: str = AS_ASKED

    @property
    def key(self) -> DateKey:
        return key_of(self.line, self.day)


@dataclass(frozen=True)
class Before:
    """What a request that is changed brings along.

    ``known`` are days it named already: passed ones are left out, not refused. ``settled`` are dates that the rule has
    no say in any more: held, called off, or changed by themselves.
    """

    changes: tuple[RuleChange, ...] = ()
    known: frozenset[str] = frozenset()
    settled: frozenset[DateKey] = frozenset()


NOTHING_BEFORE = Before()


@dataclass(frozen=True)
class Days:
    """The question of when, with what is needed to answer it."""

    when: Sequence[When]
    repeat: Repeat | None
    duration: int
    now: dt.datetime
    policy: IntakePolicy
    closures: Closures
    before: Before = NOTHING_BEFORE


@dataclass
class Expansion:
    """What the days come to.

    ``left_out`` are the days of the pattern on which nothing is held, with why; ``passed`` the dates whose starts are
    all over; ``reach`` the first and the last day that each line's pattern may give.
    """

    occurrences: list[Occurrence] = field(default_factory=list)
    left_out: dict[dt.date, str] = field(default_factory=dict)
    passed: set[DateKey] = field(default_factory=set)
    reach: dict[int, tuple[dt.date, dt.date]] = field(default_factory=dict)

    def reaches(self, line: int, day: dt.date) -> bool:
        """Whether the series still comes to the week of this day."""
        if line not in self.reach:
            return False
        first, last = self.reach[line]
        return monday_of(first) <= monday_of(day) and day <= last


def expand(asked: Days, findings: Findings) -> Expansion:
    """Every appointment asked for, in order of time; what cannot be goes to ``findings``."""
    found = Expansion()
    rule = _rule(asked, findings)
    if rule is not None or asked.repeat is None:
        for line, entry in enumerate(asked.when):
            try:
                _lay_out(asked, line, entry, rule, found)
            except Refused as refused:
                findings.note(refused)
    found.occurrences.sort(key=lambda occurrence: occurrence.asked)
    _judge(asked, found, findings)
    return found


def _judge(asked: Days, found: Expansion, findings: Findings) -> None:
    """Too many, twice the same, none at all."""
    count, most = len(found.occurrences), asked.policy.most_appointments
    if count > most:
        findings.add(
            "repeat.until" if asked.repeat else "when",
            asked.repeat.until if asked.repeat else count,
            _("This makes %(count)d appointments.") % {"count": count},
            _("Ask for at most %(most)d at once: end earlier, or write fewer lines.") % {"most": most},
        )
    refuse_twice([one.asked for one in found.occurrences], findings)
    if not (count or findings.problems or asked.before.known):
        findings.add(
            "repeat.except",
            ", ".join(day.isoformat() for day in sorted(found.left_out)[:3]),
            _("No date is left: each one is a holiday, has no lessons, or is excluded."),
            _("Keep the holidays, or choose another day of the week."),
        )


def refuse_twice(starts: Sequence[dt.datetime], findings: Findings) -> None:
    twice = [start for start, times in Counter(starts).items() if times > 1]
    if twice:
        start = at_home(min(twice)).strftime("%Y-%m-%d %H:%M")
        findings.add("when", start, _("The same start is asked twice."), _("Remove one; ask for more people instead."))


def _rule(asked: Days, findings: Findings) -> Rule | None:
    """How the lines come back, or None where they do not, or cannot."""
    repeat = asked.repeat
    if repeat is None:
        return None
    try:
        known = repeat.until in asked.before.known
        until = written_day("repeat.until", repeat.until)
        firsts = [written_day(f"when.{line}.day", entry.day) for line, entry in enumerate(asked.when)]
        if until > min(firsts) + LONGEST:
            raise Refused(
                "repeat.until",
                repeat.until,
                _("A series lasts two years at most."),
                _("Choose a day up to %(day)s, and ask for the rest later.")
                % {"day": (min(firsts) + LONGEST).isoformat()},
            )
        read_day("repeat.until", repeat.until, asked.now, A_CENTURY, past_ok=known)
        skipped = [written_day(f"repeat.except.{number}", text) for number, text in enumerate(repeat.except_)]
    except Refused as refused:
        findings.note(refused)
        return None
    return Rule(until, WEEKS[repeat.every], frozenset(skipped), repeat.holidays == "keep", repeat.school_days)


def _lay_out(asked: Days, line: int, entry: When, rule: Rule | None, found: Expansion) -> None:
    """Put the dates of one line into ``found``."""
    before, known = asked.before, entry.day in asked.before.known
    first = read_day(f"when.{line}.day", entry.day, asked.now, asked.policy.furthest_days, past_ok=known)
    read_time(f"when.{line}.from", entry.from_)
    if rule is not None and rule.until < first and not known:
        raise Refused(
            "repeat.until",
            rule.until.isoformat(),
            _("The series ends before it begins (%(day)s).") % {"day": first.isoformat()},
            _("Choose a later last day, or do not repeat."),
        )
    found.reach[line] = first, rule.until if rule else first
    dates = dates_of(line, first, rule, before.changes, asked.closures)
    today = at_home(asked.now).date()
    found.left_out |= {day: why for day, why in dates.left_out.items() if day >= today}
    for day, held in dates.held:
        if key_of(line, day) in before.settled:
            continue
        occurrence = _occurrence(asked, line, entry, day, held)
        if occurrence.asked <= asked.now and not known:
            raise Refused(
                f"when.{line}.from",
                entry.from_,
                _("This start is already past."),
                _("Choose a later time or another day."),
            )
        if occurrence.windows:
            found.occurrences.append(occurrence)
        else:
            found.passed.add(occurrence.key)


def _occurrence(asked: Days, line: int, entry: When, day: dt.date, held: dt.date) -> Occurrence:
    said = said_of(asked.before.changes, line, day)
    start = instant(f"when.{line}.from", held, read_time(f"when.{line}.from", said.get("from", entry.from_)))
    tolerance = Tolerance(said.get("tolerance", entry.tolerance))
    answers = {name: said[name] for name in DATE_ANSWERS if name in said}
    allowed = windows(start, tolerance, asked, answers.get("duration"))
    return Occurrence(start, tolerance, allowed, line, day, json.dumps(answers, sort_keys=True))


def windows(start: dt.datetime, tolerance: Tolerance, asked: Days, duration: int | None = None) -> tuple[Window, ...]:
    """The allowed starts around the asked one, cut to what is still to come."""
    lasts = duration or asked.duration
    match tolerance:
        case Tolerance.NONE:
            found = [(start, start)]
        case Tolerance.HALF_HOUR:
            slack = dt.timedelta(minutes=asked.policy.half_hour)
            found = [(start - slack, start + slack)]
        case Tolerance.SAME_DAY:
            found = list(_day_windows([at_home(start).date()], start, lasts, asked.policy))
        case Tolerance.SAME_WEEK:
            found = list(_day_windows(_working_week(at_home(start).date(), asked.closures), start, lasts, asked.policy))
    step = dt.timedelta(minutes=asked.policy.start_step)
    return tuple((low, high) for low, high in (cut(window, asked.now, step) for window in found) if low <= high)


def cut(window: Window, now: dt.datetime, step: dt.timedelta) -> Window:
    """The window without the starts that are not after ``now``, still on its own steps."""
    low, high = window
    if low <= now:
        low += step * ((now - low) // step + 1)
    return low, high


def _day_windows(days: Sequence[dt.date], start: dt.datetime, lasts: int, policy: IntakePolicy) -> Iterator[Window]:
    """Service hours of each day, on the steps of the asked time; the asked start is in, whatever the hours say."""
    wall, step = at_home(start), policy.start_step
    minute = wall.hour * 60 + wall.minute
    opens, closes = _minutes(policy.service_from), _minutes(policy.service_to) - lasts
    low, high = opens + (minute - opens) % step, closes - (closes - minute) % step
    for day in days:
        if day == wall.date():
            first, last = min(low, minute), max(high, minute)
            yield (
                (start if first == minute else from_wall(day, first)),
                (start if last == minute else from_wall(day, last)),
            )
        elif low <= high:
            yield from_wall(day, low), from_wall(day, high)


def _working_week(day: dt.date, closures: Closures) -> list[dt.date]:
    """Monday to Friday of the day's week without holidays, and the day itself even where it is one of them."""
    week = [monday_of(day) + dt.timedelta(days=number) for number in range(7)]
    return [date for date in week if date == day or (date.weekday() < SATURDAY and not closures.is_holiday(date))]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
