# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of what counts: outcomes, times, tolerance, silence; pure, row by row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from config.policy import load_policy
from dispatch.appointments.late import free_until, late_minutes, late_percent
from dispatch.attendance.decisions import (
    Heard,
    HerVisit,
    TimesTrouble,
    after_all,
    agree,
    closed_again,
    hear,
    minutes_that_count,
    real_times,
    trouble_with,
    weigh,
    which_visit,
)
from dispatch.attendance.sayings import Saying, Times, read_saying
from dispatch.records.statuses import AppointmentStatus, AttendanceStatus, Outcome

POLICY = load_policy().attendance
NINE = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
PLANNED = (NINE, NINE + dt.timedelta(minutes=90))
EVENING = NINE + dt.timedelta(hours=10)
AWAITED, TOLD, AGREED, DISPUTED = AttendanceStatus


def at(start: int, end: int) -> Times:
    """Minutes after nine."""
    return NINE + dt.timedelta(minutes=start), NINE + dt.timedelta(minutes=end)


def held(start: int = 0, end: int = 90) -> Saying:
    return Saying(Outcome.HELD, at(start, end))


@pytest.mark.parametrize(
    ("times", "trouble"),
    [
        (at(5, 100), None),
        (at(90, 5), TimesTrouble.BACKWARDS),
        (at(0, 0), TimesTrouble.BACKWARDS),
        (at(0, 12 * 60), TimesTrouble.AHEAD),
        (at(-60, 12 * 60 + 1), TimesTrouble.TOO_LONG),
        (at(-181, 90), TimesTrouble.FAR),
        (at(-180, 90), None),
        (at(0, 90 + 181), TimesTrouble.FAR),
    ],
)
def test_times_that_look_like_a_slip_are_not_noted(times: Times, trouble: TimesTrouble | None) -> None:
    """End before start, over twelve hours, in the future, or hours away from the plan."""
    assert trouble_with(times, PLANNED, EVENING, POLICY) is trouble


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (held(), held(), True),
        (held(), Saying(Outcome.HELD), True),  # as planned
        (held(5, 100), Saying(Outcome.HELD), True),
        (held(15, 105), Saying(Outcome.HELD), True),
        (held(16, 90), Saying(Outcome.HELD), False),
        (held(0, 106), Saying(Outcome.HELD), False),
        (held(), Saying(Outcome.INTERRUPTED, at(0, 90)), False),
        (Saying(Outcome.PERSON_ABSENT), Saying(Outcome.PERSON_ABSENT, at(0, 30)), True),
        (Saying(Outcome.PERSON_ABSENT), Saying(Outcome.MEDIATOR_ABSENT), False),
    ],
)
def test_both_sides_agree(one: Saying, other: Saying, same: bool) -> None:
    """The outcome is the same and the times are within the tolerance, whoever speaks first."""
    assert agree(one, other, PLANNED, POLICY) is agree(other, one, PLANNED, POLICY) is same


def test_weighing_the_two_sides() -> None:
    """Nobody, one, both alike, both apart; where they agree the real times of the one who wrote some count."""
    planned = Saying(Outcome.HELD)
    assert weigh(None, None, PLANNED, POLICY).status is AWAITED
    assert weigh(held(5, 100), None, PLANNED, POLICY).status is TOLD
    assert weigh(None, planned, PLANNED, POLICY).status is TOLD
    both = weigh(held(5, 100), planned, PLANNED, POLICY)
    assert (both.status, both.saying) == (AGREED, held(5, 100))
    turned = weigh(planned, held(5, 100), PLANNED, POLICY)
    assert (turned.status, turned.saying) == (AGREED, held(5, 100))
    assert weigh(held(), Saying(Outcome.MEDIATOR_ABSENT), PLANNED, POLICY).status is DISPUTED


@pytest.mark.parametrize(
    ("status", "before", "said", "heard"),
    [
        (AWAITED, None, held(), Heard.WEIGHED),
        (TOLD, held(), held(), Heard.NOTHING),
        (TOLD, held(), held(5, 100), Heard.WEIGHED),
        (DISPUTED, held(), Saying(Outcome.PERSON_ABSENT), Heard.WEIGHED),
        (AGREED, held(), held(), Heard.NOTHING),
        (AGREED, held(), held(5, 100), Heard.CLOSED),
        (AGREED, None, held(), Heard.CLOSED),
    ],
)
def test_a_word_again_and_a_word_too_late(
    status: AttendanceStatus, before: Saying | None, said: Saying, heard: Heard
) -> None:
    """The same again changes nothing; a different one corrects until both agreed."""
    assert hear(status, before, said) is heard


NOTICE = dt.timedelta(hours=30)


