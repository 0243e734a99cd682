# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weeks and months as the clocks in Italy count them, through both nights on which the clocks change."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.reporting.period import Period, between, month_of, named, week_of

UTC = dt.UTC


def test_a_week_and_a_month_know_their_neighbours() -> None:
    """From one to the next and back, through a short month and the end of a year."""
    assert (named("2026-W53").following.name, named("2026-12").following.name) == ("2027-W01", "2027-01")
    assert (named("2027-W01").previous.name, named("2026-03").previous.name) == ("2026-W53", "2026-02")
    some_days = between(dt.date(2026, 11, 3), dt.date(2026, 11, 5))
    assert (some_days.previous.last, some_days.following.first) == (dt.date(2026, 11, 2), dt.date(2026, 11, 6))
    assert named(some_days.name) == some_days


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 167), (dt.date(2026, 10, 25), 169), (dt.date(2026, 11, 1), 168)]
)
def test_a_week_is_as_long_as_its_clocks_say(day: dt.date, hours: int) -> None:
    """In March a week lacks an hour, in October it has one more."""
    week = week_of(day)
    assert week.ends - week.begins == dt.timedelta(hours=hours)


def test_the_last_minutes_of_a_month_belong_to_it() -> None:
    """23:59 of 31 October is October in Italy, though England is at 22:59 and so is UTC."""
    october, november = named("2026-10"), named("2026-11")
    last = dt.datetime(2026, 10, 31, 22, 59, tzinfo=UTC)
    first = dt.datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    assert (october.holds(last), november.holds(last)) == (True, False)
    assert (october.holds(first), november.holds(first)) == (False, True)


def test_a_weekly_limit_counts_for_as_many_weeks_as_there_are() -> None:
    """10 hours a week are 10 in a week, 40 in February and 42:51 in November."""
    assert [period.share_of(600) for period in (named("2026-W48"), named("2026-02"), named("2026-11"))] == [600, 2400, 2571]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-13", "2026-W54", "1999-01", "2200-W01", "2026-02-30_2026-03-01", "x"]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    """A month too many, a week that the year does not have, a year out of reach."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the door says it in its own words
        named(name)


def test_a_period_runs_forward_and_lasts_a_year_at_most() -> None:
    """From yesterday to tomorrow, not the other way round, and not for ever."""
    day = dt.date(2026, 1, 1)
    assert between(day, dt.date(2026, 12, 31)) == Period(day, dt.date(2026, 12, 31))
    for last in (dt.date(2025, 12, 31), dt.date(2027, 1, 2)):
        with pytest.raises(ValueError, match="2026-01-01"):
            between(day, last)


def test_a_month_is_told_from_a_week() -> None:
    """February 2027 begins on a Monday and has four weeks, and is a month all the same."""
    february = month_of(dt.date(2027, 2, 14))
    assert (february.is_month, february.is_week, february.name) == (True, False, "2027-02")
