# SPDX-License-Identifier: AGPL-3.0-or-later
"""A9: the planner's process is killed at a random moment of a run, 200 times."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from dispatch.records.statuses import PlanningRunStatus
from tests.chaos.figures import Write
from tests.dispatch.planning.failing import WRONG, kill_the_planner

KILLS = 200


@pytest.mark.chaos
def test_a_killed_planner_leaves_the_standing_plan(database: Database, chaos_figures: Write) -> None:
    """Each run ends with the greedy plan of a fresh process, or fails with an alarm; wrong plans are fed in make test."""
    began = time.monotonic()
    seen = kill_the_planner(database, KILLS)
    assert (seen.touched, seen.partial) == (0, 0)
    assert set(seen.runs) <= {PlanningRunStatus.DRAFT, PlanningRunStatus.FAILED}
    chaos_figures(
        row="A9",
        size=f"{KILLS} kills (the {len(WRONG)} kinds of wrong plan are fed in make test)",
        result=f"standing plan untouched, 0 plans in part, {seen.runs[PlanningRunStatus.DRAFT]} runs finished all the same; "
        f"the longest run, search and greedy plan together, not judged, seen {seen.longest:.1f} s",
        seconds=time.monotonic() - began,
    )
