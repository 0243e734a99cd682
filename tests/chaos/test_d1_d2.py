# SPDX-License-Identifier: AGPL-3.0-or-later
"""D1 and D2 at their full size: every quarter around the nights on which the clocks change, and every minute's tick."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos import figures
from tests.dispatch.outbox import dst


@pytest.mark.chaos
def test_both_nights_of_both_years(database: Database, chaos_figures: figures.Write) -> None:
    """Created, reminded, travelled and reported right at every quarter, and each minute struck once by two clocks."""
    began = time.monotonic()
    quarters = len(dst.NIGHTS) * len(list(dst.steps(dst.NIGHTS[0])))
    asked, wrong = dst.travelled(database)
    wrong += dst.created() + dst.reminded() + dst.reported()
    hits, periods = dst.struck(database, dst.ONE, 60)
    assert wrong == []
    assert hits == periods
    size = f"{quarters} quarters x create, remind, report; {asked} roads; {periods:,} minutes x 2 clocks"
    result = f"{len(wrong)} mismatches, {hits - periods} periods missed or struck twice"
    chaos_figures(row="D1 D2", size=size, result=result, seconds=time.monotonic() - began)
