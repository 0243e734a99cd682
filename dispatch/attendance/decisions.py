# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is decided about a visit that is over, without touching a row: do both sides agree, what counts, which visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.policy import AttendancePolicy
from dispatch.appointments.late import in_steps, late_minutes
from dispatch.attendance.sayings import Saying, Times
from dispatch.records.statuses import AppointmentStatus, AttendanceStatus, Outcome

TOOK_PLACE = (Outcome.HELD, Outcome.INTERRUPTED)
# Nobody was there at a time that could be compared.
WITHOUT_TIMES = (Outcome.MEDIATOR_ABSENT, Outcome.CANCELLED_LATE)


class TimesTrouble(StrEnum):
    """Why times cannot be noted as they are."""

    BACKWARDS = "backwards"
    TOO_LONG = "too_long"
    AHEAD = "ahead"
    FAR = "far"


def trouble_with(times: Times, planned: Times, now: dt.datetime, policy: AttendancePolicy) -> TimesTrouble | None:
    """What is wrong with told times; a slip is asked again, because a guess would be paid."""
    (start, end), far = times, dt.timedelta(hours=policy.plausible_hours)
    if end <= start:
        return TimesTrouble.BACKWARDS
    if end - start > dt.timedelta(hours=policy.longest_hours):
        return TimesTrouble.TOO_LONG
    if end > now + dt.timedelta(minutes=policy.times_tolerance):
        return TimesTrouble.AHEAD
    if abs(start - planned[0]) > far or abs(end - planned[1]) > far:
        return TimesTrouble.FAR
    return None


class Heard(StrEnum):
    """What a saying does: nothing (it was said before), it is weighed, or it comes after both had agreed."""

    NOTHING = "nothing"
    WEIGHED = "weighed"
    CLOSED = "closed"


def hear(status: AttendanceStatus, before: Saying | None, said: Saying) -> Heard:
    """People press twice and carriers deliver twice; until both agree, a side may correct itself."""
    if said == before:
        return Heard.NOTHING
    return Heard.CLOSED if status is AttendanceStatus.AGREED else Heard.WEIGHED


def agree(one: Saying, other: Saying, planned: Times, policy: AttendancePolicy) -> bool:
    """The same outcome, and times that differ by no more than the policy forgives at either end."""
    if one.outcome is not other.outcome:
        return False
    if one.outcome not in TOOK_PLACE:
        return True
    tolerance = dt.timedelta(minutes=policy.times_tolerance)
    pairs = zip(one.times or planned, other.times or planned, strict=True)
    return all(abs(a - b) <= tolerance for a, b in pairs)


@dataclass(frozen=True)
class Weighed:
    """What the row is after both sides were looked at; ``saying`` is the one that counts, None while nobody spoke."""

    status: AttendanceStatus
    saying: Saying | None


def weigh(by_mediator: Saying | None, by_desk: Saying | None, planned: Times, policy: AttendancePolicy) -> Weighed:
    """Where both agree her times count: she writes the real ones, while a desk mostly says "as planned"."""
    said = by_mediator or by_desk
    if said is None:
        return Weighed(AttendanceStatus.AWAITED, None)
    if by_mediator is None or by_desk is None:
        return Weighed(AttendanceStatus.TOLD, said)
    if not agree(by_mediator, by_desk, planned, policy):
        return Weighed(AttendanceStatus.DISPUTED, said)
    if by_mediator.times is None and by_desk.times is not None and by_mediator.outcome not in WITHOUT_TIMES:
        return Weighed(AttendanceStatus.AGREED, Saying(said.outcome, by_desk.times, said.km, said.note))
    return Weighed(AttendanceStatus.AGREED, said)


def real_times(saying: Saying, planned: Times) -> Times | None:
    """When she was really there; None where nobody met."""
    if saying.outcome in WITHOUT_TIMES:
        return None
    return saying.times or (planned if saying.outcome in TOOK_PLACE else None)


def minutes_that_count(
    saying: Saying,
    planned: Times,
    *,
    onsite: bool,
    notice: dt.timedelta,
    policy: AttendancePolicy,
    given_again: int = 0,
) -> int:
    """The minutes charged to the project; ``notice`` is how long before the start a late cancellation came.

    ``given_again`` are minutes of the cancelled time that she gave to other visits: they are paid there, once.
    """
    asked = _minutes(planned)
    match saying.outcome:
        case Outcome.MEDIATOR_ABSENT:
            return 0
        case Outcome.CANCELLED_LATE:
            return late_minutes(max(0.0, asked - given_again), notice, policy)
        case Outcome.PERSON_ABSENT:
            spent = _minutes(saying.times) if saying.times else asked * policy.person_absent_percent / 100
        case _:
            spent = _minutes(saying.times or planned)
    return max(in_steps(spent, policy), policy.least_onsite if onsite else 0)


def _minutes(times: Times) -> float:
    return (times[1] - times[0]).total_seconds() / 60


def after_all(rows: Sequence[tuple[AttendanceStatus, Outcome | None]]) -> AppointmentStatus | None:
    """What an appointment is once all who were to come have an outcome; None while one is awaited or disputed."""
    if not rows or any(s in (AttendanceStatus.AWAITED, AttendanceStatus.DISPUTED) for s, _ in rows):
        return None
    held = any(outcome in TOOK_PLACE for _, outcome in rows)
    return AppointmentStatus.HELD if held else AppointmentStatus.NOT_HELD


@dataclass(frozen=True)
class HerVisit:
    """A visit of hers as an SMS may mean it.

    ``told`` whether she has spoken of it, ``said`` what she told, ``closed`` whether both agree; ``begun`` is false for
    one of today that is still ahead: of that she cannot tell yet, and she may think that she can.
    """

    assignment_id: int
    code: int
    planned: Times
    told: bool = False
    closed: bool = False
    said: Saying | None = None
    begun: bool = True


def which_visit(visits: Sequence[HerVisit], code: int | None) -> HerVisit | tuple[HerVisit, ...]:
    """The visit that is meant, or those to choose from (none of them: nothing waits for an answer).

    With its code it is that one. Without, only where one alone waits for her word. When she has spoken of all, one
    alone that is left to correct is meant only while no later visit of hers has begun or stands for today: of which she
    may speak as well.
    """
    ahead = [visit for visit in visits if not visit.begun]
    visits = [visit for visit in visits if visit.begun]
    if code is not None:
        found = [visit for visit in visits if visit.code == code]
        if found:
            return max(found, key=lambda visit: visit.planned)
    waiting = [visit for visit in visits if not visit.told and not visit.closed]
    if code is not None or waiting:
        return waiting[0] if code is None and len(waiting) == 1 else tuple(waiting)
    left = [visit for visit in visits if not visit.closed]
    if not left:
        return ()
    newest = max(visits, key=lambda visit: visit.planned)
    if newest not in left:
        return (*left, newest)
    if ahead:
        return (*left, *ahead)
    return newest if len(left) == 1 else tuple(left)


def closed_again(visits: Sequence[HerVisit]) -> HerVisit | None:
    """The newest visit, where she has spoken of all and both agree on it: the same word once more is about that one."""
    if any((not visit.told and not visit.closed) or not visit.begun for visit in visits):
        return None
    newest = max(visits, key=lambda visit: visit.planned, default=None)
    return newest if newest is not None and newest.closed else None
