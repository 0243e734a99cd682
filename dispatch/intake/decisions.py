# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which appointments a request means: each line of ``when`` is one, and ``repeat`` gives each again (see ``series``).

What cannot be is collected, each with its field, value and remedy; what a changed request has behind it is left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from config.policy import IntakePolicy
from dispatch.appointments.findings import Findings, Refused
from dispatch.appointments.wall import instant, read_day, read_time, written_day
from dispatch.intake.schemas import Repeat, When
from dispatch.intake.series import DATE_ANSWERS, WEEKS, DateKey, Rule, RuleChange, dates_of, key_of, said_of
from dispatch.intake.windows import Slack, Window, windows
from dispatch.kit.clock import at_home, monday_of
from dispatch.kit.recurrence import LONGEST, Closures
from dispatch.records.statuses import Tolerance
from dispatch.web.i18n import gettext as _

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

    ``asked`` are all dates of the rule, ``occurrences`` those that it still decides about and that are to come.
    ``left_out`` are the days of the pattern on which nothing is held, with why; ``passed`` the dates whose starts are
    all over; ``reach`` the first and the last day that each line's pattern may give.
    """

    asked: list[Occurrence] = field(default_factory=list)
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
    for dates in (found.asked, found.occurrences):
        dates.sort(key=lambda occurrence: occurrence.asked)
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
        occurrence = _occurrence(asked, line, entry, day, held)
        found.asked.append(occurrence)
        if occurrence.key in before.settled:
            continue
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
    slack = Slack(answers.get("duration", asked.duration), asked.now, asked.policy, asked.closures)
    allowed = windows(start, tolerance, slack)
    return Occurrence(start, tolerance, allowed, line, day, json.dumps(answers, sort_keys=True))
