# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which appointments a request means, and which starts each may have: series, tolerances, holidays, both DST nights."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import load_policy
from config.territory import load_school_calendar
from dispatch.appointments.findings import Findings
from dispatch.intake.decisions import Days, Occurrence, expand
from dispatch.intake.schemas import Repeat, When
from dispatch.intake.windows import Slack, windows
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.recurrence import Closures
from dispatch.records.statuses import Tolerance
from tests import make

POLICY = load_policy().intake
CLOSURES = Closures("BG", load_school_calendar("bergamo"))
STEP = dt.timedelta(minutes=POLICY.start_step)


def asked(*when: tuple[str, str, str], repeat: Repeat | None = None, duration: int = 60) -> Days:
    entries = [When.model_validate({"day": day, "from": time, "tolerance": slack}) for day, time, slack in when]
    return Days(entries, repeat, duration, make.NOW, POLICY, CLOSURES)


def fine(days: Days) -> list[Occurrence]:
    findings = Findings()
    found = expand(days, findings)
    assert findings.problems == []
    return found.occurrences


def refused(days: Days) -> set[str]:
    findings = Findings()
    expand(days, findings)
    return {problem.field for problem in findings.problems}


def walls(occurrence: Occurrence) -> list[str]:
    return [f"{at_home(low):%a %d %H:%M}-{at_home(high):%H:%M}" for low, high in occurrence.windows]


def test_a_fixed_time_has_one_start() -> None:
    """No tolerance means the asked minute and no other."""
    (one,) = fine(asked(("2026-11-30", "09:10", "none")))
    assert walls(one) == ["Mon 30 09:10-09:10"]


def test_half_an_hour_goes_both_ways() -> None:
    """The asked minute stays on the steps."""
    (one,) = fine(asked(("2026-11-30", "09:10", "half_hour")))
    assert walls(one) == ["Mon 30 08:40-09:40"]


def test_the_same_day_means_service_hours_to_the_end_of_the_visit() -> None:
    """An hour that begins at 18:00 ends with the service; steps run through the asked minute."""
    (one,) = fine(asked(("2026-11-30", "09:10", "same_day")))
    assert walls(one) == ["Mon 30 08:10-17:55"]


def test_the_asked_start_counts_whatever_the_hours_say() -> None:
    """Who asks for 20:00 may have 20:00, besides the service hours."""
    (one,) = fine(asked(("2026-11-30", "20:00", "same_day")))
    assert walls(one) == ["Mon 30 08:00-20:00"]


def test_the_same_week_leaves_out_holidays_and_what_has_passed() -> None:
    """Tuesday 8 December is a holiday; of this week only what is still to come counts."""
    (one,) = fine(asked(("2026-12-09", "09:00", "same_week")))
    assert [wall[:6] for wall in walls(one)] == ["Mon 07", "Wed 09", "Thu 10", "Fri 11"]
    days = replace(asked(("2026-11-25", "09:00", "same_week")), now=dt.datetime(2026, 11, 24, 9, 20, tzinfo=dt.UTC))
    (one,) = fine(days)
    assert walls(one) == ["Tue 24 10:30-18:00", "Wed 25 08:00-18:00", "Thu 26 08:00-18:00", "Fri 27 08:00-18:00"]


def test_a_saturday_stays_where_it_was_asked() -> None:
    """A desk open on Saturday may ask for it; tolerance adds the working days."""
    (one,) = fine(asked(("2026-12-05", "09:00", "same_week")))
    assert [wall[:3] for wall in walls(one)] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def test_a_series_keeps_the_wall_clock_and_skips_what_it_must() -> None:
    """Ten o'clock stays ten o'clock when the clocks change, and an excepted day has no meeting."""
    repeat = Repeat.model_validate({"every": "week", "until": "2027-04-12", "except": ["2027-04-05"]})
    found = fine(asked(("2027-03-15", "10:00", "none"), repeat=repeat))
    assert [f"{at_home(one.asked):%m-%d %H:%M}" for one in found] == [
        "03-15 10:00",
        "03-22 10:00",
        "03-29 10:00",
        "04-12 10:00",
    ]
    assert [one.asked.hour for one in found] == [9, 9, 8, 8]


def test_every_entry_repeats() -> None:
    """Two days a week for two weeks are four appointments, in order of time."""
    repeat = Repeat.model_validate({"every": "week", "until": "2026-12-10"})
    found = fine(asked(("2026-12-03", "10:00", "none"), ("2026-12-01", "09:00", "none"), repeat=repeat))
    assert [f"{one.asked:%d}" for one in found] == ["01", "03", "08", "10"]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        (asked(("2027-03-28", "02:30", "none")), "when.0.from"),
        (asked(("2027-10-31", "02:30", "none")), "when.0.from"),
        (asked(("2026-11-22", "10:00", "none")), "when.0.from"),
        (asked(("2026-11-21", "10:00", "none")), "when.0.day"),
        (asked(("2026-11-30", "10:00", "none"), ("2026-11-30", "10:00", "none")), "when"),
        (asked(("2026-02-30", "10:00", "none")), "when.0.day"),
        (asked(("२०२६-११-३०", "10:00", "none")), "when.0.day"),
        (asked(("2026-11-30", "24:00", "none")), "when.0.from"),
        (
            asked(
                ("2026-11-30", "10:00", "none"),
                ("2026-12-01", "10:00", "none"),
                repeat=Repeat.model_validate({"every": "week", "until": "2027-12-20"}),
            ),
            "repeat.until",
        ),
    ],
)
def test_what_cannot_be_is_named(days: Days, field: str) -> None:
    """Times that do not exist, come twice, have passed, or stand twice; series without measure."""
    assert refused(days) >= {field}


def test_the_hour_beside_a_dst_night_is_fine() -> None:
    """01:45 and 03:00 exist once on both nights."""
    for day in ("2027-03-28", "2027-10-31"):
        assert len(fine(asked((day, "01:45", "none"), (day, "03:00", "none")))) == 2


@given(
    day=st.dates(dt.date(2026, 11, 23), dt.date(2027, 11, 30)),
    minute=st.integers(0, 1439),
    tolerance=st.sampled_from(Tolerance),
    duration=st.integers(15, 720),
)
def test_windows_are_on_steps_in_order_and_hold_the_asked_start(
    day: dt.date, minute: int, tolerance: Tolerance, duration: int
) -> None:
    """Whatever is asked, windows do not overlap, end on their own steps, lie ahead, and include what was asked."""
    start = from_wall(day, minute)
    found = windows(start, tolerance, Slack(duration, make.NOW, POLICY, CLOSURES))
    assert all(low <= high for low, high in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert all(low > make.NOW for low, _ in found)
    assert any(low <= start <= high and (start - low) % STEP == dt.timedelta() for low, high in found)
    assert all((high - low) % STEP == dt.timedelta() for low, high in found)
