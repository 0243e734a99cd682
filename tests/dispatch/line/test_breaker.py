# SPDX-License-Identifier: AGPL-3.0-or-later
"""The circuit breaker of a line: when it opens, who may probe it, what closes it, and what nothing but a person ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from config.policy import load_policy
from dispatch.line.breaker import PROBE_PATIENCE, Event, Go, Shut, Standing, Wait, ask, breaker, held, running
from dispatch.records.statuses import LineState

RULES = load_policy().sms
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
FRESH = Standing("twilio")


def after(line: Standing, *events: Event, now: dt.datetime = NOON, probe: bool = False) -> Standing:
    for event in events:
        line = breaker(line, event, now, RULES, chance=1.0, probe=probe, why=f"{event}")
    return line


def failing() -> Standing:
    return after(FRESH, *[Event.TROUBLE] * RULES.breaker_after)


def test_it_opens_after_so_many_troubles_in_a_row_and_not_one_sooner() -> None:
    """An answer in between begins the count again, whatever it says."""
    almost = after(FRESH, *[Event.TROUBLE] * (RULES.breaker_after - 1))
    assert almost.state is LineState.RUNNING
    assert after(almost, Event.ANSWERED, Event.TROUBLE).state is LineState.RUNNING
    assert after(almost, Event.TROUBLE).state is LineState.FAILING
    assert ask(failing(), NOON, RULES, paced=True)[1] == Shut()


def test_one_probe_at_a_time_and_the_waits_double_up_to_the_longest() -> None:
    """10 s, 20 s, 30 s, 30 s (the shipped rules, the whole of each wait)."""
    line, now, waits = failing(), NOON, []
    for _ in range(4):
        assert line.try_at is not None
        waits.append((line.try_at - now).total_seconds())
        assert ask(line, line.try_at - SECOND, RULES, paced=True)[1] == Shut()
        now = line.try_at
        line, leave = ask(line, now, RULES, paced=True)
        assert leave == Go(probe=True)
        assert ask(line, now, RULES, paced=True)[1] == Shut()  # another worker asks while the probe is out
        line = after(line, Event.TROUBLE, now=now, probe=True)
    assert waits == [10, 20, 30, 30]


def test_a_probe_that_is_answered_sets_the_line_going() -> None:
    """A refusal of one number is an answer too; news of older posts are no probe and change nothing."""
    line, _leave = ask(failing(), NOON + 10 * SECOND, RULES, paced=True)
    assert after(line, Event.ANSWERED).state is LineState.FAILING
    assert after(line, Event.ANSWERED, probe=True) == replace(FRESH, paced_until=line.paced_until)


def test_a_probe_whose_worker_died_is_followed_by_another() -> None:
    """Nobody ever tells what became of it."""
    now = NOON + 10 * SECOND
    line, _leave = ask(failing(), now, RULES, paced=True)
    assert ask(line, now + PROBE_PATIENCE - SECOND, RULES, paced=True)[1] == Shut()
    assert ask(line, now + PROBE_PATIENCE, RULES, paced=True)[1] == Go(probe=True)


def test_an_alarm_stops_for_its_pause_says_why_and_only_a_probe_ends_it() -> None:
    """Late answers of posts made before the alarm neither end it nor make it longer."""
    line = after(FRESH, Event.ALARM)
    pause = dt.timedelta(minutes=RULES.alarm_pause_minutes)
    assert (line.state, line.since, line.why, line.try_at) == (LineState.STOPPED, NOON, "alarm", NOON + pause)
    assert after(line, Event.ANSWERED, Event.ALARM, Event.TROUBLE, Event.BUSY, now=NOON + SECOND) == line
    probed, leave = ask(line, NOON + pause, RULES, paced=True)
    assert leave == Go(probe=True)
    again = after(probed, Event.ALARM, now=NOON + pause, probe=True)
    assert (again.since, again.try_at) == (NOON, NOON + 2 * pause)
    silent = after(probed, Event.TROUBLE, now=NOON + pause, probe=True)
    assert (silent.state, silent.try_at) == (LineState.STOPPED, NOON + 2 * pause)
    assert after(probed, Event.ANSWERED, probe=True).state is LineState.RUNNING


def test_too_many_requests_slow_the_whole_line_down_for_a_breath() -> None:
    """A 429 is an answer, so it opens nothing; the next SMS of anybody waits."""
    line = after(FRESH, *[Event.BUSY] * 50)
    assert line.state is LineState.RUNNING
    burst_is_gone = replace(line, paced_until=(line.paced_until or NOON) + 2 * SECOND)
    assert isinstance(ask(burst_is_gone, NOON, RULES, paced=True)[1], Wait)


@given(st.lists(st.tuples(st.sampled_from(list(Event)), st.booleans(), st.integers(0, 4000)), max_size=60))
def test_what_holds_whatever_comes(story: list[tuple[Event, bool, int]]) -> None:
    """A shut line always has a next trial, and a line held by the operator stays as it is until she starts it."""
    line, now = FRESH, NOON
    for event, probe, seconds in story:
        now += seconds * SECOND
        line, leave = ask(line, now, RULES, paced=True)
        assert isinstance(leave, Shut) is (line.state is not LineState.RUNNING and leave != Go(probe=True))
        line = breaker(line, event, now, RULES, chance=0.5, probe=probe, why="")
        if line.state is LineState.RUNNING:
            assert line.failures < RULES.breaker_after
        else:
            assert line.try_at is not None
            assert line.since is not None
            longest = max(dt.timedelta(minutes=RULES.alarm_pause_minutes), PROBE_PATIENCE)
            assert line.try_at <= now + longest
        stopped = held(line, now, "ada", "wrong texts")
        assert breaker(stopped, event, now, RULES, chance=0.5, probe=probe, why="") == stopped
        assert ask(stopped, now + dt.timedelta(days=9), RULES, paced=True)[1] == Shut()
        assert running(stopped).state is LineState.RUNNING
