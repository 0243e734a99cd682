# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both nights on which the clocks change, 2026 and 2027 (reliability.md D1, D2): nothing shifts, nothing comes twice."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.kit.session import Database
from dispatch.roster import day
from tests.dispatch.outbox import dst


def test_every_quarter_is_created_reminded_and_reported_right() -> None:
    """All quarters of an hour, a day and a half around each night: no instant differs from the zone's own table."""
    assert dst.created() + dst.reminded() + dst.reported() == []


def test_naive_arithmetic_is_noticed() -> None:
    """The control: days of 24 hours shift visits and reminders by an hour, on all three nights."""
    wrong = dst.created(dst.naive)
    assert {text.split()[1] for text in wrong} >= {str(night) for night in dst.NIGHTS}
    assert dst.reminded(dst.naive)


def test_no_road_is_shorter_on_a_short_night(database: Database) -> None:
    """Whoever says yes to two visits can reach both, also where the clocks leap an hour between them."""
    asked, wrong = dst.travelled(database, halves=(1, 2, 3), gaps=(0, 15))
    assert asked == 18
    assert wrong == []


def test_roads_by_the_wall_clock_are_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the planner's minutes alone, the hour that is missing in March is an hour to drive in."""
    monkeypatch.setattr(day, "_road_refusals", lambda *_: iter(()))
    assert dst.travelled(database, [dst.NIGHTS[1]], (1, 2), (0,))[1]


def test_each_period_is_struck_once(database: Database) -> None:
    """Two clocks, every quarter of an hour: the hour that comes twice on the wall is two periods, the missing one none."""
    hits, periods = dst.struck(database, dst.QUARTER, 3600)
    assert hits == periods == 3 * (2 * 36 + 1)


def test_periods_on_the_wall_would_be_struck_wrongly() -> None:
    """The control: counted by the hour that clocks show, a night in October has one period too few."""
    night = dst.NIGHTS[0]
    walls = {instant.astimezone(dst.ROME).replace(minute=0, tzinfo=None) for instant in dst.steps(night)}
    assert len(walls) == len({instant.replace(minute=0) for instant in dst.steps(night)}) - 1
    assert dt.datetime(2026, 10, 25, 2) in walls
