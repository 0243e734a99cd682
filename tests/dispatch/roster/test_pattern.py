# SPDX-License-Identifier: AGPL-3.0-or-later
"""A typed week becomes shifts, and two that overlap can be joined, or one of them be kept."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.roster import pattern
from dispatch.roster.entries import ShiftEntry
from dispatch.roster.pattern import How, Overlap
from dispatch.web.forms import FormValues
from dispatch.web.register_forms import FormReader


def shift(low: int, high: int, weekday: int = 0, **validity: dt.date) -> ShiftEntry:
    return ShiftEntry(weekday=weekday, from_minute=low, to_minute=high, **validity)


def line(number: int, day: str, low: str, high: str) -> dict[str, str]:
    return {f"shift-{number}-day": day, f"shift-{number}-from": low, f"shift-{number}-to": high}


def read(typed: dict[str, str]) -> tuple[dict[int, ShiftEntry], list[str]]:
    reader = FormReader(FormValues.of(typed))
    return pattern.read(reader), [problem.field for problem in reader.findings.problems]


def test_a_week_is_read_by_the_numbers_of_its_lines() -> None:
    """Empty lines say nothing, and 0:00 as an end is midnight at the end of the day."""
    typed = line(0, "0", "08:30", "12:30") | line(3, "6", "20:00", "00:00") | line(5, "2", "", "")
    assert read(typed) == ({0: shift(510, 750), 3: shift(1200, 1440, 6)}, [])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (line(1, "0", "9", "12:30"), "shift-1-from"),
        (line(1, "0", "09:00", ""), "shift-1-to"),
        (line(1, "0", "09:00", "25:00"), "shift-1-to"),
        (line(1, "0", "09:00", "12:00") | {"shift-1-until": "presto"}, "shift-1-until"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(typed: dict[str, str], field: str) -> None:
    assert read(typed)[1] == [field]


def test_a_week_survives_the_way_through_the_form() -> None:
    """What is shown and sent back unchanged is the same week."""
    week = {0: shift(480, 1440), 1: shift(0, 60, 3, valid_from=dt.date(2026, 12, 1), valid_until=dt.date(2027, 1, 31))}
    assert pattern.read(FormReader(pattern.values_of(week))) == week


def test_the_old_one_is_the_one_that_stands() -> None:
    """Whatever the order of the lines; two that only touch, or on other days, do not overlap."""
    week = {0: shift(600, 720), 1: shift(480, 660), 2: shift(720, 800), 3: shift(480, 660, 1)}
    assert list(pattern.overlaps(week, [shift(480, 660)])) == [Overlap(old=1, new=0)]
    assert list(pattern.overlaps(week, [])) == [Overlap(old=0, new=1)]


@pytest.mark.parametrize(
    ("how", "left"),
    [("join", {0: shift(480, 840)}), ("keep", {0: shift(480, 780)}), ("take", {1: shift(720, 840)})],
)
def test_each_choice_leaves_no_overlap(how: How, left: dict[int, ShiftEntry]) -> None:
    week = {0: shift(480, 780), 1: shift(720, 840)}
    [two] = pattern.overlaps(week, [])
    assert pattern.resolve(week, how, two) == left


def test_joined_shifts_are_valid_as_long_as_either() -> None:
    """One without a bound makes the joined one boundless on that side."""
    spring = shift(480, 600, valid_from=dt.date(2027, 3, 1), valid_until=dt.date(2027, 5, 31))
    summer = shift(540, 660, valid_from=dt.date(2027, 5, 1))
    assert pattern.joined(spring, summer) == shift(480, 660, valid_from=dt.date(2027, 3, 1))


def test_lines_are_added_and_taken_away_without_touching_the_others() -> None:
    """Nothing typed is lost while the form grows and shrinks."""
    values = FormValues.of(line(0, "0", "08:00", "12:00") | line(4, "1", "09:00", "boh"))
    longer = pattern.with_line(values, 2)
    assert pattern.lines(longer) == {0: 0, 4: 1, 5: 2}
    shorter = pattern.without_line(longer, 0)
    assert pattern.lines(shorter) == {4: 1, 5: 2}
    assert shorter.get("shift-4-to") == "boh"
