# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series under random changes keeps step with a plain model: a table of weeks with what each says, held, or lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from config.policy import load_policy
from config.territory import load_school_calendar
from dispatch.access.visitor import Visitor
from dispatch.errors import Conflict, NotUnderstood
from dispatch.intake import dates, reconciling, service
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import AppointmentChange, RequestChange, RequestIn
from dispatch.kit.clock import ROME
from dispatch.kit.recurrence import Closures
from dispatch.kit.session import Database
from dispatch.records import Appointment, Request
from dispatch.records.statuses import AppointmentStatus, RequestStatus, Role
from tests import make

MONDAY = dt.date(2026, 11, 30)
WEEKS = 80
TIMES = ("09:10", "10:00", "14:30")
SEQUENCES, STEPS = 10, 9
Says = tuple[int, str, int]  # days after Monday, from, minutes


@dataclass
class Table:
    """Week by week: what the rule says, what was said of the one date, what was called off, what is over."""

    weeks: int
    now: dt.datetime
    rule: list[Says] = field(default_factory=lambda: [(0, "09:10", 60)] * WEEKS)
    own: dict[int, tuple[dt.datetime, int]] = field(default_factory=dict)
    off: set[int] = field(default_factory=set)
    over: dict[int, tuple[dt.datetime, int]] = field(default_factory=dict)

    def ruled(self, week: int) -> tuple[dt.datetime, int]:
        shift, time, minutes = self.rule[week]
        return at(MONDAY + dt.timedelta(weeks=week, days=shift), time), minutes

    def ahead(self) -> dict[int, tuple[dt.datetime, int]]:
        left = [week for week in range(self.weeks) if week not in self.off and week not in self.over]
        return {week: self.own.get(week, self.ruled(week)) for week in left}

    def can_be(self) -> bool:
        starts = [start for start, _minutes in self.ahead().values()]
        return len(set(starts)) == len(starts) and all(start > self.now for start in starts)

    def live_until(self, now: dt.datetime) -> None:
        self.now = now
        self.over |= {week: said for week, said in self.ahead().items() if said[0] <= now}

    def say(self, weeks: range, **words: Any) -> None:
        for week in weeks:
            shift, time, minutes = self.rule[week]
            said = (words.get("shift", shift), words.get("time", time), words.get("minutes", minutes))
            self.rule[week] = said


def at(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), ROME).astimezone(dt.UTC)


