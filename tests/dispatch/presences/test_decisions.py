# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pure part of presences: dates, what each needs and is worth, and which of them a change leaves as they are."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from config.policy import load_policy
from config.territory.school import load_school_calendar
from dispatch.kit.recurrence import Closures, Recurrence
from dispatch.presences.decisions import Pattern, Terms, first_clash, needs_of, settle, value_of
from dispatch.records.statuses import Cover

CLOSURES = Closures("BG", load_school_calendar("bergamo"))
POLICY = load_policy().presences
MONDAYS = Recurrence(dt.date(2026, 11, 30), dt.date(2026, 12, 28), weekdays=(0,), keep_holidays=False)
MORNING = Pattern(MONDAYS, 540, 780)
NINE = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
TERMS = Terms(NINE, 240, 1, "mediation", (("ar", 1),))


def test_a_shift_begins_at_the_same_hour_on_the_wall_on_both_sides_of_the_clock_change() -> None:
    """Nine o'clock is 7 UTC in summer and 8 in winter; the week of 25 October 2026 has both."""
    sundays = Pattern(Recurrence(dt.date(2026, 10, 18), dt.date(2026, 10, 25), weekdays=(6,)), 540, 780)
    assert [start.hour for start in sundays.starts(CLOSURES).values()] == [7, 8]


@pytest.mark.parametrize(
    ("low", "high", "weeks", "clash"),
    [
        (540, 780, 1, dt.date(2026, 11, 30)),
        (779, 900, 2, dt.date(2026, 11, 30)),
        (780, 900, 1, None),
        (480, 540, 1, None),
    ],
)
def test_two_shifts_clash_where_dates_and_hours_meet(low: int, high: int, weeks: int, clash: dt.date | None) -> None:
    """One after the other is fine; one minute together on one date is not."""
    other = Pattern(dataclasses.replace(MONDAYS, weeks=weeks), low, high)
    assert first_clash(MORNING, other, CLOSURES) == clash


def test_every_other_week_leaves_room_for_another_shift() -> None:
    """Two presences of one desk that alternate never meet."""
    even = Pattern(dataclasses.replace(MONDAYS, weeks=2), 540, 780)
    odd = Pattern(dataclasses.replace(MONDAYS, weeks=2, first=dt.date(2026, 12, 7)), 540, 780)
    assert first_clash(even, odd, CLOSURES) is None


def test_a_presence_never_left_empty_is_worth_more_than_any_urgent_request() -> None:
    """Even at the shortest notice; and one that may be left is worth more than two routine requests, less than an urgent one."""
    intake = load_policy().intake
    dearest = intake.value_urgent * max(percent for _, percent in intake.lead_time_percent) // 100
    assert value_of(Cover.ALWAYS, POLICY) > dearest
    assert 2 * intake.value_routine < value_of(Cover.MAY_LEAVE, POLICY) < intake.value_urgent


def test_the_wished_mediator_costs_nothing_and_anybody_else_does() -> None:
    """No language and no wish: the needs ask for nothing at all."""
    assert needs_of({}, None, POLICY)["wishes"] == {}
    wished = needs_of({"ar": 2}, "m1", POLICY)
    assert wished["wishes"]["mediators"] == {"m1": 0, "*": POLICY.wish_same_mediator}
    assert (wished["languages"], wished["any_language"]) == ({"ar": 2}, False)


@pytest.mark.parametrize(
    "change",
    [
        {"start": NINE + dt.timedelta(hours=1)},
        {"duration": 180},
        {"place_id": 2},
        {"kind": "territorial"},
        {"languages": ()},
    ],
)
def test_a_date_is_kept_only_where_all_its_terms_stay(change: dict[str, object]) -> None:
    """The same terms keep their booking; another hour, length, place, kind or language is asked anew."""
    other = dataclasses.replace(TERMS, **change)  # type: ignore[arg-type]  # each case names one field of Terms
    assert settle({7: TERMS}, [TERMS]) == ({7}, set(), [])
    assert settle({7: TERMS}, [other]) == (set(), {7}, [other])
