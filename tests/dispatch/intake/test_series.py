# SPDX-License-Identifier: AGPL-3.0-or-later
"""On which dates a series falls: its rule, what is left out and why, what was said later, and how long it may last."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from config.policy import load_policy
from config.territory import load_school_calendar
from dispatch.appointments.findings import Findings
from dispatch.intake.decisions import Before, Days, Expansion, expand
from dispatch.intake.schemas import Repeat, When
from dispatch.intake.series import RuleChange, aligned, relined, said_of, unsaid
from dispatch.intake.understood import left_out_words
from dispatch.kit.clock import at_home
from dispatch.kit.recurrence import Closures
from tests import make

CLOSURES = Closures("BG", load_school_calendar("bergamo"))
TUESDAY = "2026-12-01"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def series(findings: Findings | None = None, before: Before | None = None, **repeat: Any) -> Expansion:
    """A series on Tuesdays at nine, from 1 December to 12 January unless told otherwise."""
    lines = [When.model_validate({"day": TUESDAY, "from": "09:00"})]
    rule = Repeat.model_validate({"every": "week", "until": "2027-01-12"} | repeat)
    asked = Days(lines, rule, 60, make.NOW, load_policy().intake, CLOSURES, before or Before())
    problems = findings or Findings()
    found = expand(asked, problems)
    assert findings is not None or problems.problems == []
    return found


def shown(found: Expansion) -> list[str]:
    return [f"{at_home(one.asked):%d/%m %H:%M}" for one in found.occurrences]


@pytest.mark.parametrize(
    ("repeat", "days", "words"),
    [
        ({}, "01/12 08/12 15/12 22/12 29/12 05/01 12/01", ""),
        ({"every": "two_weeks"}, "01/12 15/12 29/12 12/01", ""),
        ({"holidays": "skip"}, "01/12 15/12 22/12 29/12 05/01 12/01", "8/12 (festa)"),
        ({"school_days": True}, "01/12 15/12 22/12 12/01", "8/12, 29/12 e 5/1 (scuole chiuse)"),
        (
            {"school_days": True, "holidays": "skip"},
            "01/12 15/12 22/12 12/01",
            "8/12 (festa), 29/12 e 5/1 (scuole chiuse)",
        ),
        ({"holidays": "skip", "except": ["2026-12-15"]}, "01/12 22/12 29/12 05/01 12/01", "8/12 (festa)"),
    ],
)
def test_dates_are_left_out_by_choice_and_said_with_their_reason(repeat: Any, days: str, words: str) -> None:
    """The Immaculate Conception is a holiday, Christmas closes the schools; what was excluded by hand is said apart."""
    found = series(**repeat)
    assert [start.split()[0] for start in shown(found)] == days.split()
    assert left_out_words(found.left_out) == words


def test_two_years_every_week_are_the_longest_series() -> None:
    """105 dates pass; a day more, or a second line, is refused with the value and what to write instead."""
    assert len(series(until="2028-11-28").occurrences) == 105
    assert len(series(until="2028-12-01").occurrences) == 105
    findings = Findings()
    series(findings, until="2028-12-02")
    [problem] = findings.problems
    assert (problem.field, problem.value) == ("repeat.until", "2028-12-02")
    assert "2028-12-01" in problem.remedy


def test_a_series_of_which_nothing_is_left_is_refused() -> None:
    """Two Tuesdays without lessons make no request."""
    findings = Findings()
    lines = [When.model_validate({"day": "2026-12-29", "from": "09:00"})]
    rule = Repeat.model_validate({"every": "week", "until": "2027-01-05", "school_days": True})
    expand(Days(lines, rule, 60, make.NOW, load_policy().intake, CLOSURES), findings)
    assert [problem.field for problem in findings.problems] == ["repeat.except"]


def test_what_was_said_later_holds_from_its_day_on() -> None:
    """From the 15th at ten; from the 29th a day later and for longer, which the later word adds to."""
    later = RuleChange(day("2026-12-15"), 0, {"from": "10:00"})
    longer = RuleChange(day("2026-12-29"), None, {"duration": 90})
    moved = RuleChange(day("2026-12-29"), 0, {"shift": 1})
    found = series(before=Before((later, longer, moved)), until="2027-01-05")
    assert shown(found) == [
        "01/12 09:00",
        "08/12 09:00",
        "15/12 10:00",
        "22/12 10:00",
        "30/12 10:00",
        "06/01 10:00",
    ]
    assert [one.said for one in found.occurrences][-2:] == ['{"duration": 90}'] * 2
    assert found.occurrences[-1].day == day("2027-01-05")


def test_holidays_are_judged_where_a_date_is_held() -> None:
    """Moved from Tuesday to Wednesday, the series meets no 8 December, but 6 January; an excluded week stays excluded."""
    moved = RuleChange(day(TUESDAY), 0, {"shift": 1})
    found = series(before=Before((moved,)), holidays="skip", except_=["2026-12-15"])
    assert [start.split()[0] for start in shown(found)] == ["02/12", "09/12", "23/12", "30/12", "13/01"]
    assert left_out_words(found.left_out) == "6/1 (festa)"


def test_a_running_series_leaves_out_what_has_passed() -> None:
    """Its first day is long over; only what is settled or passed goes, and nothing is refused."""
    lines = [When.model_validate({"day": "2026-11-03", "from": "09:00"})]
    rule = Repeat.model_validate({"every": "week", "until": "2026-12-08"})
    before = Before(known=frozenset({"2026-11-03"}), settled=frozenset({(0, day("2026-11-30"))}))
    asked = Days(lines, rule, 60, make.NOW, load_policy().intake, CLOSURES, before)
    found = expand(asked, findings := Findings())
    assert findings.problems == []
    assert shown(found) == ["24/11 09:00", "08/12 09:00"]


def test_a_change_of_all_takes_back_what_was_said_of_some() -> None:
    """Only the same answer of the same line from that day on; an empty change goes away."""
    changes = (
        RuleChange(day("2026-12-15"), 0, {"from": "10:00", "shift": 1}),
        RuleChange(day("2026-12-15"), 1, {"from": "11:00"}),
        RuleChange(day("2026-12-22"), None, {"duration": 90}),
    )
    left = unsaid(unsaid(changes, 0, ["from"]), None, ["duration"])
    assert left == (RuleChange(day("2026-12-15"), 0, {"shift": 1}), changes[1])
    assert unsaid(changes, 0, ["from"], since=day("2026-12-16")) == changes
    assert said_of(changes, 1, day("2026-12-22")) == {"from": "11:00", "duration": 90}
    assert said_of(changes, 1, day("2026-12-14")) == {}
    assert [RuleChange.read(change.stored()) for change in changes] == list(changes)


def test_lines_are_followed_to_where_they_stand_now() -> None:
    """A line that is dropped takes what was said of it along; the others keep theirs wherever they went."""
    monday, thursday = ({"day": "2026-11-30", "from": "09:00"}, {"day": "2026-12-03", "from": "15:00"})
    later = thursday | {"from": "16:00"}
    assert aligned([monday, thursday], [thursday]) == {1: 0}
    assert aligned([monday, thursday], [later, monday]) == {0: 1, 1: 0}
    assert aligned([monday], [{"day": "2026-12-01", "from": "09:00"}]) == {0: 0}
    changes = (RuleChange(day("2026-12-15"), 0, {"shift": 1}), RuleChange(day("2026-12-15"), 1, {"shift": 2}))
    assert relined(changes, {1: 0}) == (RuleChange(day("2026-12-15"), 0, {"shift": 2}),)