@dataclass
class Play:
    """One request and its table, taken through the same steps."""

    session: Session
    random: Random
    code: str
    table: Table
    log: list[str] = field(default_factory=list)

    def reader(self) -> Reader:
        closures = Closures("BG", load_school_calendar("bergamo"))
        visitor = Visitor("test", role=Role.ADMIN)
        return Reader(self.session, visitor, self.table.now, load_policy().intake, closures)

    def request(self) -> Request:
        return service.find(self.reader(), self.code)

    def rows(self) -> dict[int, Appointment]:
        """The dates still to come, by week."""
        found = reconciling.dates_of_request(self.reader(), self.request())
        rows = [*found.ruled.values(), *found.exceptions.values()]
        return {(reconciling.day_of(row) - MONDAY).days // 7: row for row in rows}

    def step(self) -> None:
        moves = (self.change_alone, self.change_rule, self.change_rule, self.cancel, self.prolong, self.wait)
        self.random.choice(moves)()

    def attempt(self, what: str, act: Callable[[], object], after: Table) -> None:
        """The request takes the step if and only if the table may look so afterwards."""
        self.log.append(what)
        before = {week: (row.id, start_of(row), row.duration) for week, row in self.rows().items()}
        try:
            with self.session.begin_nested():
                act()
            done = True
        except (NotUnderstood, Conflict):
            done = False
        assert done == after.can_be(), self.log
        if done:
            self.table = after
        self.compare(before)

    def compare(self, before: dict[int, tuple[int, dt.datetime, int]]) -> None:
        rows = self.rows()
        assert {week: (start_of(row), row.duration) for week, row in rows.items()} == self.table.ahead(), self.log
        assert {week for week, row in rows.items() if row.is_exception} == self.table.own.keys() & rows.keys(), self.log
        for week, (key, *said) in before.items():
            if week in rows:
                same = said == [start_of(rows[week]), rows[week].duration]
                assert (rows[week].id == key) == same, (self.log, week)
        for week, said_then in self.table.over.items():
            held = [row for row in self.request().appointments if row.status == AppointmentStatus.OPEN]
            assert said_then in [(start_of(row), row.duration) for row in held], (self.log, week)

    def copy(self) -> Table:
        now = self.table
        return Table(now.weeks, now.now, list(now.rule), dict(now.own), set(now.off), dict(now.over))

    def change_alone(self) -> None:
        if not (rows := self.rows()):
            return
        week, after = self.random.choice(sorted(rows)), self.copy()
        day = self.table.now.date() + dt.timedelta(days=self.random.randint(1, 40))
        time, minutes = self.random.choice(TIMES), self.random.choice((60, 90))
        after.own[week] = at(day, time), minutes
        change = {"when": {"day": day.isoformat(), "from": time}, "duration": minutes}
        self.attempt(f"week {week} alone {change}", lambda: self._change(rows[week], change), after)

    def change_rule(self) -> None:
        if not (rows := self.rows()):
            return
        week, after = self.random.choice(sorted(rows)), self.copy()
        scope = self.random.choice(("following", "all"))
        overwrite = self.random.random() < 0.3
        words: dict[str, Any] = {}
        change: dict[str, Any] = {"scope": scope, "overwrite_exceptions": overwrite}
        if self.random.random() < 0.6:
            words["time"] = self.random.choice(TIMES)
            change["when"] = {"from": words["time"]}
        if self.random.random() < 0.4:
            words["shift"] = self.random.randint(0, 4)
            day = MONDAY + dt.timedelta(weeks=week, days=words["shift"])
            change["when"] = change.get("when", {}) | {"day": day.isoformat()}
        if not words or self.random.random() < 0.4:
            words["minutes"] = change["duration"] = self.random.choice((60, 90))
        touched = range(week if scope == "following" else 0, WEEKS)
        after.say(touched, **words)
        for other in list(after.own):
            if other == week or (overwrite and other in touched):
                del after.own[other]
        self.attempt(f"week {week} {change}", lambda: self._change(rows[week], change), after)

    def cancel(self) -> None:
        if len(rows := self.rows()) < 3:
            return
        week, after = self.random.choice(sorted(rows)[1:]), self.copy()
        if self.random.random() < 0.6:
            after.off.add(week)
            after.own.pop(week, None)
            scope = "this"
        else:
            after.weeks, scope = week, "following"
            after.own = {other: said for other, said in after.own.items() if other < week}
        number = rows[week].number
        act = lambda: dates.cancel_date(self.reader(), self.code, number, scope)  # type: ignore[arg-type]  # noqa: E731
        self.attempt(f"cancel week {week} {scope}", act, after)

    def prolong(self) -> None:
        """Another last day, by a change of the whole request."""
        after = self.copy()
        after.weeks = self.random.randint(max([3, *(week + 1 for week in after.over)]), 16)
        if not after.ahead():
            return
        after.own = {week: said for week, said in after.own.items() if week < after.weeks}
        until = MONDAY + dt.timedelta(weeks=after.weeks - 1)
        if until <= self.table.now.date():
            return
        repeat = {"every": "week", "until": until.isoformat()}
        change = RequestChange.model_validate({"repeat": repeat, "note": f"fino a {after.weeks}"})
        self.attempt(f"until week {after.weeks}", lambda: service.change(self.reader(), self.code, change), after)

    def wait(self) -> None:
        self.table.live_until(self.table.now + dt.timedelta(days=self.random.randint(1, 9), hours=2))
        self.log.append(f"now {self.table.now}")

    def _change(self, row: Appointment, change: dict[str, Any]) -> object:
        asked = AppointmentChange.model_validate(change)
        return dates.change_date(self.reader(), self.code, row.number, asked)


def start_of(row: Appointment) -> dt.datetime:
    assert row.asked_start is not None
    return row.asked_start.astimezone(dt.UTC)


def begin(session: Session, seed: int) -> Play:
    weeks = 6
    table = Table(weeks, make.NOW)
    repeat = {"every": "week", "until": (MONDAY + dt.timedelta(weeks=weeks - 1)).isoformat()}
    play = Play(session, Random(seed), "", table, [f"seed {seed}"])
    body = RequestIn.model_validate(make.body("cpia", repeat=repeat))
    play.code = service.submit(play.reader(), body).code
    return play


def run(session: Session, seed: int) -> None:
    play = begin(session, seed)
    for _ in range(STEPS):
        if play.request().status == RequestStatus.OPEN:
            play.step()


def run_all(session: Session) -> None:
    for seed in range(SEQUENCES):
        run(session, seed)


@pytest.fixture
def session(database: Database) -> Any:
    with database.begin() as opened:
        make.desk(opened, "cpia")
        make.languages(opened, "ar")
        yield opened


def test_random_changes_keep_step_with_a_plain_table(session: Session) -> None:
    """Dates and times are the table's, no two begin at once, what is over stays, and what did not change is kept."""
    run_all(session)


def test_the_table_notices_a_lost_exception(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were every exception handed back to the rule, the table would tell."""
    kept = reconciling.dates_of_request

    def forgetful(reader: Reader, request: Request) -> reconciling.Dates:
        found = kept(reader, request)
        found.hand_back(dt.date.min)
        return found

    monkeypatch.setattr(service, "dates_of_request", forgetful)
    monkeypatch.setattr(dates, "dates_of_request", forgetful)
    with pytest.raises(AssertionError):
        run_all(session)
