# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets and equity against figures worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.records.territory import Ambito, Project
from dispatch.reporting.budgets import elapsed_percent, purses
from dispatch.reporting.equity import shares
from dispatch.reporting.figures import Figures
from dispatch.reporting.queries import Spent

YEAR = Project(code="fami", name="FAMI", starts=dt.date(2026, 1, 1), ends=dt.date(2026, 12, 31))
MIDSUMMER = dt.date(2026, 7, 2)  # 182 of 365 days are over


def test_a_project_is_the_sum_of_its_visits_and_of_its_grants() -> None:
    """Without a grant for the whole it has what its ambiti have; a call is charged to the whole alone."""
    granted: dict[tuple[str, str | None], int] = {("fami", "BG05"): 600, ("fami", "BG14"): 300, ("other", None): 1}
    spent = [Spent("fami", "BG05", 100, 50), Spent("fami", None, 30, 0), Spent("fami", "BG03", 10, 0)]
    whole, bg03, bg05, bg14 = purses([YEAR], granted, spent, MIDSUMMER)
    assert (whole.ambito, whole.granted, whole.worked, whole.booked, whole.remaining) == (None, 900, 140, 50, 710)
    assert (bg03.granted, bg03.used, bg03.remaining, bg03.used_percent) == (None, 10, None, None)
    assert (bg05.used_percent, bg05.remaining) == (25, 450)
    assert (bg14.used, bg14.remaining, bg14.used_percent) == (0, 300, 0)
    assert whole.elapsed == pytest.approx(100 * 182 / 365)


def test_a_grant_for_the_whole_wins_over_the_sum() -> None:
    """What the whole may spend is not what its ambiti may spend together; overspent is below zero."""
    granted: dict[tuple[str, str | None], int] = {("fami", None): 100, ("fami", "BG05"): 600}
    whole, bg05 = purses([YEAR], granted, [Spent("fami", "BG05", 90, 30)], MIDSUMMER)
    assert (whole.remaining, whole.used_percent, bg05.used_percent) == (-20, 120, 20)


def test_time_runs_from_the_first_morning_to_the_last_evening() -> None:
    """Nothing before it begins, all after it ends, a day is a day."""
    days = [dt.date(2025, 6, 1), YEAR.starts, dt.date(2026, 1, 2), YEAR.ends, dt.date(2027, 1, 1), dt.date(2030, 1, 1)]
    found = [round(elapsed_percent(YEAR.starts, YEAR.ends, day) * 3.65) for day in days]
    assert found == [0, 0, 1, 364, 365, 365]


def ambito(code: str, population: int, incidence: float | None) -> Ambito:
    return Ambito(code=code, name=f"Ambito {code}", population=population, extra_eu_incidence_pct=incidence)


def test_shares_compare_those_whose_incidence_is_known() -> None:
    """5,000 and 15,000 non-EU residents expect a quarter and three quarters, five hours paid for nothing count for nobody."""
    ambiti = [ambito("A", 50_000, 10), ambito("B", 100_000, 15), ambito("C", 40_000, None)]
    figures = {
        "A": Figures(requested=700, worked=900, delivered=600, uncovered=70),
        "B": Figures(worked=600, delivered=600),
        "C": Figures(worked=480, delivered=480),
    }
    a, b, c = shares(ambiti, figures)
    assert (a.expected, a.delivered_share, a.gap) == (25, 50, 25)
    assert (b.expected, b.delivered_share, b.gap) == (75, 50, -25)
    assert (a.per_thousand, a.per_thousand_foreigners, a.filled) == (12, 120, 90)
    assert (c.expected, c.delivered_share, c.gap, c.per_thousand_foreigners) == (None, None, None, None)
    assert c.per_thousand == 12


def test_nothing_delivered_is_no_share_of_anything() -> None:
    """A quiet month and an ambito without residents divide by nothing."""
    (quiet,) = shares([ambito("A", 0, 0)], {})
    assert (quiet.per_thousand, quiet.per_thousand_foreigners, quiet.expected, quiet.delivered_share) == (None,) * 4
    assert (quiet.requested, quiet.filled, quiet.delivered) == (0, None, 0)
