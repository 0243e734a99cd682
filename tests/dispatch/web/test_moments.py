# SPDX-License-Identifier: AGPL-3.0-or-later
"""Instants read as Europe/Rome says them, also across the night the clocks change."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.web import moments
from dispatch.web.i18n import speaking

MORNING = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def test_a_day_in_two_languages() -> None:
    """The same instant, said in Italian and in English."""
    with speaking("it"):
        assert moments.day(MORNING) == "martedì 24 novembre"
        assert moments.moment(MORNING) == "mar 24 nov, 9:00"
    with speaking("en"):
        assert "Tuesday" in moments.day(MORNING)


def test_the_wall_clock_follows_daylight_saving() -> None:
    """Eight in UTC is nine at home in November and ten in July."""
    assert moments.clock_time(MORNING) == "9:00"
    assert moments.clock_time(MORNING.replace(month=7)) == "10:00"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "oggi alle 9:00"), (1, "domani alle 9:00"), (2, "mar 24 nov alle 9:00")]
)
def test_a_deadline_names_its_day(days: int, said: str) -> None:
    """Today and tomorrow are called so; any other day is named."""
    assert moments.deadline(MORNING, MORNING - dt.timedelta(days=days)) == said


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (0, "0 min")])
def test_a_duration(minutes: int, said: str) -> None:
    """Minutes become hours where there are any."""
    assert moments.duration(minutes) == said


def test_a_naive_time_is_refused() -> None:
    """A page that forgot the zone fails instead of showing the wrong hour."""
    with pytest.raises(ValueError, match="no zone"):
        moments.clock_time(MORNING.replace(tzinfo=None))
