# SPDX-License-Identifier: AGPL-3.0-or-later
"""Specialisations, means of transport and the school year load, and say where they are wrong."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from config.territory import (
    PeriodKind,
    PeriodStatus,
    ReferenceFileError,
    load_school_calendar,
    load_specialisations,
    load_travel,
    suggest_specialisation,
)
from config.territory.specialisations import FILE as SPECIALISATIONS
from config.territory.travel import FILE as TRAVEL


def test_the_fields_a_request_may_ask_for_are_there() -> None:
    """The codes of the field's own list."""
    codes = {one.code for one in load_specialisations()}
    expected = {"health", "obstetrics", "mental_health", "minors", "school", "legal", "asylum", "violence", "social"}
    assert expected | {"work", "housing"} <= codes


@pytest.mark.parametrize(("typed", "code"), [("minori", "minors"), ("helth", "health"), ("ostetricia", "obstetrics")])
def test_a_misspelt_field_is_offered_first(typed: str, code: str) -> None:
    """Italian names count as well as codes."""
    assert code in suggest_specialisation(typed)


@pytest.mark.parametrize(
    ("was", "instead", "column", "remedy"),
    [
        ("health,salute,", "Health,salute,", "code", "lower-case"),
        ("health,salute,", "social,salute,", "code", "stands in line 2 already"),
        ("health,salute,", "health,,", "name_it", "must not be empty"),
    ],
)
def test_a_broken_field_is_refused(tmp_path: Path, was: str, instead: str, column: str, remedy: str) -> None:
    """The refusal names the column and what to do; the untouched file is the control of the first test."""
    file = copied(SPECIALISATIONS, tmp_path, was, instead)
    with pytest.raises(ReferenceFileError, match=remedy) as caught:
        load_specialisations(file)
    assert caught.value.column == column


def test_other_means_are_measured_by_the_car() -> None:
    """The car is the planner's measure, the bus takes 1.8 times as long, a walk longest."""
    means = load_travel()
    assert (means["car"].factor, means["bus"].factor) == (1, 1.8)
    assert max(means, key=lambda code: means[code].factor) == "walk"


@pytest.mark.parametrize(
    ("was", "instead", "words"),
    [
        ("factor = 1.8", "factor = 0", "`float` > 0"),
        ("factor = 1.8", "", "missing required field `factor`"),
        ("factor = 1.8", "factor = 1.8\nfast = true", "unknown field `fast`"),
        ("max_minutes = 75", "max_minutes = 0", "`int` >= 1"),
    ],
)
def test_a_broken_means_is_refused(tmp_path: Path, was: str, instead: str, words: str) -> None:
    """The refusal names the key."""
    with pytest.raises(ReferenceFileError, match=words):
        load_travel(copied(TRAVEL, tmp_path, was, instead))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """No means of transport at all is no answer."""
    with pytest.raises(ReferenceFileError, match=r"travel\.toml: 'travel\.toml': is missing"):
        load_travel(tmp_path / "travel.toml")


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2026, 11, 30), True),
        (date(2026, 11, 29), False),
        (date(2026, 12, 8), False),
        (date(2026, 12, 23), False),
        (date(2027, 1, 6), False),
        (date(2027, 1, 7), True),
        (date(2027, 3, 30), False),
        (date(2027, 6, 8), True),
        (date(2027, 6, 9), False),
    ],
)
def test_schools_teach_on_school_days(day: date, taught: bool) -> None:
    """Sundays, holidays and the summer are free; both ends of a period count."""
    assert load_school_calendar("bergamo").lessons_on(day) is taught


def test_what_nobody_has_confirmed_is_marked() -> None:
    """National holidays are sure; the region's own days are computed from its permanent calendar."""
    periods = load_school_calendar("bergamo").periods
    status = {period.name: period.status for period in periods}
    assert status["Immacolata Concezione"] is PeriodStatus.CONFIRMED
    assert status["Vacanze di Natale"] is PeriodStatus.TO_BE_CONFIRMED


def test_closures_stand_in_order_and_apart() -> None:
    """An overlap would count a day of holiday twice."""
    closures = [one for one in load_school_calendar("bergamo").periods if one.kind is PeriodKind.CLOSURE]
    assert all(before.last_day < after.first_day for before, after in pairwise(closures))


@pytest.mark.parametrize(
    ("was", "instead", "column"),
    [
        ("2026-12-23,2027-01-06", "2027-12-23,2027-01-06", "last_day"),
        ("2026-12-23", "23/12/2026", "first_day"),
        ("closure,Vacanze di Natale", "holiday,Vacanze di Natale", "kind"),
    ],
)
def test_a_broken_school_period_is_refused(tmp_path: Path, was: str, instead: str, column: str) -> None:
    """Days are ISO days, and the first comes first."""
    original = TRAVEL.with_name("bergamo") / "school_calendar.csv"
    (tmp_path / "elsewhere").mkdir()
    copied(original, tmp_path / "elsewhere", was, instead)
    with pytest.raises(ReferenceFileError) as caught:
        load_school_calendar("elsewhere", tmp_path)
    assert caught.value.column == column


def copied(original: Path, folder: Path, was: str, instead: str) -> Path:
    """A copy of a reference file in which the first `was` reads `instead`."""
    text = original.read_text(encoding="utf-8")
    assert was in text
    file = folder / original.name
    file.write_text(text.replace(was, instead, 1), encoding="utf-8")
    return file
