# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quiet hours, the daily cap, and no question after its deadline (reliability.md B10), each with its control."""

from __future__ import annotations

import datetime as dt

import pytest

from config.policy import load_policy, with_changes
from dispatch.kit.session import Database
from dispatch.outbox import asking, cap, due
from tests.dispatch.outbox import b10

POLICY = load_policy()


def test_a_year_without_a_word_by_night() -> None:
    """Twenty thousand questions and reminders at random minutes of a year: none by night, none after its deadline."""
    assert not b10.a_year(b10.TENTH, POLICY)


def test_without_the_guard_a_year_is_full_of_nights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nothing is held back until the morning, the same year is noticed at once."""
    for module in (asking, due):
        monkeypatch.setattr(module, "awake", lambda instant, _policy: instant)
    wrong = b10.a_year(b10.TENTH // 10, POLICY)
    assert wrong["question by night"] > 50
    assert wrong["reminder by night"] > 10


def test_a_day_is_full_at_its_cap(database: Database) -> None:
    """Thirty reminders on one morning: twelve leave, twelve wait for the next day, the rest for the day after."""
    assert list(b10.a_full_day(database, 30).values()) == [12, 12, 6]


def test_what_would_be_stale_by_then_stays_at_home(database: Database) -> None:
    """Three mornings are left before the visit: of fifty reminders no more than four days' worth is kept."""
    days = b10.a_full_day(database, 50)
    assert max(days.values()) == 12
    assert sum(days.values()) == 48
    assert max(days) == dt.date(2026, 11, 27)


def test_without_the_cap_all_leave_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nothing counted, thirty SMS on one morning."""
    monkeypatch.setattr(cap, "sent_that_day", lambda *_: 0)
    assert list(b10.a_full_day(database, 30).values()) == [30]


def test_after_two_hours_at_rest_the_stale_is_dropped_and_the_rest_sent(database: Database) -> None:
    """Nothing too late leaves, nothing that is still of use is lost."""
    found = b10.a_stopped_worker(database, 60)
    assert set(found) == {"stale failed", "fresh sent"}


def test_a_coordinator_may_set_the_cap() -> None:
    assert with_changes(POLICY, [("sms", "most_a_day", 3)]).sms.most_a_day == 3
