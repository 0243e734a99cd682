# SPDX-License-Identifier: AGPL-3.0-or-later
"""D1 and D2, at any size: every step around the nights on which the clocks change, against a reference without our code.

The reference knows the zone's table alone: it looks at every minute of UTC around a night and reads what a wall clock
in Rome shows then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from config.policy import load_policy
from dispatch.attendance.decisions import minutes_that_count
from dispatch.attendance.sayings import Saying
from dispatch.intake.windows import Slack, windows
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.kit.recurrence import closures_of
from dispatch.kit.session import Database
from dispatch.kit.ticks import Timed, strike
from dispatch.outbox.due import dues_of_booking
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Outcome, Reminders, Tolerance
from dispatch.records.territory import Desk
from dispatch.roster.day import day_refusals
from tests import make

ROME = ZoneInfo("Europe/Rome")
NIGHTS = (dt.date(2026, 10, 25), dt.date(2027, 3, 28), dt.date(2027, 10, 31))
ONE, QUARTER, HOUR = dt.timedelta(minutes=1), dt.timedelta(minutes=15), dt.timedelta(hours=1)
REACH = dt.timedelta(hours=36)
POLICY = load_policy()
Turn = Callable[[dt.date, int], dt.datetime]


def steps(night: dt.date, step: dt.timedelta = QUARTER) -> Iterator[dt.datetime]:
    """Instants from 36 hours before the change to 36 hours after it."""
    change = dt.datetime(night.year, night.month, night.day, 1, tzinfo=dt.UTC)
    for number in range(int(2 * REACH / step) + 1):
        yield change - REACH + number * step


@cache
def shown_around(night: dt.date) -> dict[tuple[dt.date, int], dt.datetime]:
    """For every minute that a clock in Rome shows around the night, the first instant at which it does."""
    found: dict[tuple[dt.date, int], dt.datetime] = {}
    begin = dt.datetime(night.year, night.month, night.day, tzinfo=dt.UTC) - dt.timedelta(days=4)
    for number in range(8 * 1440):
        instant = begin + number * ONE
        wall = instant.astimezone(ROME)
        found.setdefault((wall.date(), wall.hour * 60 + wall.minute), instant)
    return found


def turned(night: dt.date, day: dt.date, minute: int) -> dt.datetime:
    """The instant of a minute on the wall; one that the clocks leap over is as long after midnight as it says."""
    day, minute = day + dt.timedelta(days=minute // 1440), minute % 1440
    shown = shown_around(night)
    return shown[day, minute] if (day, minute) in shown else shown[day, minute - 60] + HOUR


def naive(day: dt.date, minute: int) -> dt.datetime:
    """The control: every day has 24 hours, reckoned from its midnight."""
    midnight = dt.datetime.combine(day, dt.time(), ROME).astimezone(dt.UTC)
    return midnight + minute * ONE


def created(turn: Turn = from_wall) -> list[str]:
    """A desk asks for each quarter of an hour on the wall: the visit is at the instant at which clocks show it."""
    wrong = []
    slack = Slack(60, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), POLICY.intake, closures_of("bergamo"))
    for night in NIGHTS:
        for number in range(-36 * 4, 36 * 4 + 1):
            minute = 120 + number * 15
            day, rest = night + dt.timedelta(days=minute // 1440), minute % 1440
            start = turn(day, rest)
            [(low, high)] = windows(start, Tolerance.NONE, slack)
            if not low == high == turned(night, day, rest):
                wrong.append(f"created {day} {rest}")
    return wrong


def reminded(turn: Turn = from_wall) -> list[str]:
    """A visit at each quarter: the evening before at seven on the wall, two real hours before, never by night."""
    wrong = []
    her = Mediator(reminders=Reminders.BOTH, quiet_hours_allowed=False)
    for night in NIGHTS:
        for start in steps(night):
            dues = dues_of_booking(her, Range(start, start + HOUR), start - dt.timedelta(days=3), POLICY)
            day = start.astimezone(ROME).date()
            evening = turned(night, day - dt.timedelta(days=1), 19 * 60)
            if turn is not from_wall:
                evening = turn(day - dt.timedelta(days=1), 19 * 60)
            expected = (evening, _awake(night, start - 2 * HOUR, start), start + HOUR + QUARTER)
            if (dues["evening_due"], dues["hours_due"], dues["outcome_due"]) != expected:
                wrong.append(f"reminded {start}: {dues}")
    return wrong


def _awake(night: dt.date, due: dt.datetime, start: dt.datetime) -> dt.datetime | None:
    """Two hours before, or half past seven where that is by night; nothing where that leaves less than half an hour."""
    wall = due.astimezone(ROME)
    if wall.time() >= dt.time(21):
        due = turned(night, wall.date() + dt.timedelta(days=1), 450)
    elif wall.time() < dt.time(7, 30):
        due = turned(night, wall.date(), 450)
    return due if due <= start - dt.timedelta(minutes=30) else None


def reported() -> list[str]:
    """A visit of 90 minutes over each quarter counts 90 minutes: what passed, not what the clocks say."""
    wrong = []
    for night in NIGHTS:
        for start in steps(night):
            times = (start.astimezone(ROME), (start + 6 * QUARTER).astimezone(ROME))
            told = Saying(Outcome.HELD, (times[0].astimezone(dt.UTC), times[1].astimezone(dt.UTC)))
            counted = minutes_that_count(
                told, (start, start + HOUR), onsite=True, notice=HOUR, policy=POLICY.attendance
            )
            if counted != 90:
                wrong.append(f"reported {start}: {counted}")
    return wrong


def travelled(
    database: Database,
    nights: Sequence[dt.date] = NIGHTS,
    halves: Iterable[int] = range(7),
    gaps: Sequence[int] = range(0, 76, 15),
) -> tuple[int, list[str]]:
    """Two visits in different places, on the three nights: none is accepted that the road forbids in real minutes.

    How many were asked, and what went wrong. The road's minutes are measured on an ordinary night, by the same question.
    """
    with database.begin() as session:
        here, there = make.desk(session, "here"), make.desk(session, "there")
        there.place.lat += 0.12
        every_hour = [(weekday, 0, 1440) for weekday in range(7)]
        her = make.mediator(session, "night", shifts=every_hour, home_id=here.place_id).id
        here_id, there_id = here.id, there.id
    ordinary = dt.datetime(2026, 11, 4, 1, tzinfo=dt.UTC)
    road = next(gap for gap in range(0, 121, 15) if _accepted(database, her, here_id, there_id, ordinary, gap))
    assert 0 < road < 60
    asked, wrong = 0, []
    for night in nights:
        midnight = turned(night, night, 0)
        for number in halves:
            for gap in gaps:
                start, asked = midnight + number * 2 * QUARTER, asked + 1
                if _accepted(database, her, here_id, there_id, start, gap) and gap < road:
                    wrong.append(f"travelled {start} {gap}")
        day_before = midnight - dt.timedelta(days=1) + HOUR
        if not _accepted(database, her, here_id, there_id, day_before, road):
            wrong.append(f"refused {day_before}")
    return asked, wrong


def _accepted(database: Database, her: int, here: int, there: int, start: dt.datetime, gap: int) -> bool:
    """Whether she may take a visit there so many real minutes after an hour here; nothing is kept."""
    with database.begin() as session:
        make.visit(session, session.get_one(Mediator, her), start, at=session.get_one(Desk, here))
        then = start + HOUR + gap * ONE
        slot = make.asked(session, then, at=session.get_one(Desk, there))
        accepted = not day_refusals(session, her, slot.id, then, then + HOUR)
        session.rollback()
        return accepted


def struck(database: Database, step: dt.timedelta, every: int) -> tuple[int, int]:
    """Two clocks strike at every step around the nights: how many periods were struck, and how many there are."""
    periods, hits = set(), 0
    timed = Timed("tests.tick", every)
    for night in sorted(NIGHTS):
        for instant in steps(night, step):
            periods.add(int(instant.timestamp()) // every)
            for _clock in range(2):
                with database.begin() as session:
                    set_virtual(session, instant)
                    hits += strike(session, timed)
    with database.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'tests.tick'"))
    return hits, len(periods)
