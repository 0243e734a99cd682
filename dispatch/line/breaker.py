# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an answer of the carrier, or none, does to its line: run on, rest and probe, or stop (all of it pure).

The line *fails* when so many posts in a row came to nothing; it is *stopped* by an alarm, because the carrier refuses
our account or sender. In both nothing leaves until ``try_at``; then one SMS goes out as a probe, and only what becomes
of a probe counts. The operator may *hold* a line: then it is not even probed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from config.policy import SmsPolicy
from dispatch.line import bucket
from dispatch.records.statuses import LineState

# A probe whose worker died is given up after this: longer than a post may take with its ten seconds.
PROBE_PATIENCE: Final = dt.timedelta(seconds=15)
# "Too many requests": the whole line waits for this long, not only the SMS that was refused.
BREATH: Final = dt.timedelta(seconds=1)
BY_ITSELF: Final = "Ponte"


class Event(StrEnum):
    """What a post came to: an answer of whatever content, none (5xx, timeout), "not so fast", or a refusal of us all."""

    ANSWERED = "answered"
    TROUBLE = "trouble"
    BUSY = "busy"
    ALARM = "alarm"


@dataclass(frozen=True)
class Standing:
    """How a line stands: its row, apart from what only the operator and the polling write."""

    provider: str
    state: LineState = LineState.RUNNING
    since: dt.datetime | None = None
    why: str | None = None
    by: str | None = None
    failures: int = 0
    trials: int = 0
    try_at: dt.datetime | None = None
    paced_until: dt.datetime | None = None
    turn: int = 0


@dataclass(frozen=True)
class Go:
    """One SMS may leave now; a probe finds out whether the line works again."""

    probe: bool = False


@dataclass(frozen=True)
class Wait:
    """The sender's pace: not before so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Shut:
    """Nothing leaves at present; a later job asks again."""


def ask(line: Standing, now: dt.datetime, rules: SmsPolicy, *, paced: bool) -> tuple[Standing, Go | Wait | Shut]:
    """Whether one SMS may leave, and the line after it has."""
    if line.state is LineState.HELD:
        return line, Shut()
    if line.state is not LineState.RUNNING:
        if line.try_at is not None and now < line.try_at:
            return line, Shut()
        return replace(line, try_at=now + PROBE_PATIENCE), Go(probe=True)
    if not paced:
        return line, Go()
    until, wait = bucket.take(line.paced_until, now, per_second=rules.per_second, burst=rules.burst)
    return (line, Wait(wait)) if wait > 0 else (replace(line, paced_until=until), Go())


def breaker(
    line: Standing,
    event: Event,
    now: dt.datetime,
    rules: SmsPolicy,
    *,
    chance: float,
    probe: bool = False,
    why: str = "",
) -> Standing:
    """The line after an event. ``chance`` (0 to 1) spreads the probes of many lines; ``why`` is kept for people."""
    if line.state is LineState.HELD:
        return line  # What was on its way when the operator held the line does not set it going again.
    match event:
        case Event.ALARM if probe or line.state is not LineState.STOPPED:
            return _stopped(line, now, rules, why)
        case Event.TROUBLE if line.state is LineState.RUNNING:
            failures = line.failures + 1
            counted = replace(line, failures=failures)
            return _failing(counted, now, rules, chance, why) if failures >= rules.breaker_after else counted
        case Event.TROUBLE if probe and line.state is LineState.FAILING:
            return _failing(line, now, rules, chance, why)
        case Event.TROUBLE if probe:
            return replace(line, try_at=now + dt.timedelta(minutes=rules.alarm_pause_minutes))
        case Event.ANSWERED | Event.BUSY if probe or line.state is LineState.RUNNING:
            well = running(line) if line.state is not LineState.RUNNING or line.failures else line
            until = max(line.paced_until or now, now + BREATH)
            return replace(well, paced_until=until) if event is Event.BUSY else well
    return line


def running(line: Standing) -> Standing:
    """Nothing stands against it any more; the pace it has used up is kept."""
    return Standing(line.provider, paced_until=line.paced_until, turn=line.turn)


def held(line: Standing, now: dt.datetime, by: str, why: str) -> Standing:
    """The operator's own stop: no probe ends it."""
    return replace(running(line), state=LineState.HELD, since=now, why=why, by=by)


def _failing(line: Standing, now: dt.datetime, rules: SmsPolicy, chance: float, why: str) -> Standing:
    """Shut until the next probe: the wait doubles from the first to the longest, and a random half of it is kept."""
    longest = min(rules.probe_seconds * 2**line.trials, rules.longest_probe_seconds)
    return replace(
        line,
        state=LineState.FAILING,
        since=line.since or now,
        why=why[:200],
        by=BY_ITSELF,
        trials=min(line.trials + 1, 20),
        try_at=now + dt.timedelta(seconds=longest * (0.5 + chance / 2)),
    )


def _stopped(line: Standing, now: dt.datetime, rules: SmsPolicy, why: str) -> Standing:
    since = line.since if line.state is LineState.STOPPED else now
    later = now + dt.timedelta(minutes=rules.alarm_pause_minutes)
    return replace(running(line), state=LineState.STOPPED, since=since, why=why[:200], by=BY_ITSELF, try_at=later)
