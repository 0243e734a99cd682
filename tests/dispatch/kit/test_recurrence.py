# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recurrence: weekly and fortnightly dates, holidays and school closures left out by choice."""

from __future__ import annotations

import datetime as dt

import pytest

from config.territory.school import load_school_calendar
from dispatch.kit.recurrence import Closures, Recurrence, dates, left_out

CLOSURES = Closures("BG", load_school_calendar("bergamo"))
TUESDAY = dt.date(2026, 12, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_every_week_up_to_the_last_day() -> None:
    """The last day counts, and holidays stay unless somebody says otherwise."""
    found = dates(Recurrence(TUESDAY, day("2026-12-15")), CLOSURES)
    assert found == [day("2026-12-01"), day("2026-12-08"), day("2026-12-15")]


def test_every_two_weeks_on_two_weekdays() -> None:
    """Weeks are counted from Monday, so both days of a week fall into the same one."""
    found = dates(Recurrence(TUESDAY, day("2026-12-31"), weeks=2, weekdays=(0, 1)), CLOSURES)
    assert found == [day("2026-12-01"), day("2026-12-14"), day("2026-12-15"), day("2026-12-28"), day("2026-12-29")]


@pytest.mark.parametrize(
    ("keep_holidays", "school_days_only", "expected"),
    [
        (True, False, {}),
        (False, False, {"2026-12-08": "holiday"}),
        (True, True, {"2026-12-08": "school", "2026-12-29": "school", "2027-01-05": "school"}),
        (False, True, {"2026-12-08": "holiday", "2026-12-29": "school", "2027-01-05": "school"}),
    ],
)
def test_what_is_left_out_and_why(keep_holidays: bool, school_days_only: bool, expected: dict[str, str]) -> None:
    """The Immaculate Conception is a holiday; Christmas closes the schools for two Tuesdays."""
    asked = Recurrence(
        TUESDAY, day("2027-01-12"), keep_holidays=keep_holidays, school_days_only=school_days_only
    )  # fmt: skip
    assert left_out(asked, CLOSURES) == {day(text): why for text, why in expected.items()}


def test_the_patron_is_a_holiday_of_the_province() -> None:
    """Sant'Alessandro, 26 August 2026, closes the services of Bergamo and of nobody else."""
    wednesday = Recurrence(day("2026-08-26"), day("2026-08-26"), keep_holidays=False)
    assert dates(wednesday, CLOSURES) == []
    assert dates(wednesday, Closures("MI", CLOSURES.school)) == [day("2026-08-26")]


def test_a_school_year_that_nobody_entered_closes_only_on_holidays() -> None:
    """A series that runs into it is not cut off in silence."""
    asked = Recurrence(day("2029-11-01"), day("2029-11-08"), school_days_only=True)
    assert dates(asked, CLOSURES) == [day("2029-11-08")]


def test_two_years_are_the_longest() -> None:
    """One day more is taken for a slip."""
    assert not Recurrence(TUESDAY, day("2028-12-01")).is_too_long
    assert Recurrence(TUESDAY, day("2028-12-02")).is_too_long