@pytest.mark.parametrize(
    ("said", "onsite", "minutes"),
    [
        (held(), True, 90),
        (Saying(Outcome.HELD), True, 90),
        (held(5, 100), True, 95),
        (held(0, 91), True, 95),  # each step begun counts
        (held(0, 20), True, 60),  # the least on site
        (held(0, 20), False, 20),
        (Saying(Outcome.INTERRUPTED, at(0, 30)), True, 60),
        (Saying(Outcome.PERSON_ABSENT), True, 90),
        (Saying(Outcome.PERSON_ABSENT, at(0, 25)), True, 60),
        (Saying(Outcome.PERSON_ABSENT, at(0, 25)), False, 25),
        (Saying(Outcome.MEDIATOR_ABSENT), True, 0),
        (Saying(Outcome.CANCELLED_LATE), True, 45),  # half, and nobody went: no least
    ],
)
def test_the_minutes_that_count(said: Saying, onsite: bool, minutes: int) -> None:
    """Real times in steps of five minutes, at least an hour for who came in person."""
    assert minutes_that_count(said, PLANNED, onsite=onsite, notice=NOTICE, policy=POLICY) == minutes


@pytest.mark.parametrize(("hours", "percent"), [(49, 0), (48, 0), (47, 50), (24, 50), (23, 100), (-1, 100)])
def test_a_late_cancellation_is_paid(hours: int, percent: int) -> None:
    """Nothing in good time, half under two days, all of it under one."""
    notice = dt.timedelta(hours=hours)
    assert late_percent(notice, POLICY) == percent
    assert late_minutes(60, notice, POLICY) == 60 * percent // 100
    assert (NINE - notice > free_until(NINE, POLICY)) == (percent > 0)


def test_the_percentages_are_the_policys() -> None:
    """The control: another policy pays another part."""
    strict = msgspec.structs.replace(POLICY, person_absent_percent=50, least_onsite=30)
    absent = Saying(Outcome.PERSON_ABSENT)
    assert minutes_that_count(absent, PLANNED, onsite=True, notice=NOTICE, policy=strict) == 45


def test_real_times() -> None:
    """As planned where nothing else was told, and none where nobody met."""
    assert real_times(Saying(Outcome.HELD), PLANNED) == PLANNED
    assert real_times(Saying(Outcome.PERSON_ABSENT), PLANNED) is None
    assert real_times(Saying(Outcome.MEDIATOR_ABSENT, at(0, 90)), PLANNED) is None


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], None),
        ([(AWAITED, None)], None),
        ([(TOLD, Outcome.HELD)], AppointmentStatus.HELD),
        ([(TOLD, Outcome.HELD), (AWAITED, None)], None),
        ([(AGREED, Outcome.PERSON_ABSENT)], AppointmentStatus.NOT_HELD),
        ([(AGREED, Outcome.MEDIATOR_ABSENT), (TOLD, Outcome.INTERRUPTED)], AppointmentStatus.HELD),
        ([(DISPUTED, Outcome.HELD)], None),
    ],
)
def test_what_an_appointment_is_after_all(
    rows: list[tuple[AttendanceStatus, Outcome | None]], status: AppointmentStatus | None
) -> None:
    """Held when one of those who were to come met the person; unknown while one is awaited or disputed."""
    assert after_all(rows) is status


def visit(number: int, **values: Any) -> HerVisit:
    return HerVisit(number, 400 + number, at(number, number + 60), **values)


def test_which_visit_is_meant() -> None:
    """By its code; without one only where a single one waits for her word, or the newest alone is left to correct."""
    one, two, told, closed = visit(1), visit(2), visit(3, told=True), visit(4, told=True, closed=True)
    assert which_visit([one, told], None) is one
    assert which_visit([one, two], 402) is two
    assert which_visit([one, two], None) == (one, two)
    assert which_visit([told], None) is told
    assert which_visit([visit(2, told=True, closed=True), told], None) is told
    assert which_visit([told, closed], None) == (told, closed)  # she may mean the later one again
    assert which_visit([closed], None) == ()
    assert which_visit([told, visit(5, told=True)], None) == (told, visit(5, told=True))
    assert which_visit([one, closed], 404) is closed
    assert which_visit([one], 999) == (one,)
    assert which_visit([], None) == which_visit([], 412) == ()


def test_the_newest_word_said_again() -> None:
    """Only where she has spoken of all, and the newest of them is agreed on."""
    one, told, closed = visit(1), visit(3, told=True), visit(4, told=True, closed=True)
    assert closed_again([told, closed]) is closed
    assert closed_again([one, closed]) is closed_again([closed, visit(5, told=True)]) is closed_again([]) is None


def test_a_saying_comes_back_as_it_was_stored() -> None:
    """The row's JSON keeps all of it."""
    said = Saying(Outcome.HELD, at(5, 100), 24, "chiesta una seconda data")
    assert read_saying(said.stored(NINE, "page")) == said
    assert read_saying(Saying(Outcome.HELD).stored(NINE, "sms")) == Saying(Outcome.HELD)
    assert read_saying(None) is None
