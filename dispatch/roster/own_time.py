# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator says of her own time: busy becomes an absence, free is cut out of her absences and offered beside her week.

Saying the same twice changes nothing. Visits that she said yes to stay hers until she gives them up; what she is only
being asked about, and what the plan holds for her unasked, is taken back by ``offers.decline_busy``, a job queued in
the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import AvailabilityPolicy, Policy
from dispatch.access.audit import record
from dispatch.kit.clock import from_wall, monday_of, wall_minute
from dispatch.kit.locks import lock_mediators
from dispatch.kit.queue import enqueue
from dispatch.records.roster import Absence, ExtraShift, Mediator
from dispatch.roster import queries
from dispatch.roster.spans import Span as Minutes
from dispatch.roster.spans import without
from dispatch.roster.week import Week, days_off, read_known, shifts_of
from notifications.replies.shifts import PartOfDay, Span

ONE_DAY = dt.timedelta(days=1)


def parts_of_day(policy: AvailabilityPolicy) -> dict[PartOfDay, Minutes]:
    """From when to when each part of the day is, in minutes since midnight."""
    return {
        PartOfDay.MORNING: (policy.morning_from, policy.noon),
        PartOfDay.AFTERNOON: (policy.noon, policy.evening_from),
        PartOfDay.EVENING: (policy.evening_from, policy.night_from),
    }


def instants_of(span: Span) -> Range[dt.datetime]:
    """The time as the tables keep it; the wall clock is kept on both DST nights."""
    return Range(from_wall(span.first, span.low), from_wall(span.last, span.high))


def note_busy(session: Session, her: Mediator, span: Span, actor: str, now: dt.datetime) -> bool:
    """One absence out of this time and those it touches; false where she was known to be away already."""
    during = instants_of(span)
    lock_mediators(session, [her.id])
    standing = queries.touching(session, Absence, her.id, during)
    if any(during in row.during for row in standing):
        return False
    whole = _hull([during, *(row.during for row in standing)])
    for row in standing:
        session.delete(row)
    session.add(Absence(mediator_id=her.id, during=whole))
    _tell(session, her, "say_busy", during, actor, now)
    low, high = (end.isoformat() for end in (during.lower, during.upper) if end is not None)
    enqueue(session, "offers.decline_busy", mediator_id=her.id, start=low, end=high)
    return True


def note_free(session: Session, her: Mediator, span: Span, policy: Policy, actor: str, now: dt.datetime) -> bool:
    """Her absences without this time, and extra shifts for what her week does not have; false where nothing changed.

    A whole day on which her week has shifts means those; on any other it is from morning to night.
    """
    during = instants_of(span)
    lock_mediators(session, [her.id])
    cut = _cut_absences(session, her, during)
    session.flush()
    extra = [piece for day in _days(span) for piece in _missing(session, her, day, span, policy)]
    session.add_all(ExtraShift(mediator_id=her.id, during=piece) for piece in extra)
    if cut or extra:
        _tell(session, her, "say_free", during, actor, now)
    return cut or bool(extra)


def _cut_absences(session: Session, her: Mediator, free: Range[dt.datetime]) -> bool:
    standing = [row for row in queries.touching(session, Absence, her.id, free) if row.during.overlaps(free)]
    for row in standing:
        for piece in (Range(row.during.lower, free.lower), Range(free.upper, row.during.upper)):
            if piece.lower is not None and piece.upper is not None and piece.lower < piece.upper:
                session.add(Absence(mediator_id=her.id, during=piece))
        session.delete(row)
    return bool(standing)


def _missing(session: Session, her: Mediator, day: dt.date, span: Span, policy: Policy) -> Iterator[Range[dt.datetime]]:
    """What of this day she offers beside her weekly pattern and the extra shifts that stand."""
    week = Week(monday_of(day), 7)
    at = (day - week.monday).days * 1440
    standing = _her_week(session, her, week, policy)
    low, high = span.low, span.high
    if span.whole_days:
        if without([(at, at + 1440)], standing) != [(at, at + 1440)]:
            return
        low, high = policy.availability.morning_from, policy.availability.night_from
    for start, end in without([(at + low, at + high)], standing):
        yield Range(from_wall(week.monday, start), from_wall(week.monday, end))


def free_minutes(session: Session, her: Mediator, first: dt.date, last: dt.date, policy: Policy) -> list[Minutes]:
    """When she can be sent from the first day to the last, in wall minutes since the midnight before the first."""
    found: list[Minutes] = []
    monday = monday_of(first)
    while monday <= last:
        week = Week(monday, 7)
        shift = (monday - first).days * 1440
        found += [(low + shift, high + shift) for low, high in _her_week(session, her, week, policy)]
        monday += 7 * ONE_DAY
    return found


def _her_week(session: Session, her: Mediator, week: Week, policy: Policy) -> list[Minutes]:
    """As the planner would lay it out: her pattern leaves her in peace on holidays, what she offered beside it does not."""
    off = days_off(week, policy.offers, policy.planning)
    return shifts_of(her.id, week, read_known(session, week, [her]), off)


def on_the_wall_from(first: dt.date, during: Range[dt.datetime]) -> Minutes:
    """A time in wall minutes since the midnight before ``first``."""
    assert during.lower is not None
    assert during.upper is not None
    return wall_minute(during.lower, first), wall_minute(during.upper, first)


def _days(span: Span) -> Iterator[dt.date]:
    day = span.first
    while day <= span.last:
        yield day
        day += ONE_DAY


def _hull(ranges: Iterable[Range[dt.datetime]]) -> Range[dt.datetime]:
    ends = [(during.lower, during.upper) for during in ranges]
    return Range(min(low for low, _ in ends if low is not None), max(high for _, high in ends if high is not None))


def _tell(
    session: Session, her: Mediator, action: str, during: Range[dt.datetime], actor: str, now: dt.datetime
) -> None:
    session.flush()
    ends = {name: end.isoformat() for name, end in (("start", during.lower), ("end", during.upper)) if end is not None}
    record(session, now, actor, action, "mediator", her.code, **ends)
